//! Moments and spans of the session's clock, in milliseconds, and the calendar that turns them into dates.

use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, never before it and never after the year 9999.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i64")]
pub(crate) struct Moment(i64);

/// A length of time in milliseconds, never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i64")]
pub(crate) struct Span(i64);

/// The offset from UTC in which a date is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Zone {
    /// UTC.
    Utc,
    /// UTC+8, the time of Beijing and Hong Kong.
    China,
}

/// A calendar date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Day {
    /// Year, 1970 to 9999.
    pub year: i16,
    /// Month, 1 to 12.
    pub month: i8,
    /// Day of the month, 1 to 31.
    pub day: i8,
}

/// A date and the time of that day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Civil {
    /// The date.
    pub day: Day,
    /// Hour, minute, second.
    pub time: [i8; 3],
    /// Milliseconds, 0 to 999.
    pub millis: i16,
}

impl Moment {
    /// 1970-01-01T00:00:00Z.
    pub(crate) const EPOCH: Self = Self(0);
    /// 9999-12-30T22:00:00Z, the last moment that the calendar can write.
    pub(crate) const LAST: Self = Self(253_402_207_200_000);

    /// The moment so many milliseconds after the epoch, held within `EPOCH` and `LAST`.
    pub(crate) fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(Self::EPOCH.0, Self::LAST.0))
    }

    /// Reads RFC 3339, such as `2022-12-05T03:14:50.958Z`; `None` if it is not that, or out of range.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let millis = text.parse::<jiff::Timestamp>().ok()?.as_millisecond();
        (Self::EPOCH.0..=Self::LAST.0).contains(&millis).then_some(Self(millis))
    }

    /// Milliseconds since the epoch.
    pub(crate) fn millis(self) -> i64 {
        self.0
    }

    /// The moment `span` later; `None` past the last one.
    pub(crate) fn plus(self, span: Span) -> Option<Self> {
        self.0.checked_add(span.0).filter(|millis| *millis <= Self::LAST.0).map(Self)
    }

    /// How long after `earlier` this is; `None` if it is before it.
    pub(crate) fn since(self, earlier: Self) -> Option<Span> {
        u64::try_from(self.0 - earlier.0).ok().and_then(Span::from_millis)
    }

    /// The date and time of day in `zone`.
    pub(crate) fn civil(self, zone: Zone) -> Civil {
        // Both ends of a Moment lie within jiff's range, so this cannot fail; the epoch is the honest fallback.
        let stamp = jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let there = zone.offset().to_datetime(stamp);
        Civil {
            day: Day { year: there.year(), month: there.month(), day: there.day() },
            time: [there.hour(), there.minute(), there.second()],
            millis: there.millisecond(),
        }
    }
}

impl Moment {
    /// The first moment of the next day in `zone`; the last moment of all, if there is no next day.
    pub(crate) fn next_midnight(self, zone: Zone) -> Self {
        const DAY: i64 = 86_400_000;
        let offset = i64::from(zone.offset().seconds()) * 1_000;
        let into_day = (self.0 + offset).rem_euclid(DAY);
        Self((self.0 - into_day + DAY).min(Self::LAST.0))
    }
}

impl TryFrom<i64> for Moment {
    type Error = &'static str;

    fn try_from(millis: i64) -> Result<Self, Self::Error> {
        if (Self::EPOCH.0..=Self::LAST.0).contains(&millis) { Ok(Self(millis)) } else { Err("no moment") }
    }
}

impl TryFrom<i64> for Span {
    type Error = &'static str;

    fn try_from(millis: i64) -> Result<Self, Self::Error> {
        u64::try_from(millis).ok().and_then(Self::from_millis).ok_or("no length of time")
    }
}

impl std::fmt::Display for Moment {
    /// RFC 3339 in UTC with milliseconds: our own surfaces show moments so; the vendor's stamp is another one.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Civil { day, time: [hour, minute, second], millis } = self.civil(Zone::Utc);
        write!(f, "{day}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
    }
}

