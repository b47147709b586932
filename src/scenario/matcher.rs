//! Matchers: what a value has to be like. A value that is absent fails every matcher but `absent`.

use serde_json::{Number, Value};

use super::file::{MatcherSpec, OperatorsSpec, Scalar};

/// Operators that must all hold.
#[derive(Clone, Debug)]
pub(crate) struct Matcher(Vec<Operator>);

#[derive(Clone, Debug)]
enum Operator {
    Is(Value),
    OneOf(Vec<Value>),
    StartsWith(String),
    Contains(String),
    Present,
    Absent,
    AtLeast(f64),
    AtMost(f64),
}

impl From<MatcherSpec> for Matcher {
    fn from(spec: MatcherSpec) -> Self {
        let operators = match spec {
            MatcherSpec::Is(scalar) => return Self(vec![Operator::Is(scalar.into())]),
            MatcherSpec::Operators(operators) => *operators,
        };
        let OperatorsSpec { is, one_of, starts_with, contains, present, absent, at_least, at_most } =
            operators;
        let presence = |there: bool| {
            if there { Operator::Present } else { Operator::Absent }
        };
        let all = [
            is.map(Operator::Is),
            one_of.map(Operator::OneOf),
            starts_with.map(Operator::StartsWith),
            contains.map(Operator::Contains),
            present.map(presence),
            absent.map(|gone| presence(!gone)),
            at_least.map(Operator::AtLeast),
            at_most.map(Operator::AtMost),
        ];
        Self(all.into_iter().flatten().collect())
    }
}

impl From<Scalar> for Value {
    fn from(scalar: Scalar) -> Self {
        match scalar {
            Scalar::Bool(truth) => Self::Bool(truth),
            Scalar::Number(number) => Self::Number(number),
            Scalar::Text(text) => Self::String(text),
        }
    }
}

impl Matcher {
    /// Whether a value is as asked for.
    pub(crate) fn accepts(&self, value: Option<&Value>) -> bool {
        self.0.iter().all(|operator| operator.accepts(value))
    }

    /// Whether no value at all can be as asked for.
    pub(crate) fn is_contradiction(&self) -> bool {
        let has = |wanted: fn(&Operator) -> bool| self.0.iter().any(wanted);
        let absent = has(|operator| matches!(operator, Operator::Absent));
        let least =
            self.0.iter().find_map(|o| if let Operator::AtLeast(least) = o { Some(*least) } else { None });
        let most =
            self.0.iter().find_map(|o| if let Operator::AtMost(most) = o { Some(*most) } else { None });
        let upside_down = matches!((least, most), (Some(least), Some(most)) if least > most);
        upside_down || (absent && has(|operator| !matches!(operator, Operator::Absent)))
    }
}

impl std::fmt::Display for Matcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let each = self.0.iter().map(|operator| match operator {
            Operator::Is(value) => format!("{value}"),
            Operator::OneOf(values) => format!("one of {}", Value::Array(values.clone())),
            Operator::StartsWith(text) => format!("a text that begins with {text:?}"),
            Operator::Contains(text) => format!("a text that holds {text:?}"),
            Operator::Present => "anything".to_owned(),
            Operator::Absent => "nothing".to_owned(),
            Operator::AtLeast(least) => format!("at least {least}"),
            Operator::AtMost(most) => format!("at most {most}"),
        });
        f.write_str(&each.collect::<Vec<_>>().join(" and "))
    }
}

impl Operator {
    fn accepts(&self, value: Option<&Value>) -> bool {
        let Some(value) = value else {
            return matches!(self, Self::Absent);
        };
        match self {
            Self::Is(wanted) => equal(wanted, value),
            Self::OneOf(wanted) => wanted.iter().any(|wanted| equal(wanted, value)),
            Self::StartsWith(text) => value.as_str().is_some_and(|value| value.starts_with(text)),
            Self::Contains(text) => value.as_str().is_some_and(|value| value.contains(text)),
            Self::Present => true,
            Self::Absent => false,
            Self::AtLeast(least) => number(value).is_some_and(|value| value >= *least),
            Self::AtMost(most) => number(value).is_some_and(|value| value <= *most),
        }
    }
}

/// A number, or the number that a numeric string says.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

/// Numbers are compared by value, and a wanted number also equals its numeric string.
fn equal(wanted: &Value, value: &Value) -> bool {
    match (wanted, value) {
        (Value::Number(wanted), Value::Number(value)) => same_number(wanted, value),
        (Value::Number(wanted), Value::String(text)) => {
            text.trim().parse::<Number>().is_ok_and(|value| same_number(wanted, &value))
        }
        (Value::Array(wanted), Value::Array(value)) => {
            wanted.len() == value.len()
                && wanted.iter().zip(value).all(|(wanted, value)| equal(wanted, value))
        }
        (Value::Object(wanted), Value::Object(value)) => {
            let same = |(key, wanted)| value.get(key).is_some_and(|value| equal(wanted, value));
            wanted.len() == value.len() && wanted.iter().all(same)
        }
        _ => wanted == value,
    }
}

fn same_number(wanted: &Number, value: &Number) -> bool {
    match (wanted.as_i64(), value.as_i64()) {
        (Some(wanted), Some(value)) => wanted == value,
        _ => wanted.as_f64() == value.as_f64(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matcher(text: &str) -> Matcher {
        serde_json::from_str::<MatcherSpec>(text).expect("a matcher").into()
    }

    #[track_caller]
    fn check(pattern: &str, accepted: &[&str], refused: &[&str]) {
        let read = |text: &str| {
            if text == "-" { None } else { Some(serde_json::from_str(text).expect("JSON")) }
        };
        for (values, wanted) in [(accepted, true), (refused, false)] {
            for text in values {
                assert_eq!(matcher(pattern).accepts(read(text).as_ref()), wanted, "{pattern} on {text}");
            }
        }
    }

    #[test]
    fn each_operator_accepts_what_it_says() {
        check("5", &["5", "5.0", r#""5""#], &["6", r#""x""#, "null", "-"]);
        check(r#""5""#, &[r#""5""#], &["5", "-"]);
        check(r#"{"is": null}"#, &["null"], &["0", "-"]);
        check(r#"{"is": {"a": [1]}}"#, &[r#"{"a": [1.0]}"#], &[r#"{"a": [1], "b": 2}"#, r#"{"b": [1]}"#]);
        check(r#"{"oneOf": [1, "b"]}"#, &["1", r#""b""#, r#""1""#], &["2", r#""c""#]);
        check(r#"{"startsWith": "test@"}"#, &[r#""test@x""#], &[r#""a test@x""#, "5", "-"]);
        check(r#"{"contains": "b"}"#, &[r#""abc""#], &[r#""ac""#, r#"["b"]"#]);
        check(r#"{"present": true}"#, &["null", "0"], &["-"]);
        check(r#"{"absent": true}"#, &["-"], &["null"]);
        check(r#"{"present": false}"#, &["-"], &["1"]);
        check(r#"{"atLeast": 2, "atMost": 3}"#, &["2", "3", r#""2.5""#], &["1.9", "4", r#""x""#, "-"]);
    }

    #[test]
    fn what_can_never_hold_is_seen() {
        assert!(matcher(r#"{"atLeast": 3, "atMost": 2}"#).is_contradiction());
        assert!(matcher(r#"{"absent": true, "is": 1}"#).is_contradiction());
        assert!(!matcher(r#"{"atLeast": 2, "atMost": 2}"#).is_contradiction());
        assert!(!matcher(r#"{"absent": true}"#).is_contradiction());
    }
}
