//! Lists of SIMs, plans and orders, as a partner sees its own. They need an awake fleet.

use super::World;
use crate::domain::refusal::Refusal;
use crate::domain::sim::order::{PlanOrder, PlanOrderOrdinal, Status};
use crate::domain::sim::page::{Page, Paged};
use crate::domain::sim::plan::{Plan, PlanKind};
use crate::domain::sim::{Life, SimOrdinal};

/// Which orders are wanted; what is `None` is not looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct OrderFilter<'a> {
    /// Of this SIM.
    pub sim: Option<&'a str>,
    /// With this id.
    pub id: Option<&'a str>,
    /// Of this status.
    pub status: Option<Status>,
    /// Of plans of this kind: `order_type` is not documented, so this reading is ours.
    pub kind: Option<PlanKind>,
}

impl World {
    /// A partner's SIMs, by ICCID.
    pub(crate) fn sims_of(&self, partner: &str, page: Page) -> Paged<SimOrdinal> {
        page.cut(self.all_sims_of(partner))
    }

    /// A partner's SIMs with an order in use, by ICCID.
    pub(crate) fn sims_in_use(&self, partner: &str) -> Vec<SimOrdinal> {
        self.all_sims_of(partner).filter(|sim| self.sim_life(*sim) == Life::Activation).collect()
    }

    /// A partner's SIM.
    pub(crate) fn sim_of(&self, partner: &str, iccid: &str) -> Result<SimOrdinal, Refusal> {
        self.own_sim(partner, iccid)
    }

    /// A partner's order.
    pub(crate) fn plan_order_of(&self, partner: &str, id: &str) -> Result<PlanOrderOrdinal, Refusal> {
        self.own_order(partner, id)
    }

    /// The plans that are sold to a partner, by code.
    pub(crate) fn plans_of(&self, partner: &str, page: Page) -> Paged<&Plan> {
        page.cut(self.roster().plans.iter().filter(|plan| plan.is_sold_to(partner)))
    }

    /// A partner's orders, newest first. A SIM or an id that is not the partner's gives none.
    pub(crate) fn plan_orders_of(
        &self,
        partner: &str,
        filter: &OrderFilter<'_>,
        page: Page,
    ) -> Paged<PlanOrderOrdinal> {
        let fits = |at: &PlanOrderOrdinal| {
            self.plan_order(*at).is_some_and(|order| {
                filter.status.is_none_or(|status| order.status == status)
                    && filter.kind.is_none_or(|kind| order.periods_of == kind)
                    && self.is_of(order, partner)
            })
        };
        if let Some(id) = filter.id {
            let found = self.find_plan_order(id).filter(|at| {
                let sim = filter.sim.map(|iccid| self.find_sim(iccid));
                let of = self.plan_order(*at).map(|order| order.sim);
                sim.is_none_or(|sim| sim == of)
            });
            return page.cut(found.into_iter().filter(fits));
        }
        if let Some(iccid) = filter.sim {
            let orders = self.find_sim(iccid).map_or(&[][..], |sim| self.orders_of_sim(sim));
            return page.cut(orders.iter().rev().copied().filter(fits));
        }
        let count = u32::try_from(self.plan_order_count()).unwrap_or(u32::MAX);
        page.cut((0..count).rev().map(PlanOrderOrdinal).filter(fits))
    }

    /// The order that counts for a SIM: in use wins over paused, then what was enabled last. Test data is left out.
    pub(crate) fn order_in_effect(&self, sim: SimOrdinal) -> Option<PlanOrderOrdinal> {
        self.sim_state(sim)?.standing.in_effect()
    }

    fn all_sims_of(&self, partner: &str) -> impl Iterator<Item = SimOrdinal> {
        let sims = self.sims.as_ref().and_then(|sims| sims.roster.of_partner.get(partner));
        sims.into_iter().flatten().copied()
    }

    fn is_of(&self, order: &PlanOrder, partner: &str) -> bool {
        self.sim(order.sim).is_some_and(|sim| *sim.partner == *partner)
    }
}
