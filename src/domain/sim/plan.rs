//! A data plan as the CSSS group sells it, and what its periods are.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::calendar::{LocalDay, LocalMonth};
use crate::domain::moment::Moment;
use crate::domain::money::Money;
use crate::domain::package::Bilingual;

/// A plan's place in the roster, by code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct PlanOrdinal(pub u32);

/// One plan.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    /// `DP`, a date, and six digits.
    pub code: Arc<str>,
    /// Its name; the Chinese one is as the vendor prints it.
    pub name: Bilingual,
    /// The vendor's `package_type`.
    pub kind: PlanKind,
    /// Bytes of high-speed data in one cycle.
    pub quota: u64,
    /// Price of one period.
    pub price: Money,
    /// The abbreviation of the currency of the price.
    pub currency: Arc<str>,
    /// Whether it is ordered as an OTA plan.
    pub is_ota: bool,
    /// Mobile country codes.
    pub countries: Vec<u16>,
    /// The partners it is sold to; none is all.
    pub sold_to: Vec<Arc<str>>,
}

/// What one period of a plan is: the documented numbers 0 to 5 of `package_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum PlanKind {
    /// 0: a day, throttled beyond its quota.
    UnlimitedDaily,
    /// 1: a day.
    Daily,
    /// 2: a calendar month.
    Monthly,
    /// 3: three calendar months.
    Quarterly,
    /// 4: six calendar months.
    HalfYearly,
    /// 5: twelve calendar months.
    Yearly,
}

/// The length of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    Days(i64),
    /// Whole calendar months, the month of enabling being the first. No page says so; it is ours.
    Months(i64),
}

impl PlanKind {
    /// All of them, by number.
    pub(crate) const ALL: [Self; 6] =
        [Self::UnlimitedDaily, Self::Daily, Self::Monthly, Self::Quarterly, Self::HalfYearly, Self::Yearly];

    /// The kind with this `package_type`.
    pub(crate) fn of_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The vendor's `package_type`.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::UnlimitedDaily => 0,
            Self::Daily => 1,
            Self::Monthly => 2,
            Self::Quarterly => 3,
            Self::HalfYearly => 4,
            Self::Yearly => 5,
        }
    }

    /// About how many days a period has.
    pub(in crate::domain) fn days(self) -> u64 {
        self.length().days()
    }

    pub(super) fn length(self) -> Length {
        match self {
            Self::UnlimitedDaily | Self::Daily => Length::Days(1),
            Self::Monthly => Length::Months(1),
            Self::Quarterly => Length::Months(3),
            Self::HalfYearly => Length::Months(6),
            Self::Yearly => Length::Months(12),
        }
    }
}

impl Length {
    /// The first moment after so many periods, the first of which holds `from`.
    pub(super) fn end(self, from: Moment, periods: i64) -> Moment {
        match self {
            Self::Days(days) => LocalDay::of(from).plus(days.saturating_mul(periods)).starts(),
            Self::Months(months) => LocalMonth::of(from).plus(months.saturating_mul(periods)).starts(),
        }
    }

    /// Which period holds `at`, from 0, if the first one holds `from`.
    pub(super) fn period_of(self, from: Moment, at: Moment) -> i64 {
        match self {
            Self::Days(days) => (LocalDay::of(at).0 - LocalDay::of(from).0).div_euclid(days.max(1)),
            Self::Months(months) => (LocalMonth::of(at).0 - LocalMonth::of(from).0).div_euclid(months.max(1)),
        }
    }

    /// About how many days it has.
    pub(super) fn days(self) -> u64 {
        match self {
            Self::Days(days) => days.unsigned_abs().max(1),
            Self::Months(months) => months.unsigned_abs().max(1) * 365 / 12,
        }
    }
}

impl Plan {
    /// Whether a partner may order it.
    pub(crate) fn is_sold_to(&self, partner: &str) -> bool {
        self.sold_to.is_empty() || self.sold_to.iter().any(|code| **code == *partner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_end_with_the_calendar() {
        let start = Moment::parse("2023-10-30T20:00:00Z").expect("RFC 3339");
        let end = |kind: PlanKind, periods| {
            Moment::from_millis(kind.length().end(start, periods).millis() - 1).to_string()
        };
        // It is the 31st of October already, at UTC+8.
        assert_eq!(end(PlanKind::Daily, 1), "2023-10-31T15:59:59.999Z");
        assert_eq!(end(PlanKind::UnlimitedDaily, 3), "2023-11-02T15:59:59.999Z");
        assert_eq!(end(PlanKind::Monthly, 1), "2023-10-31T15:59:59.999Z");
        assert_eq!(end(PlanKind::Monthly, 3), "2023-12-31T15:59:59.999Z");
        assert_eq!(end(PlanKind::Quarterly, 1), "2023-12-31T15:59:59.999Z");
        assert_eq!(end(PlanKind::HalfYearly, 1), "2024-03-31T15:59:59.999Z");
        assert_eq!(end(PlanKind::Yearly, 1), "2024-09-30T15:59:59.999Z");
        for (at, kind) in PlanKind::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(kind.number()), at);
            assert_eq!(kind.length().period_of(start, start), 0);
            assert_eq!(kind.length().period_of(start, kind.length().end(start, 2)), 2);
        }
        assert_eq!(PlanKind::of_number(6), None);
    }
}
