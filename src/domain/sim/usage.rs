//! How much data a SIM uses: a curve over the day that the seed, the SIM and the date decide, in whole bytes.
//!
//! What is used between two moments is the difference of two values of one rising function of the day, so that parts always
//! add up to the whole, to the byte, and nothing is ever counted over seconds.

use serde::{Deserialize, Serialize};

use super::calendar::{LocalDay, second_of_day};
use crate::domain::dice::{Kind, Seed};
use crate::domain::ids;
use crate::domain::moment::Moment;

/// How the hours of a day share its data, at UTC+8: people sleep, and look at films in the evening. The sum is 240.
const HOURS: [u64; 24] =
    [6, 4, 2, 1, 1, 2, 5, 9, 11, 11, 11, 12, 14, 12, 11, 11, 11, 12, 14, 16, 19, 20, 15, 10];
const HOURS_SUM: u64 = 240;
const SECONDS: u64 = 86_400;

/// How a SIM uses data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Habit {
    /// Where its sequence of good and bad days begins.
    phase: u64,
    /// Bytes on an average day.
    daily: u64,
}

/// Time during which an order carried the SIM's data. `until` is open while it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Run {
    /// First moment.
    pub from: Moment,
    /// First moment that does not count any more.
    pub until: Option<Moment>,
}

impl Habit {
    /// That of a SIM with a plan of so many bytes for so many days: between a fifth and one and a third of it.
    pub(in crate::domain) fn of(seed: Seed, iccid: &str, quota: u64, days: u64) -> Self {
        const MOST: u64 = 1_000_000_000_000;
        let mut draw = seed.draw(Kind::SimUsage, ids::ordinal_of(iccid));
        let (phase, percent) = (draw.below(u64::MAX), 20 + draw.below(114));
        let daily = u128::from(quota) * u128::from(percent) / 100 / u128::from(days.max(1));
        Self { phase, daily: u64::try_from(daily).unwrap_or(MOST).min(MOST) }
    }

    /// What a whole day comes to: from two fifths to eight fifths of the average, evenly spread over the days.
    fn total(self, day: i64) -> u64 {
        const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
        let place = self.phase.wrapping_add(day.unsigned_abs().wrapping_mul(GOLDEN)) >> 48;
        self.daily * (26_214 + place * 6 / 5) / 65_536
    }

    /// What was used since midnight at a second of the day.
    fn since_midnight(self, day: i64, second: u64) -> u64 {
        Self::share(self.total(day), second)
    }

    fn share(total: u64, second: u64) -> u64 {
        let (hour, rest) = (second / 3_600, second % 3_600);
        let hour = usize::try_from(hour).unwrap_or(24).min(24);
        let before: u64 = HOURS[..hour].iter().sum();
        let weight = before * 3_600 + HOURS.get(hour).map_or(0, |weight| weight * rest);
        // At most 1.6e12 bytes times 864,000.
        total * weight / (HOURS_SUM * 3_600)
    }

    /// What is used from one moment to another.
    pub(super) fn between(self, from: Moment, to: Moment) -> u64 {
        if to <= from {
            return 0;
        }
        let (first, last) = (LocalDay::of(from).0, LocalDay::of(to).0);
        let before = self.since_midnight(first, second_of_day(from));
        let whole: u64 = (first..last).map(|day| self.total(day)).sum();
        whole + self.since_midnight(last, second_of_day(to)) - before
    }

    /// The first moment from `from` on, before `until`, at which `bytes` have been used since `from`.
    pub(super) fn reaches(self, from: Moment, bytes: u64, until: Moment) -> Option<Moment> {
        if bytes == 0 {
            return (from < until).then_some(from);
        }
        let first = LocalDay::of(from);
        // Counted from the midnight before.
        let mut wanted = bytes + self.since_midnight(first.0, second_of_day(from));
        let mut day = first;
        while day.starts() < until {
            let total = self.total(day.0);
            if total >= wanted {
                let (mut low, mut high) = (0, SECONDS);
                while low < high {
                    let middle = low + (high - low) / 2;
                    if Self::share(total, middle) < wanted { low = middle + 1 } else { high = middle }
                }
                let millis = i64::try_from(low * 1_000).unwrap_or(0);
                let at = Moment::from_millis(day.starts().millis() + millis);
                return (at < until).then_some(at.max(from));
            }
            wanted -= total;
            day = day.plus(1);
        }
        None
    }

    /// What runs use from one moment to another.
    pub(super) fn over(self, runs: &[Run], from: Moment, to: Moment) -> u64 {
        let part = |run: &Run| self.between(run.from.max(from), run.until.unwrap_or(to).min(to));
        runs.iter().map(part).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn habit(seed: u64) -> Habit {
        Habit::of(Seed(seed), "89852022018041800192", 3_000_000_000, 30)
    }

    #[test]
    fn the_hours_add_up() {
        assert_eq!(HOURS.iter().sum::<u64>(), HOURS_SUM);
        assert_eq!(Habit::share(1_234_567, SECONDS), 1_234_567);
        assert_eq!(Habit::share(1_234_567, 0), 0);
    }

    proptest! {
        #[test]
        fn parts_add_up_to_the_whole_and_never_fall(
            seed in any::<u64>(), start in 0_i64..4_000_000_000_000, a in 0_i64..5_000_000_000, b in 0_i64..5_000_000_000
        ) {
            let habit = habit(seed);
            let from = Moment::from_millis(start);
            let middle = Moment::from_millis(start + a);
            let end = Moment::from_millis(start + a + b);
            prop_assert_eq!(habit.between(from, middle) + habit.between(middle, end), habit.between(from, end));
            prop_assert_eq!(habit.between(end, from), 0);
        }

        #[test]
        fn the_moment_of_crossing_is_the_first_second_at_which_so_much_is_used(
            seed in any::<u64>(), start in 0_i64..4_000_000_000, bytes in 1_u64..4_000_000_000
        ) {
            let habit = habit(seed);
            let from = Moment::from_millis(start * 1_000);
            let until = Moment::from_millis(start * 1_000 + 86_400_000 * 60);
            match habit.reaches(from, bytes, until) {
                Some(at) => {
                    prop_assert!(habit.between(from, at) >= bytes);
                    let before = Moment::from_millis(at.millis() - 1_000);
                    prop_assert!(habit.between(from, before) < bytes);
                }
                None => prop_assert!(habit.between(from, Moment::from_millis(until.millis() - 1)) < bytes),
            }
        }
    }
}
