//! An amount of money as the vendor prints it: `1`, `4.99`, never `5.0`.

use serde::{Deserialize, Serialize, Serializer};

/// An amount in ten-thousandths of its currency's unit, so that sums are exact. Never negative. As text it is a number of units; where
/// nobody reads along, it is the ten-thousandths, and is read from nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) struct Money(i64);

/// Ten-thousandths in a unit.
const SCALE: i64 = 10_000;
/// The largest price that a catalogue may name: every sum of it with ten packages and thousands of periods fits.
const LIMIT: f64 = 1e9;

impl Money {
    /// Nothing.
    pub(crate) const ZERO: Self = Self(0);

    /// Reads a JSON number such as `4.99`; `None` if it is negative, above a thousand million, or finer than four places.
    #[expect(clippy::cast_possible_truncation, reason = "the limit above is far below 2^53")]
    #[expect(clippy::cast_precision_loss, reason = "scaled values stay below 2^53")]
    #[expect(
        clippy::float_cmp,
        reason = "the question is whether the number survives the way there and back"
    )]
    pub(crate) fn from_number(number: f64) -> Option<Self> {
        if !(0.0..=LIMIT).contains(&number) {
            return None;
        }
        let scaled = (number * SCALE as f64).round();
        // What survives the way back was written with at most four places.
        (scaled / SCALE as f64 == number).then_some(Self(scaled as i64))
    }

    /// Reads `100` or `4.99`: digits, at most four of them behind a point; `None` if it is anything else, or too large.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (whole, rest) = text.split_once('.').unwrap_or((text, "0"));
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let rest = rest.trim_end_matches('0');
        if !is_digits(whole) || whole.len() > 12 || !(rest.is_empty() || is_digits(rest)) || rest.len() > 4 {
            return None;
        }
        let rest: i64 = format!("{rest:0<4}").parse().ok()?;
        Some(Self(whole.parse::<i64>().ok()? * SCALE + rest))
    }

    /// This amount so many times; `None` when it no longer fits.
    pub(crate) fn times(self, count: u32) -> Option<Self> {
        self.0.checked_mul(i64::from(count)).map(Self)
    }
}

impl Serialize for Money {
    #[expect(
        clippy::cast_precision_loss,
        reason = "amounts beyond 2^53 ten-thousandths would only lose their last place"
    )]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return serializer.serialize_i64(self.0);
        }
        if self.0 % SCALE == 0 {
            serializer.serialize_i64(self.0 / SCALE)
        } else {
            serializer.serialize_f64(self.0 as f64 / SCALE as f64)
        }
    }
}

impl std::fmt::Display for Money {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, rest) = (self.0 / SCALE, self.0 % SCALE);
        if rest == 0 {
            return write!(f, "{whole}");
        }
        let digits = format!("{rest:04}");
        write!(f, "{whole}.{}", digits.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number as a catalogue says it, times `count`, as JSON and as text.
    #[track_caller]
    fn check(price: f64, count: u32, printed: &str) {
        let amount = Money::from_number(price).and_then(|price| price.times(count)).expect("in range");
        assert_eq!(serde_json::to_string(&amount).expect("a number"), printed);
        assert_eq!(amount.to_string(), printed);
    }

    #[test]
    fn amounts_print_as_the_vendor_prints_numbers() {
        check(1.0, 1, "1");
        check(4.99, 1, "4.99");
        check(2.5, 2, "5");
        check(0.1, 3, "0.3");
        check(4.99, 3, "14.97");
        check(0.99, 120, "118.8");
        check(0.0, 7, "0");
        check(0.0001, 1, "0.0001");
    }

    #[test]
    fn amounts_read_from_text_are_exact() {
        for (text, printed) in
            [("100", "100"), ("4.99", "4.99"), ("1.00", "1"), ("0.1", "0.1"), ("007.5000000", "7.5")]
        {
            assert_eq!(Money::parse(text).expect(text).to_string(), printed);
        }
        for text in ["", ".", "1.", ".5", "-1", "+1", "1e2", "1.00001", "1,5", " 1", "9999999999999", "x"] {
            // A point without digits behind it is as good as none; all else is no amount.
            assert_eq!(Money::parse(text).is_some(), text == "1.", "{text}");
        }
    }

    #[test]
    fn what_is_no_price_is_refused() {
        for number in [-1.0, f64::NAN, f64::INFINITY, 2e9, 0.00001, 1.23456] {
            assert_eq!(Money::from_number(number), None, "{number}");
        }
    }
}
