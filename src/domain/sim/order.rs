//! An order of a plan for a SIM: what it holds, and when its periods begin and end.

use serde::{Deserialize, Serialize};

use super::SimOrdinal;
use super::calendar::LocalDay;
use super::plan::{Length, PlanKind, PlanOrdinal};
pub(crate) use super::status::{Act, Status};
use super::usage::{Habit, Run};
use crate::domain::moment::Moment;
use crate::domain::money::Money;

/// A plan order's place in its world, from 0; those that a session began with come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct PlanOrderOrdinal(pub u32);

/// What an order is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum OrderKind {
    /// Periods of a plan.
    Periods,
    /// A plan over the air, for so many days.
    Ota {
        /// How many.
        days: u16,
        /// Where; as it was sent.
        mcc: String,
        /// As it was sent: its values are not known.
        timing: String,
    },
    /// Test data: so many bytes. It counts for no query about the order in use.
    Test {
        /// How many.
        quota: u64,
    },
}

/// What was said of its payment. Nothing is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Payment {
    /// `pay_amount`.
    pub amount: Money,
    /// `pay_rst` was 2.
    pub is_paid: bool,
    /// `pay_type`.
    pub by: Option<u8>,
}

/// One order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct PlanOrder {
    /// The SIM.
    pub sim: SimOrdinal,
    /// The plan.
    pub plan: PlanOrdinal,
    /// The plan's kind, for its periods.
    pub periods_of: PlanKind,
    /// What it is for.
    pub kind: OrderKind,
    /// How many periods; an OTA order has one.
    pub periods: u16,
    /// How it is paid.
    pub payment: Payment,
    /// How far it has come.
    pub status: Status,
    /// When it was made.
    pub made: Moment,
    /// When it was enabled.
    pub enabled: Option<Moment>,
    /// The first moment at which it is over, once it is enabled: a midnight at UTC+8.
    pub ends: Option<Moment>,
    /// When it was ended or cancelled.
    pub closed: Option<Moment>,
    /// Bytes of high-speed data in one cycle.
    pub quota: u64,
    /// When it carried the SIM's data.
    pub(in crate::domain) runs: Vec<Run>,
    pub(in crate::domain) habit: Habit,
    /// How many warnings were given in which cycle.
    pub(in crate::domain) warned: (Moment, usize),
    /// Its timer.
    pub(in crate::domain) timer: Option<(Moment, u64)>,
}

/// A stretch of an order for which its quota is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cycle {
    /// First moment.
    pub from: Moment,
    /// First moment of what follows.
    pub until: Moment,
}

impl OrderKind {
    fn length(&self, periods_of: PlanKind) -> Length {
        match self {
            Self::Ota { days, .. } => Length::Days(i64::from(*days)),
            Self::Periods | Self::Test { .. } => periods_of.length(),
        }
    }

    /// About how many days a cycle of an order has, by the kind of its plan.
    pub(in crate::domain) fn days(&self, periods_of: PlanKind) -> u64 {
        self.length(periods_of).days()
    }
}

impl PlanOrder {
    fn length(&self) -> Length {
        self.kind.length(self.periods_of)
    }

    /// About how many days a cycle of it has.
    pub(in crate::domain) fn days(&self) -> u64 {
        self.length().days()
    }

    /// When it would be over if it was enabled at a moment.
    pub(in crate::domain) fn end_if_enabled(&self, at: Moment) -> Moment {
        self.length().end(at, i64::from(self.periods))
    }

    /// Whether it is neither over nor waiting.
    pub(crate) fn is_running(&self) -> bool {
        matches!(self.status, Status::InUse | Status::Paused)
    }

    /// Whether it carries its SIM's data now.
    pub(crate) fn is_carrying(&self) -> bool {
        self.runs.last().is_some_and(|run| run.until.is_none())
    }

    /// Which of a SIM's orders in use carries its data: what is no test, then what was enabled last.
    pub(in crate::domain) fn rank(&self) -> (bool, Option<Moment>) {
        (!matches!(self.kind, OrderKind::Test { .. }), self.enabled)
    }

