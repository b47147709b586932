//! Days and months as the vendor's calendar of SIMs has them: at UTC+8, whatever the zone of order numbers.

use crate::domain::moment::{Day, Moment};

const DAY: i64 = 86_400_000;
/// UTC+8 in milliseconds.
const AHEAD: i64 = 8 * 3_600_000;

/// A date at UTC+8: days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LocalDay(pub i64);

/// A calendar month at UTC+8: twelve times the year, plus the month from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LocalMonth(pub i64);

impl LocalDay {
    /// The date of a moment.
    pub(crate) fn of(moment: Moment) -> Self {
        Self((moment.millis() + AHEAD).div_euclid(DAY))
    }

    /// The date that is written like this.
    pub(crate) fn on(day: Day) -> Self {
        let (year, month) = (i64::from(day.year), i64::from(day.month));
        // Years begin in March here, so that the leap day is the last one.
        let year = if month <= 2 { year - 1 } else { year };
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + i64::from(day.day) - 1;
        Self(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
    }

    /// As it is written.
    pub(crate) fn date(self) -> Day {
        let days = self.0 + 719_468;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let from_march = (5 * of_year + 2) / 153;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year + era * 400 + i64::from(month <= 2);
        Day {
            year: i16::try_from(year).unwrap_or(i16::MAX),
            month: i8::try_from(month).unwrap_or(1),
            day: i8::try_from(of_year - (153 * from_march + 2) / 5 + 1).unwrap_or(1),
        }
    }

    /// Its first moment.
    pub(crate) fn starts(self) -> Moment {
        Moment::from_millis(self.0.saturating_mul(DAY).saturating_sub(AHEAD))
    }

    /// So many days later.
    pub(crate) fn plus(self, days: i64) -> Self {
        Self(self.0.saturating_add(days))
    }
}

impl LocalMonth {
    /// The month of a moment.
    pub(crate) fn of(moment: Moment) -> Self {
        let Day { year, month, .. } = LocalDay::of(moment).date();
        Self(i64::from(year) * 12 + i64::from(month) - 1)
    }

    /// Its year, and its number from 1.
    pub(crate) fn written(self) -> (i16, i8) {
        let year = i16::try_from(self.0.div_euclid(12)).unwrap_or(i16::MAX);
        (year, i8::try_from(self.0.rem_euclid(12) + 1).unwrap_or(1))
    }

    /// Its first day.
    pub(crate) fn first_day(self) -> LocalDay {
        let (year, month) = self.written();
        LocalDay::on(Day { year, month, day: 1 })
    }

    /// Its first moment.
    pub(crate) fn starts(self) -> Moment {
        self.first_day().starts()
    }

    /// So many months later.
    pub(crate) fn plus(self, months: i64) -> Self {
        Self(self.0.saturating_add(months))
    }
}

/// Whole seconds since midnight at UTC+8.
pub(super) fn second_of_day(moment: Moment) -> u64 {
    ((moment.millis() + AHEAD).rem_euclid(DAY) / 1_000).unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::Zone;

    #[test]
    fn dates_are_those_of_the_clocks_calendar() {
        for millis in (0..253_402_207_200_000_i64).step_by(86_400_000 * 97 + 12_345_677) {
            let moment = Moment::from_millis(millis);
            let day = LocalDay::of(moment);
            assert_eq!(day.date(), moment.civil(Zone::China).day);
            assert_eq!(LocalDay::on(day.date()), day);
            let first = LocalMonth::of(moment).first_day().date();
            assert_eq!((first.year, first.month, first.day), (day.date().year, day.date().month, 1));
        }
    }

    #[test]
    fn a_day_begins_at_sixteen_hours_utc() {
        let moment = Moment::parse("2022-12-31T16:00:00Z").expect("RFC 3339");
        assert_eq!(LocalDay::of(moment).starts(), moment);
        assert_eq!(LocalMonth::of(moment).starts(), moment);
        assert_eq!(LocalMonth::of(moment).written(), (2023, 1));
        let before = Moment::from_millis(moment.millis() - 1);
        assert_eq!(LocalMonth::of(before).plus(1), LocalMonth::of(moment));
        assert_eq!(second_of_day(before), 86_399);
    }
}
