//! Orders change: each verb is one row of the table in `sim/order.rs`.

use super::World;
use super::order::within;
use crate::domain::refusal::Refusal;
use crate::domain::sim::SimOrdinal;
use crate::domain::sim::event::Change;
use crate::domain::sim::order::{Act, OrderKind, PlanOrder, PlanOrderOrdinal, Status};
use crate::domain::sim::refusal::SimRefusal;

/// Most stretches of use that an order keeps. Ours: a client in a loop would fill the memory.
const MOST_RUNS: usize = 1_000;

impl World {
    /// Starts an order. Others of its SIM may be in use already: the one that was enabled last carries the SIM's data, and the
    /// one before it goes on when that is over. That is ours; nothing starts by itself.
    pub(crate) fn enable_order(&mut self, partner: &str, id: &str) -> Result<PlanOrderOrdinal, Refusal> {
        let (at, _) = self.may(partner, id, Act::Enable)?;
        self.is_alive(self.sim_of_order(at))?;
        self.enable(at);
        Ok(at)
    }

    /// Cancels an order that was never enabled.
    pub(crate) fn cancel_order(&mut self, partner: &str, id: &str) -> Result<PlanOrderOrdinal, Refusal> {
        let (at, status) = self.may(partner, id, Act::Cancel)?;
        self.close(at, status);
        self.tell(at, Change::Cancelled);
        Ok(at)
    }

    /// Ends an order before its time.
    pub(crate) fn end_order(&mut self, partner: &str, id: &str) -> Result<PlanOrderOrdinal, Refusal> {
        let (at, status) = self.may(partner, id, Act::EndEarly)?;
        self.close(at, status);
        self.tell(at, Change::EndedEarly);
        Ok(at)
    }

    /// Pauses an order. Its time runs on.
    pub(crate) fn pause_order(&mut self, partner: &str, id: &str) -> Result<PlanOrderOrdinal, Refusal> {
        let (at, _) = self.may(partner, id, Act::Pause)?;
        self.can_pause(at)?;
        self.rest_or_go_on(&[at], Act::Pause);
        Ok(at)
    }

    /// Lets a paused order go on.
    pub(crate) fn resume_order(&mut self, partner: &str, id: &str) -> Result<PlanOrderOrdinal, Refusal> {
        let (at, _) = self.may(partner, id, Act::Resume)?;
        self.is_alive(self.sim_of_order(at))?;
        self.rest_or_go_on(&[at], Act::Resume);
        Ok(at)
    }

    /// Pauses all orders of a SIM that are in use: the path of the deprecated call says device, its title says order.
    pub(crate) fn pause_sim(&mut self, partner: &str, iccid: &str) -> Result<Vec<PlanOrderOrdinal>, Refusal> {
        let orders = self.orders_that_take(partner, iccid, Act::Pause)?;
        orders.iter().try_for_each(|at| self.can_pause(*at))?;
        self.rest_or_go_on(&orders, Act::Pause);
        Ok(orders)
    }

    /// Lets all paused orders of a SIM go on.
    pub(crate) fn resume_sim(
        &mut self,
        partner: &str,
        iccid: &str,
    ) -> Result<Vec<PlanOrderOrdinal>, Refusal> {
        let orders = self.orders_that_take(partner, iccid, Act::Resume)?;
        self.rest_or_go_on(&orders, Act::Resume);
        Ok(orders)
    }

    /// Gives an order more periods. It is told only if the order is in use, as the vendor's page says.
    pub(crate) fn renew_order(
        &mut self,
        partner: &str,
        id: &str,
        periods: i64,
    ) -> Result<PlanOrderOrdinal, Refusal> {
        let (at, status) = self.may(partner, id, Act::Renew)?;
        if let Some(order) = self.plan_order(at) {
            let most = Self::most_periods(order.days()) - i64::from(order.periods);
            within(periods, most)?;
        }
        self.set_periods(at, |before| before.saturating_add(u16::try_from(periods).unwrap_or(0)));
        if status == Status::InUse {
            self.tell(at, Change::Renewed);
        }
        Ok(at)
    }

    /// Starts an order that may be started.
    pub(super) fn enable(&mut self, at: PlanOrderOrdinal) {
        let now = self.now;
        let Some(order) = self.restated(at, |order| order.enable_at(now)) else { return };
        let (sim, is_ota) = (order.sim, matches!(order.kind, OrderKind::Ota { .. }));
        self.hand_over(sim);
        self.schedule(at);
        self.tell(at, if is_ota { Change::OtaStarted } else { Change::Started });
    }

    /// Gives an order another number of periods, and its end and timer with it.
    pub(super) fn set_periods(&mut self, at: PlanOrderOrdinal, change: impl FnOnce(u16) -> u16) {
        if let Some(order) = self.plan_order_mut(at) {
            order.periods = change(order.periods);
            order.ends = order.enabled.map(|enabled| order.end_if_enabled(enabled));
        }
        self.schedule(at);
    }

    /// What an act makes of an order's status, if it can be done.
    pub(super) fn takes(&self, at: PlanOrderOrdinal, act: Act) -> Result<Status, Refusal> {
        let Some(is) = self.plan_order(at).map(|order| order.status) else {
            return Err(SimRefusal::UnknownPlanOrder { asked: self.plan_order_id(at).to_string() }.into());
        };
        let refused = || SimRefusal::WrongStatus { order: self.plan_order_id(at), is, act };
        Ok(is.after(act).ok_or_else(refused)?)
    }

    fn may(&mut self, partner: &str, id: &str, act: Act) -> Result<(PlanOrderOrdinal, Status), Refusal> {
        self.wake_fleet();
        let at = self.own_order(partner, id)?;
        Ok((at, self.takes(at, act)?))
    }

    fn sim_of_order(&self, at: PlanOrderOrdinal) -> SimOrdinal {
        self.plan_order(at).map_or(SimOrdinal(u32::MAX), |order| order.sim)
    }

    /// The orders of a SIM that an act can be done to; at least one.
    fn orders_that_take(
        &mut self,
        partner: &str,
        iccid: &str,
        act: Act,
    ) -> Result<Vec<PlanOrderOrdinal>, Refusal> {
        self.wake_fleet();
        let sim = self.own_sim(partner, iccid)?;
        self.is_alive(sim)?;
        let orders = self.orders_of_sim(sim).iter().copied();
        let orders: Vec<_> = orders.filter(|at| self.takes(*at, act).is_ok()).collect();
        if orders.is_empty() {
            return Err(SimRefusal::NothingTo { act, sim: self.iccid_of(sim) }.into());
        }
        Ok(orders)
    }

    fn can_pause(&self, at: PlanOrderOrdinal) -> Result<(), Refusal> {
        if self.plan_order(at).is_none_or(|order| order.runs.len() < MOST_RUNS) {
            return Ok(());
        }
        Err(SimRefusal::Full { of: "pauses of an order", limit: MOST_RUNS }.into())
    }

    fn rest_or_go_on(&mut self, orders: &[PlanOrderOrdinal], act: Act) {
        let change = if act == Act::Pause { Change::Paused } else { Change::Resumed };
        for at in orders {
            let rests =
                |order: &mut PlanOrder| order.status = order.status.after(act).unwrap_or(order.status);
            let Some(sim) = self.restated(*at, rests).map(|order| order.sim) else { continue };
            self.hand_over(sim);
            self.tell(*at, change);
        }
    }
}
