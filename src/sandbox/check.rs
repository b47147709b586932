//! Reading scenario files without starting anything: every mistake of every file, and what none of them uses.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::blueprint::{Blueprint, read_folder, read_text};
use super::error::{Error, ErrorKind};
use crate::contract::overlay::{BODIES, OverlayFile, SCENARIOS};
use crate::document::{Diagnostic, Document, Severity, Where, draw};

/// What there is to say about a file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Checked {
    /// The file.
    pub file: PathBuf,
    /// Whether it can be used: warnings do not keep it from that.
    pub is_valid: bool,
    /// Mistakes and warnings as a terminal shows them, with line and caret; empty if there are none.
    pub drawn: String,
    /// The same as data: `severity`, `code`, `file`, `span` (in bytes), `line`, `column`, `pointer`, `message`, `help`.
    pub diagnostics: Vec<Value>,
}

impl Checked {
    fn of(file: PathBuf, text: &str, found: &[Diagnostic]) -> Self {
        Self {
            file,
            is_valid: !found.iter().any(|one| one.severity == Severity::Error),
            drawn: draw(found, text),
            diagnostics: found.iter().filter_map(|one| serde_json::to_value(one).ok()).collect(),
        }
    }
}

/// Reads scenario files and says all that is wrong with each of them. They may use each other by name. `fixtures` is an overlay
/// folder, as for the server; its scenarios that cannot be used, and its bodies that no scenario answers with, are told after the
/// files.
pub fn check_scenarios(files: &[PathBuf], fixtures: Option<&Path>) -> Result<Vec<Checked>, Error> {
    let overlay = fixtures.map(read_folder).transpose()?.unwrap_or_default();
    let mut blueprint = Blueprint::of(&overlay, "")?;
    let texts: Vec<Result<String, Error>> = files.iter().map(|file| read_text(file)).collect();
    for (file, text) in files.iter().zip(&texts) {
        if let Ok(text) = text {
            // Files of one name may be checked side by side: only the first can be used by others.
            let _ = blueprint.library.add(&file.display().to_string(), text);
        }
    }
    let mut used = BTreeSet::new();
    let mut checked = Vec::new();
    for (file, text) in files.iter().zip(texts) {
        let name = file.display().to_string();
        checked.push(match text {
            Err(error) => Checked::of(file.clone(), "", &[unreadable(name, &error)]),
            Ok(text) => match blueprint.lower(&name, &text) {
                Err(found) => Checked::of(file.clone(), &text, &found),
                Ok(lowered) => {
                    used.extend(lowered.fixtures);
                    Checked::of(file.clone(), &text, &lowered.warnings)
                }
            },
        });
    }
    let is_asked = |file: &str| files.iter().any(|asked| asked.display().to_string() == file);
    for file in overlay.iter().filter(|file| file.place.starts_with(SCENARIOS) && !is_asked(&file.name)) {
        match blueprint.lower(&file.name, &file.text) {
            Ok(lowered) => used.extend(lowered.fixtures),
            Err(found) => checked.push(Checked::of(PathBuf::from(&file.name), &file.text, &found)),
        }
    }
    // A file that cannot be read says nothing about what it uses.
    if checked.iter().all(|checked| checked.is_valid) {
        checked.extend(overlay.iter().filter_map(|file| unused(file, &used)));
    }
    Ok(checked)
}

/// Reads one scenario file and says all that is wrong with it. `Ok` holds the warnings, drawn with line and caret; it is empty if
/// there are none. `fixtures` is an overlay folder, as for the server.
pub fn check_scenario(path: &Path, fixtures: Option<&Path>) -> Result<String, Error> {
    let blueprint = Blueprint::with(fixtures, "")?;
    let text = read_text(path)?;
    match blueprint.lower(&path.display().to_string(), &text) {
        Ok(lowered) => Ok(draw(&lowered.warnings, &text)),
        Err(found) => Err(Error::new(ErrorKind::InvalidFile, draw(&found, &text))),
    }
}

/// A body of the overlay folder that nothing answers with.
fn unused(file: &OverlayFile, used: &BTreeSet<String>) -> Option<Checked> {
    let name = file.place.strip_prefix(BODIES)?.strip_suffix(".json")?;
    let document = Document::parse(&file.name, &file.text).ok().filter(|_| !used.contains(name))?;
    let message = format!("no rule of these scenarios answers with {name:?}");
    let help = format!("answer with it, `\"answer\": {{ \"fixture\": {name:?} }}`, or take the file away");
    let found = document.complain(Severity::Warning, "unused-fixture", Where::Value, "", message, Some(help));
    Some(Checked::of(PathBuf::from(&file.name), &file.text, &[found]))
}

fn unreadable(file: String, error: &Error) -> Diagnostic {
    Diagnostic {
        severity: Severity::Error,
        code: "unreadable-file",
        file,
        span: 0..0,
        line: 1,
        column: 1,
        pointer: String::new(),
        message: error.to_string(),
        help: None,
    }
}
