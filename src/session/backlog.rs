//! What came of a hold of the lock and has to be done once it is gone: journal entries, mails to send.

use std::collections::VecDeque;
use std::sync::Arc;

use super::callbacks::outlet::Parcel;
use super::core::Core;
use super::journal::Exchange;
use super::letter::Letter;
use super::session::Session;
use crate::domain::mail::MailOrdinal;
use crate::domain::moment::{Moment, Span};
use crate::domain::world::Fired;

/// What is left to do.
#[derive(Default)]
pub(super) struct Backlog {
    /// Calls that the sandbox made itself, with their epochs.
    pub(super) exchanges: Vec<(u64, Arc<Exchange>)>,
    /// Mails that have arrived, for a mail catcher.
    letters: Vec<Letter>,
    /// Callbacks to send.
    pub(super) parcels: VecDeque<Parcel>,
    /// What fired, if somebody asks.
    pub(super) events: Option<Vec<Fired>>,
    /// The real moment of the hold.
    pub(super) real: Moment,
    /// How far a rule moves the clock, and of which epoch.
    advance: Option<(u64, Span)>,
}

impl Backlog {
    /// One that keeps what fired.
    pub(super) fn with_events() -> Self {
        Self { events: Some(Vec::new()), ..Self::default() }
    }

    /// Takes what fired; mails that arrived are sent on if there is a mail catcher.
    pub(super) fn fired(&mut self, core: &mut Core, has_post: bool) {
        if self.events.is_none() && !has_post {
            core.world.forget_fired();
            return;
        }
        let fired = core.world.take_fired();
        if has_post {
            for mail in fired.iter().filter_map(|fired| Session::is_mail(fired.what)) {
                self.deliver(core, mail);
            }
        }
        if let Some(events) = &mut self.events {
            events.extend(fired);
        }
    }

    /// A rule moves the clock.
    pub(super) fn advance_by(&mut self, epoch: u64, by: Span) {
        let before = self.advance.map_or(0, |(_, by)| by.millis());
        self.advance = Span::from_millis(before.saturating_add(by.millis())).map(|by| (epoch, by));
    }

    /// A mail has arrived.
    pub(super) fn deliver(&mut self, core: &Core, mail: MailOrdinal) {
        self.letters.extend(Letter::of(&core.world, mail));
    }
}

impl Session {
    /// Does what was left to do. Without the lock.
    pub(super) fn work_off(&self, backlog: Backlog) -> Vec<Fired> {
        let Backlog { exchanges, letters, parcels, events, real, advance } = backlog;
        if !exchanges.is_empty() {
            let mut journal = self.journal.lock();
            for (epoch, exchange) in exchanges {
                journal.push(epoch, exchange);
            }
            drop(journal);
            self.shared.archive.keep_within();
            self.grown.ring();
        }
        // What leaves the process must not tell of what a restart would not know.
        if self.shared.post.is_some() && !letters.is_empty() {
            self.once_written(|session| {
                if let Some(post) = &session.shared.post {
                    letters.into_iter().for_each(&**post);
                }
            });
        }
        if !parcels.is_empty() {
            self.once_written(|session| session.dispatch(parcels));
        }
        if let Some((epoch, by)) = advance
            && self.epoch() == epoch
            && self.advance(by, real).is_err()
        {
            tracing::warn!(session = &*self.name, %by, "a rule moves the clock past the end of the calendar: it stays");
        }
        events.unwrap_or_default()
    }
}
