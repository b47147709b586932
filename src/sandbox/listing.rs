//! What there is to see: endpoints with their evidence, scenarios, codes, settings. Read from the tables, never written
//! twice.

use std::path::Path;

use super::blueprint::Blueprint;
use super::error::{Error, ErrorKind};
use crate::contract::card::Evidence;
use crate::contract::catalogue::Served;
use crate::contract::fields::Place;
use crate::contract::group::Group;
use crate::document::draw;
use crate::domain::money::Money;
use crate::domain::settings::SETTINGS;
use crate::scenario::fault_table::{self, Row};

/// All that can be listed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Listing {
    /// Endpoints, group by group.
    pub endpoints: Vec<EndpointLine>,
    /// Scenarios by name: the embedded ones, and those of the overlay folder.
    pub scenarios: Vec<ScenarioLine>,
    /// Codes, group by group.
    pub codes: Vec<CodeLine>,
    /// Settings of the replica.
    pub settings: Vec<SettingLine>,
    /// The catalogue of the starting world, by id.
    pub packages: Vec<PackageLine>,
    /// Magic values.
    pub magic: Vec<MagicLine>,
    /// Faults.
    pub faults: Vec<FaultLine>,
}

/// A fault.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FaultLine {
    /// Its name.
    pub name: &'static str,
    /// What a client sees.
    pub about: &'static str,
    /// Forms that can be written, each as JSON.
    pub forms: &'static [&'static str],
    /// Whether a rule has to say if the call is carried out: `required`, `never`, `as what happens in it`.
    pub commit: &'static str,
}

/// A magic value.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MagicLine {
    /// What is typed.
    pub trigger: String,
    /// Where: `mail`, `price`, `package`.
    pub at: &'static str,
    /// Something that somebody could type.
    pub example: String,
    /// What happens.
    pub about: String,
}

/// A package.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PackageLine {
    /// Its id.
    pub id: u32,
    /// Its code.
    pub code: String,
    /// Its English name.
    pub name: String,
    /// Its prices: `1 USD, 7 CNY`.
    pub price: String,
}

/// An endpoint.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EndpointLine {
    /// `<group>/<stem>`.
    pub id: String,
    /// The word for all of its versions.
    pub operation: String,
    /// HTTP method.
    pub method: String,
    /// Path.
    pub path: String,
    /// How well it is known.
    pub evidence: &'static str,
    /// The portal's title.
    pub title: String,
    /// The portal's title of the group.
    pub group: &'static str,
    /// Operations whose examples a client has sent before, so that this one's is accepted.
    pub after: Vec<String>,
    /// Pages and dates.
    pub sources: Vec<String>,
    /// Oddities of the vendor that are kept on purpose.
    pub quirks: Vec<String>,
    /// What no page says, and what we took.
    pub assumed: Vec<String>,
    /// Request headers.
    pub headers: Vec<FieldLine>,
    /// Request fields, in the printed order.
    pub fields: Vec<FieldLine>,
    /// Codes that the endpoint itself can send, and when.
    pub codes: Vec<FieldLine>,
    /// Where its fields travel: `body` or `query`.
    pub place: &'static str,
    /// Fields that are accepted there, as a JSON object.
    pub example: String,
    /// Documented or assumed answers, as JSON.
    pub replies: Vec<FieldLine>,
}

/// A header, a field, a code or a reply of an endpoint.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FieldLine {
    /// Its name.
    pub name: String,
    /// What it means, or, of a reply, its body.
    pub meaning: String,
    /// How well it is known.
    pub evidence: &'static str,
}

/// A scenario.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ScenarioLine {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub note: String,
    /// Its text.
    pub text: String,
}

/// A code.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CodeLine {
    /// The group.
    pub group: String,
    /// What stands on the wire.
    pub code: String,
    /// Its name.
    pub name: String,
    /// How well it is known.
    pub evidence: &'static str,
    /// Its text as a vendor page prints it, if one does.
    pub printed: Option<String>,
    /// Its text in English.
    pub text: String,
}

/// A setting of the replica.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SettingLine {
    /// Its key.
    pub key: &'static str,
    /// The words that it takes; the first is the default.
    pub values: &'static [&'static str],
    /// What it decides.
    pub about: &'static str,
    /// What speaks for either side.
    pub sources: [&'static str; 2],
}

