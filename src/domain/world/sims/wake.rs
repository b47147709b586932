//! The fleet wakes: what it is then follows from the session's seed, its first moment, and now. What was before is not told.

use std::collections::VecDeque;
use std::sync::Arc;

use super::{ByName, DAY, Names, Place, SimState, Sims, World};
use crate::domain::dice::{Kind, Seed};
use crate::domain::moment::Moment;
use crate::domain::money::Money;
use crate::domain::sim::BaseLife;
use crate::domain::sim::calendar::{LocalDay, LocalMonth};
use crate::domain::sim::fleet::{Roster, Stands, StartingOrder};
use crate::domain::sim::order::{OrderKind, Payment, PlanOrder, PlanOrderOrdinal, Status};
use crate::domain::sim::plan::PlanKind;
use crate::domain::sim::usage::{Habit, Run};

impl World {
    /// Wakes the SIMs; again, it does nothing.
    pub(crate) fn wake_fleet(&mut self) {
        if self.sims.is_some() {
            return;
        }
        let roster = Arc::clone(self.stock.fleet.roster());
        let mut sims = vec![SimState::default(); roster.sims.len()];
        let mut orders = Vec::with_capacity(roster.orders.len());
        let (named, names) = names_of(&roster);
        for (at, starting) in (0..).zip(&roster.orders) {
            let place = PlanOrderOrdinal(at);
            let Some(mut order) = begun(self.seed, &roster, at, starting, self.began) else { continue };
            if let Some(ends) = order.ends.filter(|ends| order.is_running() && *ends <= self.now) {
                order.status = Status::Ended;
                order.closed = Some(ends);
            }
            if let Some(sim) = usize::try_from(order.sim.0).ok().and_then(|at| sims.get_mut(at)) {
                sim.orders.push(place);
            }
            orders.push(order);
        }
        for (state, sim) in sims.iter_mut().zip(&roster.sims) {
            share_out(&mut orders, &state.orders);
            let of = || state.orders.iter().filter_map(|at| orders.get(usize::try_from(at.0).ok()?));
            let over = of().filter(|order| order.status == Status::Ended).filter_map(|order| order.closed);
            if !of().any(PlanOrder::is_running) {
                let idle = sim.life.idle_days().map(|days| before(self.began, i64::from(days) * DAY));
                state.idle_since = over.max().max(idle);
            }
            state.gone = (sim.life == BaseLife::Terminated).then_some(self.began);
        }
        let percentages = self.policy.usage_warnings;
        for order in &mut orders {
            if order.is_running() {
                order.warned = order.reached(self.now, percentages);
            }
        }
        let mut running = Vec::new();
        for (at, order) in (0..).map(PlanOrderOrdinal).zip(&orders).filter(|(_, order)| order.is_running()) {
            running.push(at);
            if let Some(state) = usize::try_from(order.sim.0).ok().and_then(|at| sims.get_mut(at)) {
                state.standing.find(at, order);
            }
        }
        self.marks.mark(|| Place::Head);
        self.sims = Some(Arc::new(Sims {
            roster,
            sims,
            orders,
            named,
            names,
            texts: Vec::new(),
            events: VecDeque::new(),
            events_from: 0,
        }));
        for at in running {
            self.schedule(at);
            // The one that was enabled last may be over by now: then an older one takes over here.
            let waits =
                self.plan_order(at).filter(|order| order.status == Status::InUse && !order.is_carrying());
            if let Some(sim) = waits.map(|order| order.sim) {
                self.hand_over(sim);
            }
        }
    }
}

/// The ids of orders that are not made like those of a session, both ways.
pub(super) fn names_of(roster: &Roster) -> (ByName, Names) {
    let named =
        (0..).zip(&roster.orders).filter_map(|(at, order)| Some((PlanOrderOrdinal(at), order.id.as_ref()?)));
    let (mut by_name, mut names) = (ByName::new(), Names::new());
    for (at, id) in named {
        by_name.insert(Arc::clone(id), at);
        names.insert(at, Arc::clone(id));
    }
    (by_name, names)
}

/// Which of a SIM's orders carried its data when: the one that was enabled last.
fn share_out(orders: &mut [PlanOrder], of_sim: &[PlanOrderOrdinal]) {
    let place = |at: &PlanOrderOrdinal| usize::try_from(at.0).unwrap_or(usize::MAX);
    let mut enabled: Vec<(Moment, usize)> = of_sim
        .iter()
        .map(place)
        .filter_map(|at| orders.get(at).and_then(|order| order.enabled).map(|from| (from, at)))
        .collect();
    enabled.sort_unstable();
    for (nth, (from, at)) in enabled.iter().enumerate() {
        let next = enabled.get(nth + 1).map(|(next, _)| *next);
        let Some(order) = orders.get_mut(*at) else { continue };
        // A paused order has said already when it rested.
        let rests = order.runs.first().and_then(|run| run.until);
        let until = [next, order.closed, rests].into_iter().flatten().min();
        order.runs = vec![Run { from: *from, until }];
    }
}