impl Span {
    /// So many milliseconds; `None` if that is more than the calendar has.
    pub(crate) fn from_millis(millis: u64) -> Option<Self> {
        i64::try_from(millis).ok().filter(|millis| *millis <= Moment::LAST.0).map(Self)
    }

    /// Reads `500ms`, `3s`, `61m`, `72h` or `30d`: a whole number and one unit.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let unit_at = text.find(|c: char| !c.is_ascii_digit())?;
        let (number, unit) = text.split_at(unit_at);
        let factor = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return None,
        };
        Self::from_millis(number.parse::<u64>().ok()?.checked_mul(factor)?)
    }

    /// Milliseconds.
    pub(crate) fn millis(self) -> u64 {
        self.0.unsigned_abs()
    }
}

impl std::fmt::Display for Span {
    /// The largest unit that divides it: `61m`, `1500ms`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s")];
        match units.into_iter().find(|(factor, _)| self.0 != 0 && self.0 % factor == 0) {
            Some((factor, unit)) => write!(f, "{}{unit}", self.0 / factor),
            None => write!(f, "{}ms", self.0),
        }
    }
}

impl Zone {
    fn offset(self) -> Offset {
        match self {
            Self::Utc => Offset::UTC,
            Self::China => Offset::constant(8),
        }
    }
}

impl std::fmt::Display for Day {
    /// `2022-12-05`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_moment_reads_and_prints() {
        let moment = Moment::parse("2022-12-05T03:14:50.958Z").expect("RFC 3339");
        assert_eq!(moment.millis(), 1_670_210_090_958);
        assert_eq!(moment.to_string(), "2022-12-05T03:14:50.958Z");
    }

    #[test]
    fn midnight_comes_eight_hours_earlier_in_china() {
        let evening = Moment::parse("2022-12-05T16:00:00Z").expect("RFC 3339");
        assert_eq!(evening.civil(Zone::Utc).day.to_string(), "2022-12-05");
        assert_eq!(evening.civil(Zone::China).day.to_string(), "2022-12-06");
    }

    #[test]
    fn the_next_midnight_is_the_first_moment_of_another_date() {
        for text in [
            "2022-12-05T00:00:00Z",
            "2022-12-05T03:14:50.958Z",
            "2022-12-05T16:00:00Z",
            "2022-12-31T23:59:59.999Z",
        ] {
            let now = Moment::parse(text).expect("RFC 3339");
            for zone in [Zone::Utc, Zone::China] {
                let midnight = now.next_midnight(zone);
                let just_before = Moment::from_millis(midnight.millis() - 1);
                assert_eq!(just_before.civil(zone).day, now.civil(zone).day, "{text}");
                assert_ne!(midnight.civil(zone).day, now.civil(zone).day, "{text}");
            }
        }
    }

    #[test]
    fn the_last_moment_can_be_written_in_every_zone_and_nothing_goes_past_it() {
        assert_eq!(Moment::LAST.to_string(), "9999-12-30T22:00:00.000Z");
        assert_eq!(Moment::LAST.civil(Zone::China).day.to_string(), "9999-12-31");
        assert_eq!(Moment::LAST.plus(Span::from_millis(1).expect("small")), None);
        assert_eq!(Moment::from_millis(i64::MAX), Moment::LAST);
        assert_eq!(Moment::from_millis(-1), Moment::EPOCH);
    }

    #[test]
    fn spans_read_with_one_unit_and_print_the_same() {
        for text in ["500ms", "3s", "61m", "5h", "30d"] {
            assert_eq!(Span::parse(text).expect(text).to_string(), text);
        }
        for text in ["", "3", "3 s", "s", "-3s", "1.5s", "3S", "99999999999999999999d", "9999999d", "3é"] {
            assert_eq!(Span::parse(text), None, "{text}");
        }
    }
}
