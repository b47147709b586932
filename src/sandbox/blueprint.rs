//! The immutable blueprint: embedded fixtures and scenarios, with the user's overlay laid over them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use include_dir::{Dir, include_dir};

use super::error::{Error, ErrorKind};
use crate::contract::catalogue::{BadFixture, Catalogue, Fixtures};
use crate::contract::overlay::{self, OverlayFile};
use crate::document::{Document, draw, nearest, published_schema};
use crate::domain::stock::Stock;
use crate::scenario::file::ScenarioFile;
use crate::scenario::magic::Magic;
use crate::scenario::script::Script;
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

    /// The embedded one, with a user's folder laid over it and its paths below a base path.
    pub(super) fn with(folder: Option<&Path>, base_path: &str) -> Result<Self, Error> {
        if folder.is_none() && base_path.is_empty() {
            return Self::embedded();
        }
        let mut fixtures = embedded_fixtures()?;
        if let Some(folder) = folder {
            let files = read_folder(folder)?;
            overlay::apply(&files, &mut fixtures)
                .map_err(|drawn| Error::new(ErrorKind::InvalidFile, drawn))?;
        }
        Self::from(fixtures, base_path)
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
        Ok(Self { catalogue, stock, magic: Arc::new(magic) })
    }

    /// A scenario by name, or by the path of a file.
    pub(super) fn scenario(&self, name_or_file: &str) -> Result<Script, Error> {
        if let Some(text) = embedded_scenario(name_or_file) {
            return self
                .read_scenario(&format!("scenarios/{name_or_file}.json"), text)
                .map(|(script, _)| script);
        }
        let path = Path::new(name_or_file);
        let names_a_file = name_or_file.contains(['/', '\\']) || path.extension().is_some() || path.exists();
        if !names_a_file {
            let names: Vec<&str> = scenario_names().collect();
            let help = match nearest(name_or_file, names.iter().copied()) {
                Some(near) => format!("did you mean {near}?"),
                None => format!(
                    "there are {}; a file needs its path, such as ./{name_or_file}.json",
                    names.join(", ")
                ),
            };
            return Err(Error::new(
                ErrorKind::Usage,
                format!("no scenario is called {name_or_file}: {help}"),
            ));
        }
        let text = read_text(path)?;
        self.read_scenario(name_or_file, &text).map(|(script, _)| script)
    }

    /// A scenario's meaning, and its warnings as text.
    pub(super) fn read_scenario(&self, name: &str, text: &str) -> Result<(Script, String), Error> {
        let invalid = |found: &[_]| Error::new(ErrorKind::InvalidFile, draw(found, text));
        let document = Document::parse(name, text).map_err(|found| invalid(&found))?;
        match lower(&document, &self.catalogue, &self.stock) {
            Ok(Lowered { script, warnings }) => Ok((script, draw(&warnings, text))),
            Err(found) => Err(invalid(&found)),
        }
    }
}

/// Reads a scenario file and says all that is wrong with it, without starting anything. `Ok` holds the warnings, drawn with
/// line and caret; it is empty if there are none. `fixtures` is an overlay folder, as for the server.
pub fn check_scenario(path: &Path, fixtures: Option<&Path>) -> Result<String, Error> {
    let blueprint = Blueprint::with(fixtures, "")?;
    let text = read_text(path)?;
    blueprint.read_scenario(&path.display().to_string(), &text).map(|(_, warnings)| warnings)
}

/// The JSON schema of scenario files, as editors read it. A `note` may stand in every object.
pub fn scenario_schema() -> serde_json::Value {
    published_schema::<ScenarioFile>()
}

/// The names of the embedded scenarios, sorted.
pub(super) fn scenario_names() -> impl Iterator<Item = &'static str> {
    let mut names: Vec<&str> =
        SCENARIOS.files().filter_map(|file| file.path().file_stem()?.to_str()).collect();
    names.sort_unstable();
    names.into_iter()
}

/// The text of an embedded scenario.
pub(super) fn embedded_scenario(name: &str) -> Option<&'static str> {
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

/// All JSON files below a folder, by place. Links that lead out of it are refused.
fn read_folder(folder: &Path) -> Result<Vec<OverlayFile>, Error> {
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
                let place = path.strip_prefix(&root).unwrap_or(&path);
                let parts: Vec<_> = place.iter().map(|part| part.to_string_lossy()).collect();
                let name = folder.join(place).display().to_string();
                files.push(OverlayFile { name, place: parts.join("/"), text: read_text(&path)? });
            }
        }
    }
    // Packages before what names them, and the same order on every machine.
    files.sort_by(|a, b| a.place.cmp(&b.place));
    Ok(files)
}

fn read_text(path: &Path) -> Result<String, Error> {
    let size = fs::metadata(path).map_err(|error| unreadable(path, error))?.len();
    if size > LARGEST_FILE {
        let message = format!("{} has {size} bytes; {LARGEST_FILE} may be", path.display());
        return Err(Error::new(ErrorKind::InvalidFile, message));
    }
    fs::read_to_string(path).map_err(|error| unreadable(path, error))
}

fn unreadable(path: &Path, error: std::io::Error) -> Error {
    let path = PathBuf::from(path);
    Error::new(ErrorKind::InvalidFile, format!("cannot read {}: {error}", path.display())).caused_by(error)
}
