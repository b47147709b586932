//! The deliveries of an epoch, and how each goes on: waiting, due, under way, and how it ends. In order for each SIM.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Map, Value};

use super::delivery::{Delivery, Order, State, Try};
use super::emitting::{By, Pending};
use super::kept::Changed;
use super::outlet::{Outcome, Request};
use crate::contract::callback::Kind;
use crate::domain::moment::Span;
use crate::domain::sim::SimOrdinal;
use crate::domain::sim::event::EventOrdinal;
use crate::domain::world::World;

/// Most deliveries that are not over; further ones are dropped, and counted.
const MOST_OPEN: usize = 1_000;
/// Most deliveries that are over and still shown.
const MOST_KEPT: usize = 1_000;
/// Most tries that are shown of one delivery: the newest.
const MOST_TRIES: usize = 10;
/// The pauses after the first tries, then the pause after each further one: ruled.
const PAUSES: [u64; 3] = [1_000, 5_000, 25_000];
const PAUSE: u64 = 300_000;
/// So long after its first try, a delivery is given up: ruled.
const PATIENCE: i64 = 24 * 3_600_000;
/// So long one waits for another one to overtake it.
const OVERTAKING: u64 = 5_000;

/// All deliveries of an epoch.
#[derive(Default)]
pub(crate) struct Deliveries {
    /// Where each kind goes; `*` is all others.
    pub(super) targets: BTreeMap<String, Arc<str>>,
    /// Whether somebody said so of this session.
    pub(super) own_targets: bool,
    pub(super) list: BTreeMap<u64, Delivery>,
    pub(super) made: u64,
    /// How many places in some order were given.
    pub(super) places: u64,
    pub(super) open: usize,
    /// Those that are not over, in order: the first of each may go.
    pub(super) lanes: BTreeMap<SimOrdinal, VecDeque<u64>>,
    /// One that waits for being overtaken.
    pub(super) held_back: BTreeMap<SimOrdinal, u64>,
    pub(super) over_in_order: VecDeque<u64>,
    /// What was said outright of the newest events that somebody fired.
    pub(super) patches: BTreeMap<EventOrdinal, Arc<Map<String, Value>>>,
    /// Events that wait for their moment, and those that were told because a rule ordered it and that nobody has looked at yet.
    pending: BTreeMap<u64, (Pending, By)>,
    ordered: u64,
    told_by_rule: BTreeSet<EventOrdinal>,
    /// What is sent of those that were never composed.
    nothing: Arc<Request>,
    pub(super) under_way: usize,
    pub(super) dropped: u64,
    pub(super) forgotten: u64,
    /// What is still to be kept; `None` if nothing is.
    pub(super) changed: Option<Changed>,
    /// Set when the epoch is over.
    pub(super) is_over: Arc<AtomicBool>,
}

impl Deliveries {
    /// They go where these say: kinds or `*`, and URLs.
    pub(crate) fn go_to(&mut self, targets: &[(String, String)]) {
        self.targets = targets.iter().map(|(kind, url)| (kind.clone(), url.as_str().into())).collect();
    }

    /// Where each kind goes.
    pub(crate) fn targets(&self) -> &BTreeMap<String, Arc<str>> {
        &self.targets
    }

    /// Each kind goes there from now on, whatever the process was told.
    pub(crate) fn set_targets(&mut self, targets: BTreeMap<String, Arc<str>>) {
        (self.targets, self.own_targets) = (targets, true);
        if let Some(changed) = &mut self.changed {
            changed.head = true;
        }
    }

    /// Whether somebody said of this session where they go.
    pub(crate) fn has_own_targets(&self) -> bool {
        self.own_targets
    }

    /// What was said outright of an event's body.
    pub(super) fn patch(&self, event: EventOrdinal) -> Option<&Arc<Map<String, Value>>> {
        self.patches.get(&event)
    }

    /// Some of an event's body is said outright.
    pub(super) fn set_patch(&mut self, event: EventOrdinal, patch: Arc<Map<String, Value>>) {
        if patch.is_empty() {
            return;
        }
        if let Some(changed) = &mut self.changed {
            changed.patches.insert(event);
        }
        self.patches.insert(event, patch);
        let oldest = if self.patches.len() > MOST_KEPT { self.patches.pop_first() } else { None };
        if let Some(changed) = &mut self.changed {
            changed.patches.extend(oldest.map(|(event, _)| event));
        }
    }

