//! Texts that are kept once, however many orders name them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A text that is kept once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Symbol(pub(super) u32);

#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(PartialEq))]
pub(super) struct Texts {
    by_text: BTreeMap<Arc<str>, Symbol>,
    all: Vec<Arc<str>>,
}

impl Texts {
    /// The same, of a text that is likely to be this one again: then nothing is looked up.
    pub(super) fn keep_again(&mut self, text: &str, likely: Option<Symbol>) -> Symbol {
        match likely.filter(|likely| self.get(*likely) == text) {
            Some(same) => same,
            None => self.keep(text),
        }
    }

    pub(super) fn keep(&mut self, text: &str) -> Symbol {
        if let Some(known) = self.by_text.get(text) {
            return *known;
        }
        let symbol = Symbol(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        let text: Arc<str> = Arc::from(text);
        self.all.push(Arc::clone(&text));
        self.by_text.insert(text, symbol);
        symbol
    }

    /// How many there are; their symbols are the numbers below.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn get(&self, symbol: Symbol) -> &str {
        usize::try_from(symbol.0).ok().and_then(|at| self.all.get(at)).map_or("", |text| text)
    }
}
