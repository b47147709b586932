//! What SIMs have used. It grows with the clock; nothing is kept of it.

use super::World;
use crate::domain::moment::{Day, Moment};
use crate::domain::refusal::Refusal;
use crate::domain::sim::SimOrdinal;
use crate::domain::sim::calendar::{LocalDay, LocalMonth};
use crate::domain::sim::order::{Cycle, PlanOrderOrdinal};
use crate::domain::sim::refusal::SimRefusal;

/// How many days daily figures reach back, today among them: read off the newer portal.
const DAYS_BACK: i64 = 60;
/// How many months monthly ones do.
const MONTHS_BACK: i64 = 6;
/// How far the operator's figures lag behind.
const OPERATOR_STEP: i64 = 3_600_000;

/// A SIM's use in the present cycle of the order that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CurrentUsage {
    /// The order; `None` if none is in use or paused. Then nothing is used, and nothing left.
    pub order: Option<PlanOrderOrdinal>,
    /// Its cycle.
    pub cycle: Option<Cycle>,
    /// Bytes used in it.
    pub used: u64,
    /// Bytes of high-speed data that are left in it.
    pub balance: u64,
}

/// What a SIM used in a calendar month at UTC+8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MonthUsage {
    /// The year.
    pub year: i16,
    /// The month, from 1.
    pub month: i8,
    /// Bytes.
    pub used: u64,
}

/// What the operator says of the order in effect, as of the last full hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OperatorView {
    /// The IMSI that it uses.
    pub imsi: std::sync::Arc<str>,
    /// The order; `None` if none is in use or paused.
    pub order: Option<PlanOrderOrdinal>,
    /// Bytes that are left in its cycle.
    pub remaining: u64,
}

impl World {
    /// What a partner's SIM has used in the present cycle.
    pub(crate) fn usage_of(&self, partner: &str, iccid: &str) -> Result<CurrentUsage, Refusal> {
        Ok(self.current_usage(self.own_sim(partner, iccid)?))
    }

    /// What a SIM has used in the present cycle.
    pub(crate) fn current_usage(&self, sim: SimOrdinal) -> CurrentUsage {
        self.usage_until(sim, self.now)
    }

    /// What a partner's SIM used on each day at UTC+8, the first and the last one included.
    pub(crate) fn daily_usage(
        &self,
        partner: &str,
        iccid: &str,
        from: Day,
        to: Day,
    ) -> Result<Vec<(Day, u64)>, Refusal> {
        let sim = self.own_sim(partner, iccid)?;
        let latest = LocalDay::of(self.now);
        let earliest = latest.plus(1 - DAYS_BACK);
        let (first, last) = (LocalDay::on(from), LocalDay::on(to));
        if first > last || first < earliest || last > latest {
            let (earliest, latest) = (earliest.date(), latest.date());
            return Err(SimRefusal::WrongDates { earliest, latest }.into());
        }
        let day = |at: i64| {
            let day = LocalDay(at);
            (day.date(), self.used_between(sim, day.starts(), day.plus(1).starts()))
        };
        Ok((first.0..=last.0).map(day).collect())
    }

    /// What a partner's SIM used in each of the last six calendar months at UTC+8, oldest first.
    pub(crate) fn monthly_usage(&self, partner: &str, iccid: &str) -> Result<Vec<MonthUsage>, Refusal> {
        let sim = self.own_sim(partner, iccid)?;
        let latest = LocalMonth::of(self.now);
        let month = |back: i64| {
            let month = latest.plus(-back);
            let (year, number) = month.written();
            MonthUsage {
                year,
                month: number,
                used: self.used_between(sim, month.starts(), month.plus(1).starts()),
            }
        };
        Ok((0..MONTHS_BACK).rev().map(month).collect())
    }

    /// What the operator says is left.
    pub(crate) fn operator_view(&self, partner: &str, iccid: &str) -> Result<OperatorView, Refusal> {
        let sim = self.own_sim(partner, iccid)?;
        let imsi = self.sim(sim).map_or_else(|| "".into(), |sim| sim.imsi.clone());
        let hour = Moment::from_millis(self.now.millis() / OPERATOR_STEP * OPERATOR_STEP);
        let CurrentUsage { order, balance, .. } = self.usage_until(sim, hour);
        Ok(OperatorView { imsi, order, remaining: balance })
    }

    /// What a SIM used from one moment to another, by all of its orders; nothing after now.
    pub(crate) fn used_between(&self, sim: SimOrdinal, from: Moment, to: Moment) -> u64 {
        let to = to.min(self.now);
        let orders = self.orders_of_sim(sim).iter().filter_map(|at| self.plan_order(*at));
        orders.map(|order| order.used_between(from, to)).sum()
    }

    fn usage_until(&self, sim: SimOrdinal, until: Moment) -> CurrentUsage {
        let at = self.order_in_effect(sim);
        let found = at.and_then(|at| self.plan_order(at)).and_then(|order| {
            let cycle = order.cycle_at(self.now)?;
            Some((cycle, order.used(cycle, until), order.balance(cycle, until)))
        });
        let (cycle, used, balance) =
            found.map_or((None, 0, 0), |(cycle, used, left)| (Some(cycle), used, left));
        CurrentUsage { order: at, cycle, used, balance }
    }
}
