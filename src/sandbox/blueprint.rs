//! The immutable blueprint: embedded fixtures and scenarios, with the user's overlay laid over them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use include_dir::{Dir, include_dir};

use super::error::{Error, ErrorKind};
use crate::contract::catalogue::{BadFixture, Catalogue, Fixtures};
use crate::contract::overlay::{self, OverlayFile, SCENARIOS as SCENARIOS_OF_OVERLAY};
use crate::document::{Diagnostic, Document, draw, published_schema};
use crate::domain::stock::Stock;
use crate::scenario::file::ScenarioFile;
use crate::scenario::library::{Library, NameTaken};
use crate::scenario::magic::Magic;
use crate::scenario::{Lowered, lower};
use crate::vendor::GROUPS;

static FIXTURES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/fixtures");
static SCENARIOS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/scenarios");

/// The largest file that an overlay may hold.
const LARGEST_FILE: u64 = 4 << 20;

/// What every session of a process shares.
#[derive(Clone)]
pub(super) struct Blueprint {
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) stock: Arc<Stock>,
    pub(super) magic: Arc<Magic>,
    pub(super) library: Library,
    /// Scenario files that are not embedded: name and text.
    own: Vec<(String, String)>,
    /// Two of them with one name, in words.
    clashes: Vec<String>,
}

impl Blueprint {
    /// The embedded one; read once in a process, since it never changes.
    pub(super) fn embedded() -> Result<Self, Error> {
        static READ: OnceLock<Blueprint> = OnceLock::new();
        if let Some(read) = READ.get() {
            return Ok(read.clone());
        }
        let blueprint = Self::from(embedded_fixtures()?, "")?;
        Ok(READ.get_or_init(|| blueprint).clone())
    }

    /// The embedded one, with a user's folder laid over it and its paths below a base path. Its scenarios have been judged.
    pub(super) fn with(folder: Option<&Path>, base_path: &str) -> Result<Self, Error> {
        let files = folder.map(read_folder).transpose()?.unwrap_or_default();
        let blueprint = Self::of(&files, base_path)?;
        blueprint.judge()?;
        Ok(blueprint)
    }

    /// The same of files that have been read. Their scenarios have still to be judged.
    pub(super) fn of(files: &[OverlayFile], base_path: &str) -> Result<Self, Error> {
        if files.is_empty() && base_path.is_empty() {
            return Self::embedded();
        }
        let mut fixtures = embedded_fixtures()?;
        overlay::apply(files, &mut fixtures).map_err(|drawn| Error::new(ErrorKind::InvalidFile, drawn))?;
        let mut blueprint = Self::from(fixtures, base_path)?;
        for file in files.iter().filter(|file| file.place.starts_with(SCENARIOS_OF_OVERLAY)) {
            blueprint.add(&file.name, &file.text);
        }
        Ok(blueprint)
    }

    /// Adds a scenario of a file.
    pub(super) fn add(&mut self, file: &str, text: &str) {
        self.own.push((file.to_owned(), text.to_owned()));
        if let Err(NameTaken { name, file: other }) = self.library.add(file, text) {
            self.clashes.push(format!(
                "error[duplicate-scenario]: {other} and {file} are both called {name:?}\n  = help: give one of them another \
                 `scenario`"
            ));
        }
    }

    /// All that is wrong with the scenarios of files.
    pub(super) fn judge(&self) -> Result<(), Error> {
        let mut drawn = self.clashes.clone();
        for (file, text) in &self.own {
            if let Err(found) = self.lower(file, text) {
                drawn.push(draw(&found, text));
            }
        }
        if drawn.is_empty() { Ok(()) } else { Err(Error::new(ErrorKind::InvalidFile, drawn.join("\n\n"))) }
    }

    fn from(fixtures: Fixtures, base_path: &str) -> Result<Self, Error> {
        let stock = Arc::new(fixtures.stock.clone());
        // What the embedded files hold is tested; only an overlay can bring two cards to one path.
        let misfit = |error: BadFixture| Error::new(ErrorKind::InvalidFile, error.to_string());
        let catalogue = Arc::new(Catalogue::new(GROUPS, fixtures, base_path).map_err(misfit)?);
        let magic = FIXTURES.get_file("magic.json").and_then(|file| file.contents_utf8()).unwrap_or_default();
        let magic = Magic::read(magic).map_err(|error| {
            Error::new(ErrorKind::Internal, format!("the embedded magic.json is broken: {error}"))
                .caused_by(error)
        })?;
        let library =
            Library::embedded(scenario_names().filter_map(|name| Some((name, embedded_scenario(name)?))));
        Ok(Self { catalogue, stock, magic: Arc::new(magic), library, own: Vec::new(), clashes: Vec::new() })
    }