/// An order as it stands when the session starts.
fn begun(seed: Seed, roster: &Roster, at: u32, starting: &StartingOrder, start: Moment) -> Option<PlanOrder> {
    let (plan, sim) = (roster.plan(starting.plan)?, roster.sim(starting.sim)?);
    let quota = match starting.kind {
        OrderKind::Test { quota } => quota,
        OrderKind::Periods | OrderKind::Ota { .. } => plan.quota,
    };
    let mut order = PlanOrder {
        sim: starting.sim,
        plan: starting.plan,
        periods_of: plan.kind,
        kind: starting.kind.clone(),
        periods: 1,
        payment: Payment { amount: plan.price, is_paid: true, by: Some(1) },
        status: Status::NotEnabled,
        made: start,
        enabled: None,
        ends: None,
        closed: None,
        quota,
        runs: Vec::new(),
        habit: Habit::of(seed, &sim.iccid, quota, 1),
        warned: (Moment::EPOCH, 0),
        timer: None,
    };
    order.habit = Habit::of(seed, &sim.iccid, quota, order.days());
    let mut draw = seed.draw(Kind::SimPast, u64::from(at));
    let mut some = |most: i64| i64::try_from(draw.below(most.max(0).unsigned_abs())).unwrap_or(0);
    match starting.stands {
        Stands::NotEnabled { periods, made } => {
            order.periods = periods;
            order.made = before(start, i64::from(made) * DAY + some(DAY));
        }
        Stands::Cancelled { days } => {
            let closed = before(start, i64::from(days) * DAY);
            order.status = Status::Cancelled;
            order.closed = Some(closed);
            order.made = before(closed, some(3 * DAY));
        }
        Stands::InUse { behind, ahead } | Stands::Paused { behind, ahead } => {
            let first = first_moment(&order, start, i64::from(behind));
            order.periods = behind.saturating_add(ahead).saturating_add(1);
            let room = (start.millis() - first.millis()).min(20 * 3_600_000);
            let enabled = Moment::from_millis(first.millis() + some(room + 1));
            order.enable_at(enabled);
            order.made = before(enabled, some(3 * DAY));
            if matches!(starting.stands, Stands::Paused { .. }) {
                let rests = enabled.millis() + some(start.millis() - enabled.millis() + 1);
                order.status = Status::Paused;
                order.runs = vec![Run { from: enabled, until: Some(Moment::from_millis(rests)) }];
            }
        }
        Stands::Expired { periods, days } => {
            order.periods = periods.max(1);
            let days = i64::from(days.max(1));
            let passed = i64::from(order.periods);
            let (enabled, ends) = match &order.kind {
                OrderKind::Ota { days: long, .. } => {
                    let last = LocalDay::of(start).plus(1 - days);
                    (last.plus(-passed * i64::from(*long)).starts(), last.starts())
                }
                OrderKind::Periods | OrderKind::Test { .. } => match months(plan.kind) {
                    None => {
                        let last = LocalDay::of(start).plus(1 - days);
                        (last.plus(-passed).starts(), last.starts())
                    }
                    Some(months) => {
                        let last = LocalMonth::of(start).plus(-(days / 31));
                        (last.plus(-passed * months).starts(), last.starts())
                    }
                },
            };
            order.enable_at(Moment::from_millis(enabled.millis() + some(20 * 3_600_000)).min(start));
            order.ends = Some(ends);
            order.closed = Some(ends);
            order.status = Status::Ended;
            order.made = before(enabled, some(3 * DAY));
        }
    }
    Some(order)
}

/// The first moment of the period that lies so many periods before the present one.
fn first_moment(order: &PlanOrder, start: Moment, behind: i64) -> Moment {
    match (&order.kind, months(order.periods_of)) {
        (OrderKind::Ota { days, .. }, _) => LocalDay::of(start).plus(-behind * i64::from(*days)).starts(),
        (OrderKind::Periods | OrderKind::Test { .. }, None) => LocalDay::of(start).plus(-behind).starts(),
        (OrderKind::Periods | OrderKind::Test { .. }, Some(months)) => {
            LocalMonth::of(start).plus(-behind * months).starts()
        }
    }
}

/// Calendar months of a period; `None` if it is a day.
fn months(kind: PlanKind) -> Option<i64> {
    match kind {
        PlanKind::UnlimitedDaily | PlanKind::Daily => None,
        PlanKind::Monthly => Some(1),
        PlanKind::Quarterly => Some(3),
        PlanKind::HalfYearly => Some(6),
        PlanKind::Yearly => Some(12),
    }
}

fn before(moment: Moment, millis: i64) -> Moment {
    Moment::from_millis(moment.millis().saturating_sub(millis))
}

impl PlanOrder {
    /// It starts.
    pub(super) fn enable_at(&mut self, at: Moment) {
        self.status = Status::InUse;
        self.enabled = Some(at);
        self.ends = Some(self.end_if_enabled(at));
    }
}

impl Default for Payment {
    /// Nothing was said of it.
    fn default() -> Self {
        Self { amount: Money::ZERO, is_paid: false, by: None }
    }
}