    /// An event waits for its moment, under this number; `None` if too many do.
    pub(super) fn wait_to_tell(&mut self, pending: Pending, by: By) -> Option<u64> {
        if self.pending.len() >= MOST_OPEN {
            self.dropped += 1;
            return None;
        }
        self.ordered += 1;
        self.pending.insert(self.ordered, (pending, by));
        Some(self.ordered)
    }

    /// The event that waited under a number.
    pub(super) fn take_waiting(&mut self, number: u64) -> Option<(Pending, By)> {
        self.pending.remove(&number)
    }

    /// An event is told because a rule ordered it.
    pub(super) fn is_told_by_rule(&mut self, event: EventOrdinal) {
        self.told_by_rule.insert(event);
    }

    /// Whether an event is told because a rule ordered it. Asked once, when it is looked at.
    pub(super) fn was_told_by_rule(&mut self, event: EventOrdinal) -> bool {
        self.told_by_rule.remove(&event)
    }

    /// One of them, to be changed.
    fn one(&mut self, id: u64) -> Option<&mut Delivery> {
        self.touch(id);
        self.list.get_mut(&id)
    }

    /// This one is not what it was.
    fn touch(&mut self, id: u64) {
        if let Some(changed) = &mut self.changed {
            changed.deliveries.insert(id);
        }
    }

    /// The next place in some order.
    fn next_place(&mut self) -> u64 {
        self.places += 1;
        self.places
    }

    /// A delivery.
    pub(crate) fn get(&self, id: u64) -> Option<&Delivery> {
        self.list.get(&id)
    }

    /// All that are kept, oldest first.
    pub(crate) fn all(&self) -> impl DoubleEndedIterator<Item = (u64, &Delivery)> {
        self.list.iter().map(|(id, delivery)| (*id, delivery))
    }

    /// Nothing of it is sent any more.
    pub(crate) fn cancel(&self) {
        self.is_over.store(true, Ordering::Release);
    }

    /// How many were dropped, and how many are no longer shown.
    pub(crate) fn missing(&self) -> (u64, u64) {
        (self.dropped, self.forgotten)
    }

    /// Whether one more is dropped.
    pub(super) fn is_full(&self) -> bool {
        self.open >= MOST_OPEN
    }

    /// What is sent of one that is dropped before it is composed.
    pub(super) fn nothing(&self) -> Arc<Request> {
        Arc::clone(&self.nothing)
    }

    /// How many are being sent.
    pub(super) fn under_way(&self) -> usize {
        self.under_way
    }

    /// Where a kind goes.
    pub(super) fn target(&self, kind: Kind) -> Option<&Arc<str>> {
        self.targets.get(kind.word()).or_else(|| self.targets.get("*"))
    }

    /// Takes one in. Those that are to be sent now are put into `launch`.
    pub(super) fn add(&mut self, mut delivery: Delivery, world: &mut World, launch: &mut Vec<u64>) -> u64 {
        self.made += 1;
        let (id, sim, order) = (self.made, delivery.sim, delivery.order);
        let is_lost = delivery.state == State::Lost;
        if !is_lost && self.is_full() {
            delivery.state = State::Dropped;
            self.dropped += 1;
        }
        let is_over = delivery.state.is_over();
        self.list.insert(id, delivery);
        self.touch(id);
        if is_over {
            self.keep(id);
            return id;
        }
        self.open += 1;
        match order {
            Order::Free => self.start(id, world, launch),
            Order::Overtaken if !self.held_back.contains_key(&sim) => {
                self.held_back.insert(sim, id);
                self.put_off(id, OVERTAKING, world);
            }
            Order::InLine | Order::Overtaken => {
                self.line_up(sim, id, world, launch);
                if let Some(other) = self.held_back.remove(&sim) {
                    self.line_up(sim, other, world, launch);
                }
            }
        }
        id
    }

    /// Its moment has come.
    pub(super) fn due(&mut self, id: u64, world: &mut World, launch: &mut Vec<u64>) {
        let Some(delivery) = self.list.get(&id) else { return };
        if !matches!(delivery.state, State::Due(at) if at <= world.now()) {
            return;
        }
        let sim = delivery.sim;
        if self.held_back.get(&sim) == Some(&id) {
            // Nothing came that could have overtaken it.
            self.held_back.remove(&sim);
            self.line_up(sim, id, world, launch);
        } else {
            self.start(id, world, launch);
        }
    }

