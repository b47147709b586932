//! Plans are ordered: for one SIM, for many, over the air.

use std::collections::BTreeSet;

use super::{World, clip};
use crate::domain::ids;
use crate::domain::moment::Moment;
use crate::domain::refusal::Refusal;
use crate::domain::sim::choices::BulkOrder;
use crate::domain::sim::event::Change;
use crate::domain::sim::order::{OrderKind, Payment, PlanOrder, PlanOrderOrdinal, Status};
use crate::domain::sim::plan::{PlanKind, PlanOrdinal};
use crate::domain::sim::refusal::SimRefusal;
use crate::domain::sim::usage::Habit;
use crate::domain::sim::{Life, SimOrdinal};

/// Most SIMs in one order. Ours: no page names a limit.
const MOST_DEVICES: usize = 1_000;
/// No order reaches farther than ten years. Ours as well.
const MOST_DAYS: i64 = 3_660;

/// What is ordered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlanWish<'a> {
    /// The plan's code, which decides; names are not looked at.
    pub plan: &'a str,
    /// Its `package_type`; if it was sent, it has to be the plan's.
    pub kind: Option<PlanKind>,
    /// How many periods.
    pub periods: i64,
    /// Whether it starts at once.
    pub start: Start,
    /// Bytes of test data, if it is an order of test data.
    pub test: Option<u64>,
    /// What was said of its payment.
    pub payment: Payment,
}

/// Whether an order starts at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// `is_open` 0: it waits for somebody to enable it.
    Later,
    /// `is_open` 1.
    Now,
}

/// What an order over the air says besides.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OtaWish<'a> {
    /// How many days.
    pub days: i64,
    /// Where; as it was sent.
    pub mcc: &'a str,
    /// As it was sent: its values are not known.
    pub timing: &'a str,
}

impl World {
    /// Orders a plan for one SIM. A SIM may hold any number of orders.
    pub(crate) fn order_plan(
        &mut self,
        partner: &str,
        iccid: &str,
        wish: &PlanWish<'_>,
    ) -> Result<PlanOrderOrdinal, Refusal> {
        self.wake_fleet();
        let plan = self.judge_plan(partner, wish)?;
        let sim = self.judge_device(partner, iccid)?;
        self.has_room_for_plan_orders(1)?;
        let kind = wish.test.map_or(OrderKind::Periods, |quota| OrderKind::Test { quota });
        Ok(self.make_plan_order(sim, plan, kind, wish))
    }

    /// Orders a plan for many SIMs: a result for each, in their order. By default one bad SIM stops all, and the good ones are
    /// refused on its account.
    pub(crate) fn order_plans(
        &mut self,
        partner: &str,
        iccids: &[&str],
        wish: &PlanWish<'_>,
    ) -> Result<Vec<Result<PlanOrderOrdinal, Refusal>>, Refusal> {
        self.wake_fleet();
        if iccids.is_empty() || iccids.len() > MOST_DEVICES {
            return Err(SimRefusal::ListTooLong { named: iccids.len(), limit: MOST_DEVICES }.into());
        }
        let plan = self.judge_plan(partner, wish)?;
        self.has_room_for_plan_orders(iccids.len())?;
        let mut seen = BTreeSet::new();
        let judged: Vec<Result<SimOrdinal, Refusal>> = iccids
            .iter()
            .map(|iccid| {
                let sim = self.judge_device(partner, iccid)?;
                if seen.insert(sim) {
                    Ok(sim)
                } else {
                    Err(SimRefusal::NamedTwice { sim: clip(iccid) }.into())
                }
            })
            .collect();
        let is_stopped = self.policy.bulk_order == BulkOrder::Atomic && judged.iter().any(Result::is_err);
        let results = judged.into_iter().map(|sim| {
            let sim = sim?;
            if is_stopped {
                return Err(SimRefusal::OthersRefused.into());
            }
            let kind = wish.test.map_or(OrderKind::Periods, |quota| OrderKind::Test { quota });
            Ok(self.make_plan_order(sim, plan, kind, wish))
        });
        Ok(results.collect())
    }

    /// Orders a plan over the air.
    pub(crate) fn order_ota_plan(
        &mut self,
        partner: &str,
        iccid: &str,
        wish: &PlanWish<'_>,
        ota: &OtaWish<'_>,
    ) -> Result<PlanOrderOrdinal, Refusal> {
        self.wake_fleet();
        let plan = self.judge_plan(partner, wish)?;
        let sim = self.judge_device(partner, iccid)?;
        let days = within(ota.days, MOST_DAYS)?;
        within(ota.days.saturating_mul(wish.periods), MOST_DAYS)?;
        if !self.sim(sim).is_some_and(|sim| sim.is_ota) {
            return Err(SimRefusal::NotOta { what: self.iccid_of(sim) }.into());
        }
        if let Some(plan) = self.roster().plan(plan).filter(|plan| !plan.is_ota) {
            return Err(SimRefusal::NotOta { what: plan.code.clone() }.into());
        }
        self.has_room_for_plan_orders(1)?;
        let kind = OrderKind::Ota { days, mcc: clip(ota.mcc), timing: clip(ota.timing) };
        Ok(self.make_plan_order(sim, plan, kind, wish))
    }

