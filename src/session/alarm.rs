//! When which session has something to do by itself. One list for all sessions of a process; the wire sleeps until its first
//! entry, in real time.

use std::collections::BTreeSet;
use std::sync::Arc;

use parking_lot::Mutex;

use super::bell::{Bell, Ring};
use crate::domain::moment::Moment;

/// The list: one entry a session at most.
#[derive(Debug, Default)]
pub(crate) struct Alarm {
    entries: Mutex<BTreeSet<(Moment, Arc<str>)>>,
    changed: Arc<Bell>,
}

impl Alarm {
    /// A session wants to be woken at a real moment, instead of at another one that it has named before.
    pub(crate) fn set(&self, at: Moment, instead_of: Option<Moment>, session: &Arc<str>) {
        let mut entries = self.entries.lock();
        if let Some(other) = instead_of {
            entries.remove(&(other, Arc::clone(session)));
        }
        entries.insert((at, Arc::clone(session)));
        drop(entries);
        self.changed.ring();
    }

    /// A session no longer wants to be woken.
    pub(crate) fn forget(&self, at: Moment, session: &Arc<str>) {
        self.entries.lock().remove(&(at, Arc::clone(session)));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_has_one_entry_and_none_once_it_is_gone() {
        let (alarm, name): (Alarm, Arc<str>) = (Alarm::default(), "a".into());
        let at = Moment::from_millis;
        alarm.set(at(20), None, &name);
        alarm.set(at(10), Some(at(20)), &name);
        assert_eq!(alarm.next().0, Some(at(10)));
        assert!(alarm.due(at(9)).is_empty());
        assert_eq!(alarm.due(at(30)), [Arc::clone(&name)]);
        alarm.set(at(40), None, &name);
        alarm.forget(at(40), &name);
        assert_eq!(alarm.next().0, None);
    }
}