impl Listing {
    /// Reads the tables; `fixtures` is an overlay folder, as for the server.
    pub fn read(fixtures: Option<&Path>) -> Result<Self, Error> {
        let blueprint = Blueprint::with(fixtures, "")?;
        let endpoints = blueprint.catalogue.endpoints.iter();
        let endpoints =
            endpoints.map(|served| endpoint_line(served, blueprint.catalogue.shelf(served).group));
        let codes = blueprint.catalogue.groups.iter().flat_map(|shelf| {
            shelf.codes.rows.iter().map(|row| CodeLine {
                group: shelf.group.id.to_owned(),
                code: row.code.to_string(),
                name: row.name.clone(),
                evidence: row.evidence.word(),
                printed: row.texts.printed.clone(),
                text: row.texts.en.clone(),
            })
        });
        let mut scenarios = Vec::new();
        for (name, entry) in blueprint.library.all() {
            let lowered = blueprint.lower(&entry.file, &entry.text);
            let lowered =
                lowered.map_err(|found| Error::new(ErrorKind::InvalidFile, draw(&found, &entry.text)))?;
            scenarios.push(ScenarioLine {
                name: name.to_owned(),
                note: lowered.script.note.unwrap_or_default(),
                text: entry.text.clone(),
            });
        }
        let settings = SETTINGS.iter().map(|setting| SettingLine {
            key: setting.key,
            values: setting.values,
            about: setting.about,
            sources: setting.sources,
        });
        let stock = &blueprint.stock;
        let packages = stock.packages.values().map(|package| {
            let price =
                |(id, price): &(u32, Money)| Some(format!("{price} {}", stock.currencies.get(id)?.abbr));
            PackageLine {
                id: package.id,
                code: package.code.clone(),
                name: package.name.en.to_string(),
                price: package.prices.iter().filter_map(price).collect::<Vec<_>>().join(", "),
            }
        });
        let magic = blueprint.magic.rows().iter().map(|row| MagicLine {
            trigger: row.trigger.clone(),
            at: row.at.word(),
            example: row.example.clone(),
            about: row.about.clone(),
        });
        let faults = fault_table::rows().into_iter();
        let faults =
            faults.map(|Row { name, about, forms, commit }| FaultLine { name, about, forms, commit });
        Ok(Self {
            endpoints: endpoints.collect(),
            scenarios,
            codes: codes.collect(),
            settings: settings.collect(),
            packages: packages.collect(),
            magic: magic.collect(),
            faults: faults.collect(),
        })
    }
}

impl Listing {
    /// The newest version of an operation, such as `pre-order`.
    pub fn newest(&self, operation: &str) -> Option<&EndpointLine> {
        self.endpoints.iter().rev().find(|line| line.operation == operation)
    }
}

fn endpoint_line(served: &Served, group: &Group) -> EndpointLine {
    let card = &served.card;
    let line = |name: &str, meaning: &str, evidence: Evidence| FieldLine {
        name: name.to_owned(),
        meaning: meaning.to_owned(),
        evidence: evidence.word(),
    };
    EndpointLine {
        id: served.endpoint.id.to_owned(),
        operation: card.operation.clone(),
        method: card.method.clone(),
        path: card.path.clone(),
        evidence: card.evidence.word(),
        title: card.title.clone(),
        group: group.title,
        after: card.after.clone(),
        sources: card.sources.clone(),
        quirks: card.quirks.clone(),
        assumed: card.assumed.clone(),
        headers: card.request.headers.iter().map(|h| line(&h.name, &h.meaning, h.evidence)).collect(),
        fields: card.request.fields.iter().map(|f| line(&f.name, &f.summary(), f.evidence)).collect(),
        codes: card.codes.iter().map(|c| line(&c.code, &c.when, c.evidence)).collect(),
        place: match served.fields.place() {
            Place::Body => "body",
            Place::Query => "query",
        },
        example: card.request.example.get().to_owned(),
        replies: card
            .replies
            .iter()
            .filter(|r| r.code.is_none())
            .map(|r| line(&r.name, r.body.get(), r.evidence))
            .collect(),
    }
}