    /// The order with this id.
    pub(crate) fn find_plan_order(&self, id: &str) -> Option<PlanOrderOrdinal> {
        let sims = self.sims.as_ref()?;
        if let Some(at) = sims.named.get(id) {
            return Some(*at);
        }
        let at = PlanOrderOrdinal(ids::plan_order_position(self.seed, id)?);
        self.plan_order(at).filter(|_| !sims.names.contains_key(&at)).map(|_| at)
    }

    /// An order's id.
    pub(crate) fn plan_order_id(&self, at: PlanOrderOrdinal) -> std::sync::Arc<str> {
        let name = self.sims.as_ref().and_then(|sims| sims.names.get(&at).cloned());
        name.unwrap_or_else(|| ids::plan_order_id(self.seed, at.0).as_str().into())
    }

    /// The most periods that an order of a kind may have.
    pub(super) fn most_periods(order_days: u64) -> i64 {
        (MOST_DAYS / i64::try_from(order_days).unwrap_or(1).max(1)).max(1)
    }

    fn judge_plan(&self, partner: &str, wish: &PlanWish<'_>) -> Result<PlanOrdinal, Refusal> {
        let roster = self.roster();
        let Some(at) = roster.find_plan(wish.plan) else {
            let example = roster.plans.iter().find(|plan| plan.is_sold_to(partner));
            let example = example.map(|plan| plan.code.clone());
            return Err(SimRefusal::UnknownPlan { asked: clip(wish.plan), example }.into());
        };
        let Some(plan) = roster.plan(at).filter(|plan| plan.is_sold_to(partner)) else {
            return Err(SimRefusal::PlanNotSold { plan: wish.plan.into() }.into());
        };
        if wish.kind.is_some_and(|kind| kind != plan.kind) {
            return Err(SimRefusal::WrongPlanKind { plan: plan.code.clone(), is: plan.kind.number() }.into());
        }
        within(wish.periods, Self::most_periods(plan.kind.days()))?;
        Ok(at)
    }

    fn judge_device(&self, partner: &str, iccid: &str) -> Result<SimOrdinal, Refusal> {
        let sim = self.own_sim(partner, iccid)?;
        self.is_alive(sim).map(|()| sim)
    }

    /// Whether anything can still be ordered or enabled for a SIM.
    pub(super) fn is_alive(&self, sim: SimOrdinal) -> Result<(), Refusal> {
        match self.sim_life(sim) {
            Life::Terminated => Err(SimRefusal::SimTerminated { sim: self.iccid_of(sim) }.into()),
            Life::PreActivation | Life::Activation | Life::PreDeactivation | Life::Paused | Life::Expired => {
                Ok(())
            }
        }
    }

    fn has_room_for_plan_orders(&self, more: usize) -> Result<(), Refusal> {
        if self.has_room_for_orders(more) {
            return Ok(());
        }
        Err(SimRefusal::Full { of: "plan orders", limit: self.order_limit }.into())
    }

    fn make_plan_order(
        &mut self,
        sim: SimOrdinal,
        plan: PlanOrdinal,
        kind: OrderKind,
        wish: &PlanWish<'_>,
    ) -> PlanOrderOrdinal {
        let at = PlanOrderOrdinal(u32::try_from(self.plan_order_count()).unwrap_or(u32::MAX));
        let (now, seed, iccid) = (self.now, self.seed, self.iccid_of(sim));
        let Some((periods_of, plan_quota)) = self.roster().plan(plan).map(|plan| (plan.kind, plan.quota))
        else {
            return at;
        };
        let quota = match kind {
            OrderKind::Test { quota } => quota,
            OrderKind::Periods | OrderKind::Ota { .. } => plan_quota,
        };
        let habit = Habit::of(seed, &iccid, quota, kind.days(periods_of));
        let order = PlanOrder {
            sim,
            plan,
            periods_of,
            kind,
            periods: u16::try_from(wish.periods).unwrap_or(1),
            payment: wish.payment,
            status: Status::NotEnabled,
            made: now,
            enabled: None,
            ends: None,
            closed: None,
            quota,
            runs: Vec::new(),
            habit,
            warned: (Moment::EPOCH, 0),
            timer: None,
        };
        if let Some(fleet) = self.fleet() {
            fleet.orders.push(order);
        }
        if let Some(state) = self.sim_state_mut(sim) {
            state.orders.push(at);
        }
        self.tell(at, Change::Created);
        if wish.start == Start::Now {
            self.enable(at);
        }
        at
    }
}

/// From 1 to the most.
pub(super) fn within(asked: i64, max: i64) -> Result<u16, Refusal> {
    let fits = u16::try_from(asked).ok().filter(|count| *count >= 1 && i64::from(*count) <= max);
    fits.ok_or_else(|| SimRefusal::WrongPeriods { asked, min: 1, max }.into())
}
