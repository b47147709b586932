//! When which session has something to do by itself. One list for all sessions of a process; the wire sleeps until its first
//! entry, in real time.

use std::collections::BTreeSet;
use std::sync::Arc;

use parking_lot::Mutex;

use super::bell::{Bell, Ring};
use crate::domain::moment::Moment;

/// The list. An entry that is out of date costs one look at its session.
#[derive(Debug, Default)]
pub(crate) struct Alarm {
    entries: Mutex<BTreeSet<(Moment, Arc<str>)>>,
    changed: Arc<Bell>,
}

impl Alarm {
    /// A session wants to be woken at a real moment.
    pub(crate) fn set(&self, at: Moment, session: Arc<str>) {
        self.entries.lock().insert((at, session));
        self.changed.ring();
    }

    /// The first moment, and what rings when it may have changed.
    pub(crate) fn next(&self) -> (Option<Moment>, Ring) {
        // Taken before the look: what is set in between rings it.
        let changed = self.changed.next();
        (self.entries.lock().first().map(|(at, _)| *at), changed)
    }

    /// Takes the sessions out that are due.
    pub(crate) fn due(&self, real: Moment) -> Vec<Arc<str>> {
        let mut entries = self.entries.lock();
        let mut due = Vec::new();
        while entries.first().is_some_and(|(at, _)| *at <= real) {
            due.extend(entries.pop_first().map(|(_, session)| session));
        }
        due
    }
}