    /// A scenario's meaning, or all that is wrong with it.
    pub(super) fn lower(&self, file: &str, text: &str) -> Result<Lowered, Vec<Diagnostic>> {
        let document = Document::parse(file, text)?;
        lower(&document, &self.catalogue, &self.stock, &self.library)
    }
}

/// The JSON schema of scenario files, as editors read it. A `note` may stand in every object.
pub fn scenario_schema() -> serde_json::Value {
    published_schema::<ScenarioFile>()
}

/// The names of the embedded scenarios, sorted.
fn scenario_names() -> impl Iterator<Item = &'static str> {
    let mut names: Vec<&str> =
        SCENARIOS.files().filter_map(|file| file.path().file_stem()?.to_str()).collect();
    names.sort_unstable();
    names.into_iter()
}

/// The text of an embedded scenario.
fn embedded_scenario(name: &str) -> Option<&'static str> {
    SCENARIOS.get_file(format!("{name}.json"))?.contents_utf8()
}

fn embedded_fixtures() -> Result<Fixtures, Error> {
    let text = |place: &str| FIXTURES.get_file(place)?.contents_utf8();
    let mut fixtures = Fixtures::read(GROUPS, text).map_err(|error| {
        Error::new(ErrorKind::Internal, format!("an embedded fixture is broken: {error}")).caused_by(error)
    })?;
    for file in FIXTURES.get_dir("bodies").into_iter().flat_map(Dir::files) {
        if let (Some(name), Some(text)) =
            (file.path().file_stem().and_then(|s| s.to_str()), file.contents_utf8())
        {
            fixtures.bodies.insert(name.to_owned(), text.to_owned());
        }
    }
    Ok(fixtures)
}

/// All JSON files below a folder, by place.
pub(super) fn read_folder(folder: &Path) -> Result<Vec<OverlayFile>, Error> {
    let mut files = Vec::new();
    for (place, path) in walk(folder)? {
        let parts: Vec<_> = place.iter().map(|part| part.to_string_lossy()).collect();
        let name = folder.join(&place).display().to_string();
        files.push(OverlayFile { name, place: parts.join("/"), text: read_text(&path)? });
    }
    // Packages before what names them, and the same order on every machine.
    files.sort_by(|a, b| a.place.cmp(&b.place));
    Ok(files)
}

/// The JSON files below a folder: their places in it, and their paths. Links that lead out of it are refused.
pub(super) fn walk(folder: &Path) -> Result<Vec<(PathBuf, PathBuf)>, Error> {
    let root = folder.canonicalize().map_err(|error| unreadable(folder, error))?;
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(current) = folders.pop() {
        let entries = fs::read_dir(&current).map_err(|error| unreadable(&current, error))?;
        for entry in entries {
            let path = entry.map_err(|error| unreadable(&current, error))?.path();
            let resolved = path.canonicalize().map_err(|error| unreadable(&path, error))?;
            if !resolved.starts_with(&root) {
                let message = format!("{} leads out of the fixtures folder", path.display());
                return Err(Error::new(ErrorKind::InvalidFile, message));
            }
            if resolved.is_dir() {
                // A link back up would be walked for ever.
                if resolved == path {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "json") {
                files.push((path.strip_prefix(&root).unwrap_or(&path).to_owned(), path));
            }
        }
    }
    Ok(files)
}

pub(super) fn read_text(path: &Path) -> Result<String, Error> {
    read_up_to(path, LARGEST_FILE)
}

/// Reads a file that has no more than so many bytes.
pub(super) fn read_up_to(path: &Path, largest: u64) -> Result<String, Error> {
    let size = fs::metadata(path).map_err(|error| unreadable(path, error))?.len();
    if size > largest {
        let message = format!("{} has {size} bytes; {largest} may be", path.display());
        return Err(Error::new(ErrorKind::InvalidFile, message));
    }
    fs::read_to_string(path).map_err(|error| unreadable(path, error))
}

fn unreadable(path: &Path, error: std::io::Error) -> Error {
    let path = PathBuf::from(path);
    Error::new(ErrorKind::InvalidFile, format!("cannot read {}: {error}", path.display())).caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_scenarios_are_read_as_their_schema_has_them() {
        for name in scenario_names() {
            let text = embedded_scenario(name).expect("the text");
            let judged = Document::parse(name, text).expect("a scenario");
            let trusted = Document::parse_known_good(name, text).expect("a scenario");
            assert!(judged.shape::<ScenarioFile>().is_empty(), "{name}");
            assert_eq!(trusted.seen::<ScenarioFile>(), judged.seen::<ScenarioFile>(), "{name}");
        }
    }
}