    /// The cycle that holds a moment; `None` if it was never enabled.
    pub(crate) fn cycle_at(&self, at: Moment) -> Option<Cycle> {
        let (from, ends) = (self.enabled?, self.ends?);
        let length = self.length();
        // What is over stays in its last cycle.
        let at = at.max(from).min(Moment::from_millis(ends.millis() - 1));
        let period = length.period_of(from, at);
        let start = if period == 0 { from } else { length.end(from, period) };
        Some(Cycle { from: start, until: length.end(from, period + 1).min(ends) })
    }

    /// How many periods have begun.
    pub(in crate::domain) fn begun(&self, at: Moment) -> u16 {
        let begun = self.enabled.map_or(0, |from| self.length().period_of(from, at.max(from)) + 1);
        u16::try_from(begun).unwrap_or(u16::MAX)
    }

    /// Bytes that count: beyond its quota an unlimited plan is throttled, any other has come to its end.
    fn counted(&self, raw: u64) -> u64 {
        match self.periods_of {
            PlanKind::UnlimitedDaily => raw.min(self.quota) + raw.saturating_sub(self.quota) / 8,
            PlanKind::Daily
            | PlanKind::Monthly
            | PlanKind::Quarterly
            | PlanKind::HalfYearly
            | PlanKind::Yearly => raw.min(self.quota),
        }
    }

    /// Bytes used in a cycle until a moment.
    pub(crate) fn used(&self, cycle: Cycle, until: Moment) -> u64 {
        self.counted(self.habit.over(&self.runs, cycle.from, until.min(cycle.until)))
    }

    /// Bytes used from one moment to another, over all cycles between; it adds up to what the cycles show.
    pub(crate) fn used_between(&self, from: Moment, to: Moment) -> u64 {
        let (Some(enabled), Some(ends)) = (self.enabled, self.ends) else { return 0 };
        let (mut at, to) = (from.max(enabled), to.min(ends));
        let mut sum = 0;
        while at < to {
            let Some(cycle) = self.cycle_at(at) else { break };
            let end = to.min(cycle.until);
            sum += self.used(cycle, end) - self.used(cycle, at);
            if end <= at {
                break;
            }
            at = end;
        }
        sum
    }

    /// Bytes of high-speed data that are left in a cycle.
    pub(crate) fn balance(&self, cycle: Cycle, at: Moment) -> u64 {
        self.quota.saturating_sub(self.used(cycle, at))
    }

    /// The next moment from `now` on at which one of these percentages of the quota is used: the moment, its cycle, and how
    /// many of the percentages it makes. It has to be carrying.
    pub(in crate::domain) fn next_warning(
        &self,
        now: Moment,
        percentages: &[u8],
    ) -> Option<(Moment, Cycle, usize)> {
        if percentages.is_empty() || self.quota == 0 || !self.is_carrying() {
            return None;
        }
        let ends = self.ends?;
        let mut at = now;
        while at < ends {
            let cycle = self.cycle_at(at)?;
            let given = if self.warned.0 == cycle.from { self.warned.1 } else { 0 };
            if let Some(percent) = percentages.get(given) {
                let wanted = threshold(self.quota, *percent);
                let so_far = self.habit.over(&self.runs, cycle.from, at);
                let crossing = self.habit.reaches(at, wanted.saturating_sub(so_far), cycle.until);
                if let Some(crossing) = crossing {
                    return Some((crossing, cycle, given + 1));
                }
            }
            at = cycle.until;
        }
        None
    }

    /// How many of these percentages have been reached in the cycle of a moment.
    pub(in crate::domain) fn reached(&self, at: Moment, percentages: &[u8]) -> (Moment, usize) {
        let Some(cycle) = self.cycle_at(at) else { return (Moment::EPOCH, 0) };
        let raw = self.habit.over(&self.runs, cycle.from, at);
        let count = percentages.iter().take_while(|percent| raw >= threshold(self.quota, **percent)).count();
        (cycle.from, count)
    }

    /// The last second of its time, as answers name it; `None` if it was not enabled.
    pub(crate) fn expires(&self) -> Option<Moment> {
        self.ends.map(|ends| Moment::from_millis(ends.millis() - 1_000))
    }

    /// The first day of it at UTC+8.
    pub(crate) fn first_day(&self) -> Option<LocalDay> {
        self.enabled.map(LocalDay::of)
    }
}

fn threshold(quota: u64, percent: u8) -> u64 {
    let wanted = u128::from(quota) * u128::from(percent) / 100;
    u64::try_from(wanted).unwrap_or(u64::MAX)
}
