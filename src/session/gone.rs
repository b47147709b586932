//! Names of sessions that are gone, and why: the last so many of them.

use std::collections::{BTreeMap, VecDeque};

use super::registry::Reason;

/// So many names that are gone are remembered.
const REMEMBERED: usize = 10_000;

/// The names.
#[derive(Default)]
pub(super) struct Gone {
    by_name: BTreeMap<String, (u64, Reason)>,
    order: VecDeque<String>,
}

impl Gone {
    /// Why a name is gone.
    pub(super) fn reason(&self, name: &str) -> Option<Reason> {
        self.by_name.get(name).map(|(_, reason)| *reason)
    }

    /// The epoch with which a name begins, or begins again.
    pub(super) fn next_epoch(&self, name: &str) -> u64 {
        self.by_name.get(name).map_or(1, |(epoch, _)| epoch + 1)
    }

    /// Remembers one, and forgets the oldest if there are too many.
    pub(super) fn remember(&mut self, name: &str, epoch: u64, reason: Reason) {
        if self.by_name.insert(name.to_owned(), (epoch, reason)).is_none() {
            self.order.push_back(name.to_owned());
        }
        while self.order.len() > REMEMBERED {
            if let Some(oldest) = self.order.pop_front() {
                self.by_name.remove(&oldest);
            }
        }
    }

    /// As if it had never been.
    pub(super) fn forget(&mut self, name: &str) {
        if self.by_name.remove(name).is_some() {
            self.order.retain(|other| other != name);
        }
    }
}
