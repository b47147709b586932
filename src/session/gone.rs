//! Names of sessions that are gone, and why: the last so many of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::registry::Reason;
use crate::domain::moment::Span;
use crate::store::{Batch, Table};

/// So many names that are gone are remembered.
const REMEMBERED: usize = 10_000;

/// The names.
#[derive(Default)]
pub(crate) struct Gone {
    by_name: BTreeMap<String, Entry>,
    /// By the order in which they went.
    order: BTreeMap<u64, String>,
    went: u64,
}

struct Entry {
    epoch: u64,
    reason: Reason,
    nth: u64,
}

/// An entry as it is kept.
#[derive(Serialize, Deserialize)]
struct Row {
    epoch: u64,
    /// How many milliseconds nobody had used it; `None` if it was dropped.
    idle: Option<u64>,
    nth: u64,
}

impl Gone {
    /// Why a name is gone.
    pub(super) fn reason(&self, name: &str) -> Option<Reason> {
        self.by_name.get(name).map(|entry| entry.reason)
    }

    /// The epoch with which a name begins, or begins again.
    pub(super) fn next_epoch(&self, name: &str) -> u64 {
        self.by_name.get(name).map_or(1, |entry| entry.epoch + 1)
    }

    /// Remembers one, and forgets the oldest if there are too many. The batch gets what is to be kept of that.
    pub(super) fn remember(&mut self, name: &str, epoch: u64, reason: Reason, batch: &mut Batch) {
        self.went += 1;
        let nth = self.went;
        self.enter(name.to_owned(), Entry { epoch, reason, nth });
        let idle = match reason {
            Reason::Dropped => None,
            Reason::Idle(span) => Some(span.millis()),
        };
        // Numbers: there is nothing in it that JSON could not say.
        let row = serde_json::to_vec(&Row { epoch, idle, nth }).ok();
        batch.row(Table::Gone, name.as_bytes().to_vec(), row);
        while self.order.len() > REMEMBERED {
            if let Some((_, oldest)) = self.order.pop_first() {
                self.by_name.remove(&oldest);
                batch.row(Table::Gone, oldest.into_bytes(), None);
            }
        }
    }

    /// As if it had never been.
    pub(super) fn forget(&mut self, name: &str, batch: &mut Batch) {
        if let Some(entry) = self.by_name.remove(name) {
            self.order.remove(&entry.nth);
            batch.row(Table::Gone, name.as_bytes().to_vec(), None);
        }
    }

    /// Reads them back; `None` if they are no such rows.
    pub(super) fn of_rows(rows: &mut dyn Iterator<Item = (Vec<u8>, Vec<u8>)>) -> Option<Self> {
        let mut gone = Self::default();
        for (name, row) in rows {
            let Row { epoch, idle, nth } = serde_json::from_slice(&row).ok()?;
            let reason = match idle {
                None => Reason::Dropped,
                Some(millis) => Reason::Idle(Span::from_millis(millis)?),
            };
            gone.went = gone.went.max(nth);
            gone.enter(String::from_utf8(name).ok()?, Entry { epoch, reason, nth });
        }
        Some(gone)
    }

    fn enter(&mut self, name: String, entry: Entry) {
        self.order.insert(entry.nth, name.clone());
        if let Some(before) = self.by_name.insert(name, entry) {
            self.order.remove(&before.nth);
        }
    }
}
