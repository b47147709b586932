//! The user's overlay folder: files of the same names as ours, laid over ours. Every mistake is found before the start.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::callback::{KINDS, Kind, TemplatePatch};
use super::card::CardPatch;
use super::catalogue::Fixtures;
use super::codes::CodePatch;
use super::fleet_file::{PlansFile, SimsFile};
use super::misfit::Misfit;
use super::world_file::{PackagesFile, PartnersFile, UsersFile};
use crate::document::{Diagnostic, Document, Severity, Where, draw, nearest};

/// One file of the overlay folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OverlayFile {
    /// What messages call it: the path as the user would type it.
    pub name: String,
    /// Its place below the folder, with `/` between the parts.
    pub place: String,
    /// Its text.
    pub text: String,
}

/// Where an overlay has scenarios.
pub(crate) const SCENARIOS: &str = "scenarios/";

/// Where an overlay has bodies.
pub(crate) const BODIES: &str = "bodies/";

/// Where an overlay has what callbacks look like.
const CALLBACKS: &str = "csss/callbacks/";

/// Where an overlay has what worlds start with.
const WORLD: &str = "world/";

impl OverlayFile {
    /// Whether a running process can take it: what is served, and which codes there are, is settled at the start.
    pub(crate) fn can_be_exchanged(&self) -> bool {
        [SCENARIOS, BODIES, WORLD].iter().any(|folder| self.place.starts_with(folder))
    }
}

/// `<group>/codes.json` of an overlay.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CodesFile {
    /// Rows to change or add.
    codes: Vec<CodePatch>,
}

/// Lays every file over the fixtures; all mistakes of all files, drawn, if there are any.
pub(crate) fn apply(files: &[OverlayFile], fixtures: &mut Fixtures) -> Result<(), String> {
    let mut drawn = Vec::new();
    for file in files {
        let found = match Document::parse(&file.name, &file.text) {
            Err(found) => found,
            Ok(document) => apply_one(file, &document, fixtures),
        };
        if !found.is_empty() {
            drawn.push(draw(&found, &file.text));
        }
    }
    if drawn.is_empty() { Ok(()) } else { Err(drawn.join("\n\n")) }
}

fn apply_one(file: &OverlayFile, document: &Document<'_>, fixtures: &mut Fixtures) -> Vec<Diagnostic> {
    let misfits = |misfits: Vec<Misfit>| {
        let each = misfits.into_iter().map(|Misfit { pointer, message, help }| {
            document.complain(Severity::Error, "does-not-fit", Where::Value, &pointer, message, help)
        });
        each.collect()
    };
    match file.place.as_str() {
        "world/packages.json" => {
            read(document, |file: PackagesFile| misfits(file.apply(&mut fixtures.stock)))
        }
        "world/plans.json" => read(document, |file: PlansFile| misfits(file.apply(&mut fixtures.stock))),
        "world/sims.json" => read(document, |file: SimsFile| misfits(file.apply(&mut fixtures.stock))),
        "world/users.json" => read(document, |file: UsersFile| misfits(file.apply(&mut fixtures.stock))),
        "world/partners.json" => read(document, |file: PartnersFile| {
            file.apply(&mut fixtures.stock);
            Vec::new()
        }),
        place => {
            let stem = place.strip_suffix(".json").unwrap_or(place);
            // Scenarios are read once all that they could name is there.
            if stem.starts_with(SCENARIOS) {
                return Vec::new();
            }
            if let Some(name) = stem.strip_prefix(BODIES) {
                fixtures.bodies.insert(name.to_owned(), file.text.clone());
                return Vec::new();
            }
            if let Some(group) = stem.strip_suffix("/codes")
                && let Some(table) = fixtures.codes.get_mut(group)
            {
                return read(document, |file: CodesFile| {
                    let rows = file.codes.into_iter().enumerate();
                    let apply = |(at, patch)| Some(table.apply(patch).err()?.below(&format!("/codes/{at}")));
                    misfits(rows.filter_map(apply).collect())
                });
            }
            if let Some(kind) = stem.strip_prefix(CALLBACKS).and_then(Kind::named)
                && let Some(template) = fixtures.callbacks.get_mut(kind.at())
            {
                return read(document, |patch: TemplatePatch| misfits(patch.apply(kind, template)));
            }
            if let Some(card) = fixtures.cards.get_mut(stem) {
                return read(document, |patch: CardPatch| {
                    patch.apply(card);
                    Vec::new()
                });
            }
            vec![unknown_file(place, document, fixtures)]
        }
    }
}

/// Reads the whole document as `T` and goes on with it, or says what is wrong.
fn read<T>(document: &Document<'_>, go_on: impl FnOnce(T) -> Vec<Diagnostic>) -> Vec<Diagnostic>
where
    T: JsonSchema + DeserializeOwned,
{
    match document.read::<T>() {
        Ok(value) => go_on(value),
        Err(found) => found,
    }
}

fn unknown_file(place: &str, document: &Document<'_>, fixtures: &Fixtures) -> Diagnostic {
    let cards = fixtures.cards.keys().map(|id| format!("{id}.json"));
    let codes = fixtures.codes.keys().map(|group| format!("{group}/codes.json"));
    let world = ["packages", "partners", "plans", "sims", "users"].map(|file| format!("world/{file}.json"));
    let callbacks = KINDS.iter().map(|row| format!("{CALLBACKS}{}.json", row.kind.word()));
    let known: Vec<String> = cards.chain(codes).chain(world).chain(callbacks).collect();
    let help = match nearest(place, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("known are {}, bodies/<name>.json, scenarios/<name>.json", known.join(", ")),
    };
    let message = format!("nothing in the sandbox is called {place}");
    document.complain(Severity::Error, "unknown-file", Where::Value, "", message, help)
}
