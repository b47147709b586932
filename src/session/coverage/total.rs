//! The counters of a process: those of all sessions, and the sum of those that are gone. A session knows nothing of it but its own
//! counters, so that sessions do not wait for each other.

use std::sync::Arc;

use parking_lot::Mutex;

use super::board::Board;
use super::report::Report;
use super::tally::{Counts, Tally};
use crate::contract::catalogue::Catalogue;
use crate::scenario::magic::Magic;

/// What was used in a process.
#[derive(Debug)]
pub(crate) struct Total {
    board: Arc<Board>,
    parts: Mutex<Parts>,
}

#[derive(Debug)]
struct Parts {
    tallies: Vec<Arc<Tally>>,
    gone: Counts,
    /// How many tallies there may be before those of sessions that are gone are looked for.
    look_at: usize,
}

/// Fewer tallies than these are not worth a look.
const FEW: usize = 64;

impl Total {
    /// Nothing yet.
    pub(crate) fn new(catalogue: &Catalogue, magic: &Magic) -> Self {
        let board = Arc::new(Board::new(catalogue, magic));
        let parts = Parts { tallies: Vec::new(), gone: Counts::none(&board), look_at: FEW };
        Self { board, parts: Mutex::new(parts) }
    }

    /// The counters of a new session. They belong to the total from now on, and stay in it when the session goes.
    pub(crate) fn join(&self) -> Arc<Tally> {
        let tally = Arc::new(Tally::new(&self.board));
        let mut parts = self.parts.lock();
        if parts.tallies.len() >= parts.look_at {
            parts.fold();
            parts.look_at = FEW.max(2 * parts.tallies.len());
        }
        parts.tallies.push(Arc::clone(&tally));
        tally
    }

    /// What was used so far.
    pub(crate) fn report(&self, catalogue: &Catalogue, magic: &Magic) -> Report {
        let mut parts = self.parts.lock();
        parts.fold();
        let mut counts = parts.gone.clone();
        parts.tallies.iter().for_each(|tally| counts.add(tally));
        drop(parts);
        Report::new(&counts, catalogue, magic)
    }
}

impl Parts {
    /// Takes those in whose sessions are gone. A call that is still under way holds its session, so nothing is late.
    fn fold(&mut self) {
        let Self { tallies, gone, .. } = self;
        tallies.retain_mut(|tally| match Arc::get_mut(tally) {
            None => true,
            Some(tally) => {
                gone.add(tally);
                false
            }
        });
    }
}