    /// What came of a try.
    pub(super) fn tried(&mut self, id: u64, outcome: Outcome, world: &mut World, launch: &mut Vec<u64>) {
        let now = world.now();
        if self.list.get(&id).is_none_or(|delivery| delivery.state != State::UnderWay) {
            return;
        }
        self.under_way -= 1;
        let Some(delivery) = self.one(id) else { return };
        let is_accepted = outcome.is_accepted();
        if delivery.newest.len() >= MOST_TRIES {
            delivery.newest.pop_front();
        }
        delivery.newest.push_back(Try { at: delivery.launched, outcome });
        let first = delivery.first.unwrap_or(delivery.launched);
        if is_accepted {
            return self.end(id, State::Delivered(now), world, launch);
        }
        let is_patient = delivery.launched.millis() - first.millis() < PATIENCE;
        if !delivery.is_tried_again || !is_patient {
            return self.end(id, State::Failed(now), world, launch);
        }
        let nth = usize::try_from(delivery.tries).unwrap_or(usize::MAX).saturating_sub(1);
        if !self.put_off(id, PAUSES.get(nth).copied().unwrap_or(PAUSE), world) {
            self.end(id, State::Failed(now), world, launch);
        }
    }

    /// There was no room for it on the way out.
    pub(super) fn drop_one(&mut self, id: u64, world: &mut World, launch: &mut Vec<u64>) {
        if self.list.get(&id).is_some_and(|delivery| delivery.state == State::UnderWay) {
            self.under_way -= 1;
            self.dropped += 1;
            self.end(id, State::Dropped, world, launch);
        }
    }

    /// Later, on the session's clock; false past the end of the calendar.
    fn put_off(&mut self, id: u64, millis: u64, world: &mut World) -> bool {
        let then = Span::from_millis(millis).and_then(|span| world.now().plus(span));
        if let (Some(then), Some(delivery)) = (then, self.one(id)) {
            delivery.state = State::Due(then);
            delivery.timer = Some(world.call_back_at(then, id));
        }
        then.is_some()
    }

    fn line_up(&mut self, sim: SimOrdinal, id: u64, world: &mut World, launch: &mut Vec<u64>) {
        // Who was overtaken waits for its moment no more.
        if let Some(timer) = self.list.get_mut(&id).and_then(|delivery| delivery.timer.take()) {
            world.forget_callback(timer);
        }
        let lane = self.lanes.entry(sim).or_default();
        lane.push_back(id);
        if lane.len() == 1 {
            self.start(id, world, launch);
        } else if let Some(delivery) = self.list.get_mut(&id) {
            delivery.state = State::Waiting;
        }
    }

    /// It is its turn.
    fn start(&mut self, id: u64, world: &mut World, launch: &mut Vec<u64>) {
        let Some(delivery) = self.one(id) else { return };
        let now = world.now();
        if let Some(then) = delivery.not_before.filter(|then| *then > now) {
            delivery.state = State::Due(then);
            delivery.timer = Some(world.call_back_at(then, id));
            return;
        }
        delivery.state = State::UnderWay;
        delivery.tries += 1;
        delivery.launched = now;
        delivery.first.get_or_insert(now);
        self.under_way += 1;
        launch.push(id);
    }

    /// It is over; the next of its SIM may go.
    fn end(&mut self, id: u64, state: State, world: &mut World, launch: &mut Vec<u64>) {
        let Some(delivery) = self.one(id) else { return };
        delivery.state = state;
        let sim = delivery.sim;
        self.open -= 1;
        self.keep(id);
        let Some(lane) = self.lanes.get_mut(&sim).filter(|lane| lane.front() == Some(&id)) else { return };
        lane.pop_front();
        match lane.front().copied() {
            Some(next) => self.start(next, world, launch),
            None => {
                self.lanes.remove(&sim);
            }
        }
    }

    /// Keeps one that is over, and forgets the oldest.
    fn keep(&mut self, id: u64) {
        let place = self.next_place();
        if let Some(delivery) = self.one(id) {
            delivery.place = place;
        }
        self.over_in_order.push_back(id);
        if self.over_in_order.len() > MOST_KEPT
            && let Some(oldest) = self.over_in_order.pop_front()
        {
            self.list.remove(&oldest);
            self.touch(oldest);
            self.forgotten += 1;
        }
    }
}

impl Drop for Deliveries {
    fn drop(&mut self) {
        self.cancel();
    }
}
