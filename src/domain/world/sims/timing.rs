//! What an order waits for, one timer each: its next usage warning, else its end.

use std::sync::Arc;

use super::{Place, World};
use crate::domain::moment::Moment;
use crate::domain::sim::SimOrdinal;
use crate::domain::sim::event::{Change, Happening};
use crate::domain::sim::order::{Act, PlanOrder, PlanOrderOrdinal, Status};
use crate::domain::sim::usage::Run;
use crate::domain::world::time::{Timer, What};

impl World {
    /// Sets an order's timer anew.
    pub(super) fn schedule(&mut self, at: PlanOrderOrdinal) {
        let (now, percentages) = (self.now, self.policy.usage_warnings);
        let Some(order) = self.plan_order_mut(at) else { return };
        let old = order.timer.take();
        let next = order.ends.filter(|_| order.is_running()).map(|ends| {
            let warning = order.next_warning(now, percentages);
            warning.map_or(ends, |(warning, ..)| warning.min(ends))
        });
        if let Some(old) = old {
            self.take_timer(old);
        }
        if let Some(next) = next {
            let key = self.at(next, Timer::Plan(at));
            if let Some(order) = self.plan_order_mut(at) {
                order.timer = Some(key);
            }
        }
    }

    /// An order's timer is due: it is over, or a warning is given.
    pub(in crate::domain::world) fn plan_is_due(&mut self, at: PlanOrderOrdinal) {
        let (now, percentages) = (self.now, self.policy.usage_warnings);
        let Some(order) = self.plan_order_mut(at) else { return };
        order.timer = None;
        let (sim, quota) = (order.sim, order.quota);
        if order.ends.is_some_and(|ends| ends <= now) {
            if let Some(status) = order.status.after(Act::Expire) {
                self.close(at, status);
                self.tell(at, Change::Expired);
                self.fire(What::PlanOrderExpired(at));
            }
            return;
        }
        let (cycle, count) = order.reached(now, percentages);
        let given = if order.warned.0 == cycle { order.warned.1 } else { 0 };
        order.warned = (cycle, count.max(given));
        let used = order.cycle_at(now).map_or(0, |cycle| order.used(cycle, now));
        for percent in percentages.iter().take(count).skip(given) {
            self.happen(sim, Happening::Usage { order: at, percent: *percent, used, quota });
            self.fire(What::UsageReached(at, *percent));
        }
        self.schedule(at);
    }

    /// An order is over or cancelled; another one may carry its SIM's data from now on.
    pub(super) fn close(&mut self, at: PlanOrderOrdinal, status: Status) {
        let now = self.now;
        let closes = |order: &mut PlanOrder| {
            order.status = status;
            order.closed = Some(now);
        };
        let Some(order) = self.restated(at, closes) else { return };
        let (sim, was_enabled) = (order.sim, order.enabled.is_some());
        self.schedule(at);
        self.hand_over(sim);
        if let Some(state) = self.sim_state_mut(sim).filter(|_| was_enabled) {
            let is_idle = !state.standing.has_in_use() && !state.standing.has_paused();
            state.idle_since = if is_idle { Some(now) } else { state.idle_since };
        }
    }

    /// Lets the right one of a SIM's orders carry its data: of those in use, the one that was enabled last.
    pub(super) fn hand_over(&mut self, sim: SimOrdinal) {
        let now = self.now;
        let Some(fleet) = self.sims.as_mut().map(Arc::make_mut) else { return };
        let Some(state) = usize::try_from(sim.0).ok().and_then(|at| fleet.sims.get_mut(at)) else { return };
        let carrier = state.standing.first_in_use();
        let before = std::mem::replace(&mut state.standing.carrier, carrier);
        if before == carrier {
            return;
        }
        let place = |at: PlanOrderOrdinal| usize::try_from(at.0).unwrap_or(usize::MAX);
        if let Some(order) = before.and_then(|at| fleet.orders.get_mut(place(at))) {
            order.rest(now);
        }
        for at in [before, carrier].into_iter().flatten() {
            self.marks.mark(|| Place::PlanOrder(at.0));
        }
        if let Some(order) = carrier.and_then(|at| fleet.orders.get_mut(place(at))) {
            order.carry(now);
        }
        // The older one first: timers of one moment fire in the order of their making.
        let mut changed = [before, carrier];
        changed.sort_unstable();
        for at in changed.into_iter().flatten() {
            self.schedule(at);
        }
    }
}

impl PlanOrder {
    /// It carries its SIM's data from now on.
    fn carry(&mut self, now: Moment) {
        match self.runs.last_mut() {
            Some(run) if run.until == Some(now) => run.until = None,
            _ => self.runs.push(Run { from: now, until: None }),
        }
    }

    /// It does no more.
    fn rest(&mut self, now: Moment) {
        if let Some(run) = self.runs.last_mut().filter(|run| run.until.is_none()) {
            run.until = Some(now);
            if run.from == now {
                self.runs.pop();
            }
        }
    }
}
