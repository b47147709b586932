//! Scenarios by name: the embedded ones, and those of files that were given at the start, which go before them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::file::Name;
use crate::document::{Document, nearest};

/// The library. Over the control surface nothing names a file: only what stands here has a name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Library {
    by_name: BTreeMap<String, Arc<Entry>>,
}

/// A scenario's text.
#[derive(Debug)]
pub(crate) struct Entry {
    /// What messages call its file.
    pub file: String,
    /// Its text.
    pub text: String,
    /// Whether it is of a file that was given at the start.
    pub is_own: bool,
}

/// Two files that say the same name.
#[derive(Debug)]
pub(crate) struct NameTaken {
    /// The name.
    pub name: String,
    /// The other file.
    pub file: String,
}

impl Library {
    /// The embedded scenarios: names and texts.
    pub(crate) fn embedded(scenarios: impl Iterator<Item = (&'static str, &'static str)>) -> Self {
        let entry = |(name, text): (&str, &str)| {
            let file = format!("scenarios/{name}.json");
            (name.to_owned(), Arc::new(Entry { file, text: text.to_owned(), is_own: false }))
        };
        Self { by_name: scenarios.map(entry).collect() }
    }

    /// Adds a file under the name that it says, before an embedded one of that name. A file that says none, or no good one, has
    /// none: whoever reads it is told so.
    pub(crate) fn add(&mut self, file: &str, text: &str) -> Result<Option<String>, NameTaken> {
        let Some(name) = name_of(file, text) else { return Ok(None) };
        match self.by_name.get(&name).filter(|known| known.is_own) {
            Some(known) if known.text != text => Err(NameTaken { name, file: known.file.clone() }),
            // The same one, given twice.
            Some(_) => Ok(Some(name)),
            None => {
                let entry = Entry { file: file.to_owned(), text: text.to_owned(), is_own: true };
                self.by_name.insert(name.clone(), Arc::new(entry));
                Ok(Some(name))
            }
        }
    }

    /// The scenario of this name.
    pub(crate) fn find(&self, name: &str) -> Option<&Entry> {
        self.by_name.get(name).map(Arc::as_ref)
    }

    /// All names, sorted, and what they stand for.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.by_name.iter().map(|(name, entry)| (name.as_str(), entry.as_ref()))
    }

    /// What to say to somebody who named one that is not there.
    pub(crate) fn help(&self, name: &str) -> String {
        match nearest(name, self.by_name.keys().map(String::as_str)) {
            Some(near) => format!("did you mean {near:?}?"),
            None => {
                let names: Vec<&str> = self.by_name.keys().map(String::as_str).collect();
                let names = names.join(", ");
                format!(
                    "there are {names}; a file of your own has a name once it is given, with --scenario or as scenarios/ below \
                     --fixtures, and the control API takes it whole as a document"
                )
            }
        }
    }
}

/// The name that a scenario's text says; `None` if it says none that could be one.
pub(crate) fn name_of(file: &str, text: &str) -> Option<String> {
    let name: Name = Document::parse(file, text).ok()?.part("/scenario", &[])?;
    Some(name.0)
}
