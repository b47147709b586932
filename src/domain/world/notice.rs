//! What happened that somebody outside of the world decides on: what becomes of a mail, who is told of a SIM.

use super::World;
use crate::domain::mail::MailOrdinal;
use crate::domain::sim::event::EventOrdinal;

/// One thing that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// A mail was written.
    Written(MailOrdinal),
    /// Something happened to a SIM.
    Sim(EventOrdinal),
    /// The moment of a callback has come.
    Callback(u64),
    /// The moment of an event that somebody ordered has come.
    Emission(u64),
}

impl World {
    /// The oldest thing that nobody has looked at.
    pub(crate) fn next_notice(&mut self) -> Option<Notice> {
        // One or two at a time: a queue would cost every session more than moving the second one.
        (!self.notices.is_empty()).then(|| self.notices.remove(0))
    }
}
