//! The session's clock, and the only place where the real one is read.

use crate::domain::moment::{Moment, Span};

/// The real clock.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the real clock; all others are handed a Moment"
)]
pub(crate) fn real_now() -> Moment {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Moment::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}

/// A session's clock: real with an offset, or frozen. It only ever moves forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clock {
    /// Real time, so many milliseconds further.
    Real {
        /// The offset; negative for a session that starts in the past.
        offset: i64,
    },
    /// Runs so many times as fast as real time.
    Scaled {
        /// The real moment from which it is counted.
        from: Moment,
        /// What it showed then.
        shown: Moment,
        /// How many times as fast, 1 to 1,000,000.
        factor: u32,
    },
    /// Stands until it is moved.
    Frozen {
        /// Where it stands.
        at: Moment,
    },
}

/// The clock cannot be moved past the end of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the clock cannot be moved past {}", Moment::LAST)]
pub(crate) struct PastTheEnd;

impl Clock {
    /// A clock that runs, from `start` on if there is one.
    pub(crate) fn real(start: Option<Moment>, real: Moment) -> Self {
        Self::Real { offset: start.map_or(0, |start| start.millis() - real.millis()) }
    }

    /// A clock that stands at `start`, else at the real moment.
    pub(crate) fn frozen(start: Option<Moment>, real: Moment) -> Self {
        Self::Frozen { at: start.unwrap_or(real) }
    }

    /// What it shows.
    pub(crate) fn now(self, real: Moment) -> Moment {
        match self {
            Self::Real { offset } => Moment::from_millis(real.millis().saturating_add(offset)),
            Self::Scaled { from, shown, factor } => {
                let passed = (real.millis() - from.millis()).max(0);
                Moment::from_millis(shown.millis().saturating_add(passed.saturating_mul(i64::from(factor))))
            }
            Self::Frozen { at } => at,
        }
    }

    /// The word for how it runs.
    pub(crate) fn mode(self) -> &'static str {
        match self {
            Self::Real { .. } => "real",
            Self::Scaled { .. } => "scaled",
            Self::Frozen { .. } => "frozen",
        }
    }

    /// How many times as fast as real time it runs; 0 if it stands.
    pub(crate) fn factor(self) -> u32 {
        match self {
            Self::Real { .. } => 1,
            Self::Scaled { factor, .. } => factor,
            Self::Frozen { .. } => 0,
        }
    }

    /// When, in real time, it shows a moment; `None` if it stands.
    pub(crate) fn real_time_of(self, shown_then: Moment, real: Moment) -> Option<Moment> {
        match self {
            Self::Real { offset } => Some(Moment::from_millis(shown_then.millis().saturating_sub(offset))),
            Self::Scaled { from, shown, factor } => {
                let ahead = (shown_then.millis() - shown.millis()).max(0);
                let passed = (ahead + i64::from(factor) - 1) / i64::from(factor.max(1));
                Some(Moment::from_millis(from.millis().saturating_add(passed)).max(real))
            }
            Self::Frozen { .. } => None,
        }
    }

    /// Moves it forward; the new moment.
    pub(crate) fn advance(&mut self, by: Span, real: Moment) -> Result<Moment, PastTheEnd> {
        let then = self.now(real).plus(by).ok_or(PastTheEnd)?;
        match self {
            Self::Real { offset } => *offset = then.millis() - real.millis(),
            Self::Scaled { from, shown, .. } => (*from, *shown) = (real, then),
            Self::Frozen { at } => *at = then,
        }
        Ok(then)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        Moment::parse(text).expect("RFC 3339")
    }

    #[test]
    fn a_real_clock_runs_on_from_where_it_was_moved_to() {
        let (born, later) = (at("2026-01-01T00:00:00Z"), at("2026-01-01T00:00:05Z"));
        let mut clock = Clock::real(Some(at("2022-12-05T03:14:50.958Z")), born);
        assert_eq!(clock.now(later), at("2022-12-05T03:14:55.958Z"));
        clock.advance(Span::parse("61m").expect("a span"), later).expect("in range");
        assert_eq!(clock.now(later), at("2022-12-05T04:15:55.958Z"));
    }

    #[test]
    fn a_frozen_clock_stands_until_it_is_moved_and_ends_with_the_calendar() {
        let mut clock = Clock::frozen(Some(at("2022-12-05T00:00:00Z")), Moment::EPOCH);
        assert_eq!(clock.now(at("2030-01-01T00:00:00Z")), at("2022-12-05T00:00:00Z"));
        let long = Span::parse("2000000d").expect("a span");
        clock.advance(long, Moment::EPOCH).expect("in range");
        assert_eq!(clock.advance(long, Moment::EPOCH), Err(PastTheEnd));
        assert_eq!(clock.now(Moment::EPOCH), at("7498-09-28T00:00:00Z"));
    }
}
