//! Calls that wait for each other: a race on demand. A rule with `hold` keeps them back until so many are here; then they are carried
//! out one after the other, as they arrived or the last one first.

use std::collections::BTreeSet;
use std::sync::Arc;

use parking_lot::Mutex;

use super::backlog::Backlog;
use super::bell::{Bell, Ring};
use super::session::Session;
use crate::contract::call::Call;
use crate::contract::catalogue::Route;
use crate::domain::moment::{Moment, Span};
use crate::scenario::fault::Hold;
use crate::scenario::file::ReleaseWord;
use crate::scenario::sight::Waited;

/// Those that wait under one rule of one epoch.
#[derive(Debug)]
pub(super) struct Gathering {
    hold: Hold,
    state: Mutex<State>,
    bell: Arc<Bell>,
}

#[derive(Debug, Default)]
struct State {
    arrived: usize,
    /// Places that have gone on, or have left.
    done: BTreeSet<usize>,
    /// How many there were when they were let go; `None` while they wait.
    let_go: Option<usize>,
}

/// A place among those that wait. Dropped, it makes room for the next one, whether its call was carried out or its client left.
pub(crate) struct Seat {
    gathering: Arc<Gathering>,
    key: u64,
    place: usize,
    /// Ready when nothing of this epoch may happen any more.
    pub epoch_over: Ring,
}

impl Session {
    /// A place for a call that has to wait for others; `None` if it does not have to.
    pub(crate) fn seat(&self, call: &Call, real: Moment) -> Option<Seat> {
        if !self.rules.read().may_hold_any() {
            return None;
        }
        let Route::Found(served) = self.catalogue.route(call.method(), call.uri().path()) else {
            return None;
        };
        if !self.rules.read().may_hold(served.at) {
            return None;
        }
        // Whether it has to is decided on a copy, as if it were carried out; only that it has matched is kept.
        let now = Arc::clone(&self.rules.read());
        let prepared = self.prepare(call, served, &now);
        let mut backlog = Backlog::default();
        let seat = {
            let mut core = self.now(real, &mut backlog);
            let rules = Arc::clone(&self.rules.read());
            let mut copy = core.copy();
            let probe = rules.probe(served.at, call);
            let (turn, _) = self.carry_out(&mut copy, prepared, &rules, &probe, &mut Backlog::default());
            turn.verdict.holding().map(|(key, hold)| {
                core.progress.take_count(&copy.progress, key);
                let mut waiting = self.waiting.lock();
                waiting.retain(|_, gathering| gathering.here() > 0);
                let gathering =
                    waiting.entry((core.epoch, key)).or_insert_with(|| Arc::new(Gathering::new(hold)));
                let (gathering, place, is_full) = gathering.arrive();
                if is_full {
                    waiting.retain(|(epoch, other), _| *epoch == core.epoch && *other != key);
                }
                Seat { gathering, key, place, epoch_over: self.epoch_over.next() }
            })
        };
        self.work_off(backlog);
        seat
    }

    /// How many calls wait for others.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.lock().values().map(|gathering| gathering.here()).sum()
    }

    /// Those who wait with this one wait no longer: the time is over.
    pub(crate) fn let_go(&self, seat: &Seat) {
        let mut waiting = self.waiting.lock();
        waiting.retain(|_, other| !Arc::ptr_eq(other, &seat.gathering));
        drop(waiting);
        seat.gathering.let_go();
    }
}

impl Gathering {
    fn new(hold: Hold) -> Self {
        Self { hold, state: Mutex::default(), bell: Arc::default() }
    }

    /// One more; its place, and whether all are here now.
    fn arrive(self: &Arc<Self>) -> (Arc<Self>, usize, bool) {
        let mut state = self.state.lock();
        let place = state.arrived;
        state.arrived += 1;
        let here = state.arrived - state.done.len();
        let is_full = here >= usize::try_from(self.hold.until).unwrap_or(usize::MAX);
        if is_full {
            state.let_go = Some(state.arrived);
        }
        drop(state);
        if is_full {
            self.bell.ring();
        }
        (Arc::clone(self), place, is_full)
    }

    fn here(&self) -> usize {
        let state = self.state.lock();
        state.arrived - state.done.len()
    }

    fn let_go(&self) {
        let mut state = self.state.lock();
        let arrived = state.arrived;
        state.let_go.get_or_insert(arrived);
        drop(state);
        self.bell.ring();
    }
}

impl Seat {
    /// The longest that it waits.
    pub(crate) fn longest(&self) -> Span {
        self.gathering.hold.max
    }

    /// Rings when something has changed.
    pub(crate) fn next_change(&self) -> Ring {
        self.gathering.bell.next()
    }

    /// Whether its call is the next one.
    pub(crate) fn is_next(&self) -> bool {
        let state = self.gathering.state.lock();
        let Some(count) = state.let_go else { return false };
        let mut left = (0..count).filter(|place| !state.done.contains(place));
        let next = match self.gathering.hold.release {
            ReleaseWord::Arrival => left.next(),
            ReleaseWord::Reverse => left.next_back(),
        };
        next == Some(self.place)
    }

    /// What its call has to bring, and what is noted of it.
    pub(crate) fn waited(&self) -> (Waited, String) {
        let state = self.gathering.state.lock();
        let count = state.let_go.unwrap_or(state.arrived);
        let note = format!(
            "held: it arrived as {} of {count}, and was carried out as {}",
            self.place + 1,
            state.done.len() + 1
        );
        (Waited(self.key), note)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.gathering.state.lock().done.insert(self.place);
        self.gathering.bell.ring();
    }
}
