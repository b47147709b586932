//! Which of a SIM's orders run, by rank: kept as orders change, so that nobody looks at all orders of a SIM at each call.

use std::collections::BTreeSet;

use super::Sims;
#[cfg(test)]
use super::World;
use crate::domain::moment::Moment;
use crate::domain::sim::order::{PlanOrder, PlanOrderOrdinal, Status};

/// The orders of a SIM that run. What is waiting, over or cancelled stands in none of these.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(PartialEq))]
pub(super) struct Standing {
    in_use: BTreeSet<Place>,
    paused: BTreeSet<Place>,
    /// The one in use that carries the SIM's data.
    pub(super) carrier: Option<PlanOrderOrdinal>,
}

/// An order among those of its SIM, by [`PlanOrder::rank`], which stays as long as it runs.
type Place = ((bool, Option<Moment>), PlanOrderOrdinal);

impl Standing {
    /// Whether an order is in use.
    pub(super) fn has_in_use(&self) -> bool {
        !self.in_use.is_empty()
    }

    /// Whether an order is paused.
    pub(super) fn has_paused(&self) -> bool {
        !self.paused.is_empty()
    }

    /// Of the orders in use, the one that is to carry the SIM's data.
    pub(super) fn first_in_use(&self) -> Option<PlanOrderOrdinal> {
        self.in_use.last().map(|(_, at)| *at)
    }

    /// The order that counts: in use wins over paused, then what was enabled last; test data counts for nothing.
    pub(super) fn in_effect(&self) -> Option<PlanOrderOrdinal> {
        let best =
            |orders: &BTreeSet<Place>| orders.last().filter(|((is_no_test, _), _)| *is_no_test).copied();
        best(&self.in_use).or_else(|| best(&self.paused)).map(|(_, at)| at)
    }

    /// An order is found as it is: when SIMs wake, or come back from where they were kept.
    pub(super) fn find(&mut self, at: PlanOrderOrdinal, order: &PlanOrder) {
        self.enter(at, order);
        self.carrier = self.carrier.or_else(|| order.is_carrying().then_some(at));
    }

    /// An order enters this status with this rank.
    fn enter(&mut self, at: PlanOrderOrdinal, order: &PlanOrder) {
        if let Some(orders) = self.of(order.status) {
            orders.insert((order.rank(), at));
        }
    }

    /// An order leaves its status.
    fn leave(&mut self, at: PlanOrderOrdinal, order: &PlanOrder) {
        if let Some(orders) = self.of(order.status) {
            orders.remove(&(order.rank(), at));
        }
    }

    fn of(&mut self, status: Status) -> Option<&mut BTreeSet<Place>> {
        match status {
            Status::InUse => Some(&mut self.in_use),
            Status::Paused => Some(&mut self.paused),
            Status::NotEnabled | Status::Ended | Status::Cancelled => None,
        }
    }
}

impl Sims {
    /// Changes what an order's standing depends on: its status, and when it was enabled. Nothing else may change these.
    pub(super) fn restate(&mut self, at: PlanOrderOrdinal, change: impl FnOnce(&mut PlanOrder)) {
        let Some(order) = usize::try_from(at.0).ok().and_then(|place| self.orders.get_mut(place)) else {
            return;
        };
        let Some(state) = usize::try_from(order.sim.0).ok().and_then(|place| self.sims.get_mut(place)) else {
            return;
        };
        state.standing.leave(at, order);
        change(order);
        state.standing.enter(at, order);
    }
}

#[cfg(test)]
impl World {
    /// What a SIM's standing has to be, by a look at all of its orders.
    pub(super) fn recount(&self, sim: crate::domain::sim::SimOrdinal) -> Standing {
        let mut standing = Standing::default();
        for at in self.orders_of_sim(sim) {
            let Some(order) = self.plan_order(*at) else { continue };
            standing.enter(*at, order);
            if order.is_carrying() {
                assert_eq!(standing.carrier.replace(*at), None, "one order carries a SIM's data");
            }
        }
        standing
    }

    /// What it is.
    pub(super) fn standing(&self, sim: crate::domain::sim::SimOrdinal) -> Option<&Standing> {
        self.sim_state(sim).map(|state| &state.standing)
    }
}
