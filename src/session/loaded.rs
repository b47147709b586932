//! What was read from files: the starting world, bodies, and scenarios by name. Immutable; a reload puts another one in its
//! place.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::contract::catalogue::Catalogue;
use crate::document::{Diagnostic, Document};
use crate::domain::stock::Stock;
use crate::scenario::library::Library;
use crate::scenario::script::Script;
use crate::scenario::{Lowered, joined, lower};

/// Most scripts that are kept by name: any sequence of names may be asked for.
const MOST_KEPT: usize = 256;

/// What was read from files.
pub(crate) struct Loaded {
    /// What scenarios and rules are read against.
    pub catalogue: Arc<Catalogue>,
    /// What every world starts with.
    pub stock: Arc<Stock>,
    /// Scenarios by name.
    pub library: Library,
    /// The scenario of sessions that name none: a name of the library, or several as `a,b`.
    pub scenario: String,
    /// Settings that go before those of any scenario; they have been judged.
    pub vendor: Vec<(String, String)>,
    /// Scenarios that somebody has asked for, so that sessions which name one share its world.
    pub scripts: Mutex<BTreeMap<String, Arc<Script>>>,
}

/// Why a name gives no scenario.
#[derive(Debug)]
pub(crate) enum Unfit {
    /// It is not in the library.
    Unknown {
        /// The name; of several the one that is unknown.
        name: String,
        /// What may have been meant.
        help: String,
    },
    /// What it stands for cannot be used: what is wrong, and the text in which it is.
    Invalid(Vec<Diagnostic>, String),
}

impl Loaded {
    /// The scenario of this name, or of several names, `a,b`: as one that uses them all.
    pub(crate) fn named(&self, key: &str) -> Result<Arc<Script>, Unfit> {
        let names: Vec<&str> = key.split(',').map(str::trim).collect();
        let key = names.join(",");
        if let Some(script) = self.scripts.lock().get(&key) {
            return Ok(Arc::clone(script));
        }
        if let Some(name) = names.iter().find(|name| self.library.find(name).is_none()) {
            return Err(Unfit::Unknown { name: (*name).to_owned(), help: self.library.help(name) });
        }
        let (file, text, is_shipped) = match self.library.find(&key) {
            Some(entry) => (entry.file.clone(), entry.text.clone(), !entry.is_own),
            None => (key.clone(), joined(&names), false),
        };
        let parse = if is_shipped { Document::parse_known_good } else { Document::parse };
        let lowered = parse(&file, &text)
            .and_then(|document| lower(&document, &self.catalogue, &self.stock, &self.library));
        let mut lowered = lowered.map_err(|found| Unfit::Invalid(found, text))?;
        match names[..] {
            [name] => lowered.script.made_of.push(name.to_owned()),
            _ => lowered.script.name.clone_from(&key),
        }
        lowered.script.key = Some(key.clone());
        let script = self.settle(lowered);
        let mut scripts = self.scripts.lock();
        if scripts.len() >= MOST_KEPT {
            scripts.clear();
        }
        scripts.insert(key, Arc::clone(&script));
        Ok(script)
    }

    /// A scenario that somebody sends.
    pub(crate) fn read(&self, document: &Document<'_>) -> Result<Arc<Script>, Vec<Diagnostic>> {
        let lowered = lower(document, &self.catalogue, &self.stock, &self.library)?;
        Ok(self.settle(lowered))
    }

    fn settle(&self, Lowered { mut script, .. }: Lowered) -> Arc<Script> {
        for (key, value) in &self.vendor {
            let _ = script.policy.set(key, value);
        }
        let used = script.made_of.iter().filter_map(|name| self.library.find(name));
        let beside = used.filter(|entry| entry.is_own && entry.text != script.source.text);
        script.source.beside = beside.map(|entry| (entry.file.clone(), entry.text.clone())).collect();
        script.source.vendor.clone_from(&self.vendor);
        Arc::new(script)
    }
}
