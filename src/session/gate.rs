//! What came of the expectations of all sessions of a process, for the end. Bounded: a process may have any number of sessions.

use std::fmt::Write;

use parking_lot::Mutex;

use super::session::Session;
use super::verify::{Findings, State};

/// Sessions that are told in full.
const TOLD: usize = 100;
/// Bytes of what is told of all of them.
const BYTES: usize = 1 << 20;

/// The gate.
#[derive(Debug, Default)]
pub(crate) struct Gate(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    judged: usize,
    unmet: usize,
    unknown: usize,
    told: usize,
    text: String,
}

/// What keeps a process from passing.
#[derive(Clone, Debug)]
pub(crate) struct Stopped {
    /// Unknown if nothing worse was found.
    pub state: State,
    /// For a person.
    pub text: String,
}

impl Gate {
    /// Takes down what came of a session's expectations.
    pub(crate) fn take(&self, session: &Session, findings: &Findings) {
        let kept = &mut *self.0.lock();
        kept.judged += 1;
        match findings.state() {
            State::Met => return,
            State::Unmet => kept.unmet += 1,
            State::Unknown => kept.unknown += 1,
        }
        let block = format!("session {}: {findings}\n\n", session.name());
        if kept.told < TOLD && kept.text.len() + block.len() <= BYTES {
            kept.told += 1;
            kept.text += &block;
        }
    }

    /// How many sessions were judged.
    pub(crate) fn judged(&self) -> usize {
        self.0.lock().judged
    }

    /// What keeps the process from passing, if anything does.
    pub(crate) fn verdict(&self) -> Option<Stopped> {
        let kept = self.0.lock();
        let failed = kept.unmet + kept.unknown;
        let state = match (kept.unmet, kept.unknown) {
            (0, 0) => return None,
            (0, _) => State::Unknown,
            (_, _) => State::Unmet,
        };
        let mut text = kept.text.clone();
        if failed > kept.told {
            // A text takes all that is written to it.
            let _ = write!(text, "and {} more sessions\n\n", failed - kept.told);
        }
        let _ =
            write!(text, "{failed} of {} sessions did not come to what their scenario expects", kept.judged);
        Some(Stopped { state, text })
    }
}
