//! How many there have to be: a matcher over whole numbers from 0.

use std::fmt;

use serde_json::Value;

use super::file::MatcherSpec;
use super::matcher::Matcher;

/// How many there have to be.
pub(crate) struct Count {
    matcher: Matcher,
    words: Words,
    /// Numbers at which the matcher may begin or cease to hold, each with its neighbours: between two of them it says the same of
    /// every number, since all that a matcher does to a number is to compare it with those that are written in it.
    edges: Vec<u64>,
}

/// How it is told.
enum Words {
    AsWritten,
    Never,
}

/// Whether a count is right, of a range of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Of all of them.
    Always,
    /// Of some.
    Sometimes,
    /// Of none.
    Never,
}

impl Count {
    /// As it is written; `written` is the same as JSON.
    pub(crate) fn new(spec: MatcherSpec, written: &Value) -> Self {
        let mut edges = Vec::new();
        numbers(written, &mut edges);
        // What cannot be read is told by whoever lowers it.
        let (matcher, _) = Matcher::read(spec);
        Self { matcher, words: Words::AsWritten, edges }
    }

    /// At least one: what a row without `count` means.
    pub(crate) fn some() -> Self {
        let one = serde_json::json!({ "atLeast": 1 });
        let spec = MatcherSpec::Operators(Box::new(super::file::OperatorsSpec {
            at_least: Some(1.0),
            ..Default::default()
        }));
        Self::new(spec, &one)
    }

    /// None at all.
    pub(crate) fn never() -> Self {
        let spec = MatcherSpec::Is(super::file::Scalar::Number(0.into()));
        Self { words: Words::Never, ..Self::new(spec, &Value::from(0)) }
    }

    /// Whether so many are right.
    pub(crate) fn accepts(&self, number: u64) -> bool {
        self.matcher.accepts(Some(&Value::from(number)))
    }

    /// Whether a number from `least` to `most` is right.
    pub(crate) fn over(&self, least: u64, most: u64) -> Holds {
        let within = self.edges.iter().copied().filter(|edge| (least..=most).contains(edge));
        let mut verdicts = within.chain([least, most]).map(|number| self.accepts(number));
        let first = verdicts.next().unwrap_or(false);
        match (first, verdicts.all(|verdict| verdict == first)) {
            (_, false) => Holds::Sometimes,
            (true, true) => Holds::Always,
            (false, true) => Holds::Never,
        }
    }

    /// Whether any number can be right at all.
    pub(crate) fn in_general(&self) -> Holds {
        self.over(0, u64::MAX)
    }

    /// So many of something, in words.
    pub(crate) fn of(&self, one: &str, several: &str) -> String {
        let count = self.to_string();
        let is_one = count == "1" || count.ends_with(" 1");
        format!("{count} {}", if is_one { one } else { several })
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.words {
            Words::Never => f.write_str("no"),
            Words::AsWritten => write!(f, "{}", self.matcher),
        }
    }
}

/// All numbers that are written in a matcher, and numbers in strings; with the whole numbers around each.
fn numbers(value: &Value, edges: &mut Vec<u64>) {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Array(list) => return list.iter().for_each(|value| numbers(value, edges)),
        Value::Object(object) => return object.values().for_each(|value| numbers(value, edges)),
        Value::Null | Value::Bool(_) => None,
    };
    if let Some(number) = number.filter(|number| *number > -2.0) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "no count is anywhere near what a float cannot hold, and the cast stops at the ends"
        )]
        let near = number.max(0.0).floor() as u64;
        edges.extend([near.saturating_sub(1), near, near.saturating_add(1), near.saturating_add(2)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> Count {
        let spec = serde_json::from_str(text).expect("a matcher");
        Count::new(spec, &serde_json::from_str(text).expect("JSON"))
    }

    #[test]
    fn what_no_number_or_every_number_can_be_is_seen() {
        for text in ["-1", "1.5", r#""many""#, r#"{"atLeast": 1.2, "atMost": 1.8}"#, r#"{"absent": true}"#] {
            assert_eq!(count(text).in_general(), Holds::Never, "{text}");
        }
        for text in [r#"{"atLeast": 0}"#, r#"{"present": true}"#, r#"{"atLeast": -5.5}"#] {
            assert_eq!(count(text).in_general(), Holds::Always, "{text}");
        }
        for text in ["0", "2", r#"{"oneOf": [1, "x"]}"#, r#"{"atMost": 0}"#, r#"{"atLeast": 3}"#] {
            assert_eq!(count(text).in_general(), Holds::Sometimes, "{text}");
        }
    }

    #[test]
    fn a_range_is_judged_by_its_ends_and_what_is_written() {
        assert_eq!(count(r#"{"atLeast": 2}"#).over(2, 9), Holds::Always);
        assert_eq!(count(r#"{"atLeast": 2}"#).over(1, 9), Holds::Sometimes);
        assert_eq!(count("2").over(3, 9), Holds::Never);
        assert_eq!(count("5").over(3, 9), Holds::Sometimes);
        assert_eq!(Count::never().over(0, 1), Holds::Sometimes);
        assert_eq!(Count::never().over(1, 1), Holds::Never);
    }

    #[test]
    fn words_agree_with_the_number() {
        assert_eq!(count("1").of("call", "calls"), "1 call");
        assert_eq!(count("11").of("call", "calls"), "11 calls");
        assert_eq!(Count::some().of("call", "calls"), "at least 1 call");
        assert_eq!(Count::never().of("call", "calls"), "no calls");
    }
}
