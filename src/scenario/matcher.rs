//! Matchers: what a value has to be like. A value that is absent fails every matcher but `absent`, and those that say what it must not
//! be: `not` and `none`.

use regex_lite::Regex;
use serde_json::{Number, Value};

use super::file::{MatcherSpec, OperatorsSpec, Scalar, TypeWord};

/// Operators that must all hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Matcher(Vec<Operator>);

#[derive(Clone, Debug)]
enum Operator {
    Is(Value),
    OneOf(Vec<Value>),
    Not(Matcher),
    StartsWith(String),
    EndsWith(String),
    Contains(String),
    Matches(Regex),
    Present,
    Absent,
    AtLeast(f64),
    AtMost(f64),
    Type(TypeWord),
    Includes(Value),
    Each(Matcher),
    Some(Matcher),
    Any(Vec<Matcher>),
    None(Vec<Matcher>),
}

/// What has to be there for a matcher to accept it.
#[derive(Debug)]
pub(super) enum Demand<'a> {
    /// This text.
    Text(&'a str),
    /// This number, or a text that says it.
    Number(&'a Number),
    /// Something.
    Anything,
}

/// Something in a matcher that cannot be read.
#[derive(Debug)]
pub(crate) struct Unreadable {
    /// Where, below the matcher.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
}

impl Matcher {
    /// Reads what was typed; what cannot be read is told, and left out.
    pub(crate) fn read(spec: MatcherSpec) -> (Self, Vec<Unreadable>) {
        let mut wrong = Vec::new();
        let matcher = Self::read_at(spec, "", &mut wrong);
        (matcher, wrong)
    }

    fn read_at(spec: MatcherSpec, pointer: &str, wrong: &mut Vec<Unreadable>) -> Self {
        let operators = match spec {
            MatcherSpec::Is(scalar) => return Self(vec![Operator::Is(scalar.into())]),
            MatcherSpec::Operators(operators) => *operators,
        };
        let OperatorsSpec { is, one_of, not, starts_with, ends_with, contains, matches, .. } = operators;
        let OperatorsSpec { present, absent, at_least, at_most, between, kind, includes, .. } = operators;
        let OperatorsSpec { each, some, all, any, none, .. } = operators;
        let presence = |there: bool| {
            if there { Operator::Present } else { Operator::Absent }
        };
        let mut found: Vec<Operator> = [
            is.map(Operator::Is),
            one_of.map(Operator::OneOf),
            starts_with.map(Operator::StartsWith),
            ends_with.map(Operator::EndsWith),
            contains.map(Operator::Contains),
            present.map(presence),
            absent.map(|gone| presence(!gone)),
            at_least.map(Operator::AtLeast),
            at_most.map(Operator::AtMost),
            kind.map(Operator::Type),
            includes.map(Operator::Includes),
        ]
        .into_iter()
        .flatten()
        .collect();
        if let Some([from, to]) = between.as_deref() {
            found.extend([Operator::AtLeast(*from), Operator::AtMost(*to)]);
        }
        if let Some(pattern) = matches {
            match Regex::new(&pattern) {
                Ok(regex) => found.push(Operator::Matches(regex)),
                Err(error) => {
                    let message = format!("{pattern:?} is no regular expression: {error}");
                    wrong.push(Unreadable { pointer: format!("{pointer}/matches"), message });
                }
            }
        }
        let mut one = |spec: MatcherSpec, key: &str| Self::read_at(spec, &format!("{pointer}/{key}"), wrong);
        found.extend(not.map(|spec| Operator::Not(one(*spec, "not"))));
        found.extend(each.map(|spec| Operator::Each(one(*spec, "each"))));
        found.extend(some.map(|spec| Operator::Some(one(*spec, "some"))));
        let mut several = |specs: Vec<MatcherSpec>, key: &str| -> Vec<Self> {
            let each = specs.into_iter().enumerate();
            each.map(|(at, spec)| one(spec, &format!("{key}/{at}"))).collect()
        };
        found.extend(any.map(|specs| Operator::Any(several(specs, "any"))));
        found.extend(none.map(|specs| Operator::None(several(specs, "none"))));
        found.extend(
            all.map(|specs| several(specs, "all")).into_iter().flatten().flat_map(|matcher| matcher.0),
        );
        Self(found)
    }

    /// A number within bounds.
    pub(crate) fn within(least: Option<f64>, most: Option<f64>) -> Self {
        let bounds = [least.map(Operator::AtLeast), most.map(Operator::AtMost)];
        Self(bounds.into_iter().flatten().collect())
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

    /// What has to be there at least; `None` if it also accepts that nothing is there.
    pub(super) fn demand(&self) -> Option<Demand<'_>> {
        let exact = self.0.iter().find_map(|operator| match operator {
            Operator::Is(Value::String(text)) => Some(Demand::Text(text)),
            Operator::Is(Value::Number(number)) => Some(Demand::Number(number)),
            _ => None,
        });
        (!self.accepts(None)).then(|| exact.unwrap_or(Demand::Anything))
    }

    /// Whether no value at all can be as asked for.
    pub(crate) fn is_contradiction(&self) -> bool {
        let has = |wanted: fn(&Operator) -> bool| self.0.iter().any(wanted);
        let absent = has(|operator| matches!(operator, Operator::Absent));
        let asks_for_nothing =
            |operator: &Operator| matches!(operator, Operator::Absent | Operator::Not(_) | Operator::None(_));
        let least =
            self.0.iter().filter_map(|o| if let Operator::AtLeast(least) = o { Some(*least) } else { None });
        let most =
            self.0.iter().filter_map(|o| if let Operator::AtMost(most) = o { Some(*most) } else { None });
        let (least, most) = (least.fold(f64::MIN, f64::max), most.fold(f64::MAX, f64::min));
        let inner = |operator: &Operator| match operator {
            Operator::Any(matchers) => matchers.iter().all(Self::is_contradiction),
            Operator::Each(matcher) | Operator::Some(matcher) => matcher.is_contradiction(),
            _ => false,
        };
        least > most
            || (absent
                && self
                    .0
                    .iter()
                    .any(|operator| !asks_for_nothing(operator) && !matches!(operator, Operator::Any(_))))
            || self.0.iter().any(inner)
    }
}

impl std::fmt::Display for Matcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let each = self.0.iter().map(|operator| match operator {
            Operator::Is(value) => format!("{value}"),
            Operator::OneOf(values) => format!("one of {}", Value::Array(values.clone())),
            Operator::Not(matcher) => format!("not {matcher}"),
            Operator::StartsWith(text) => format!("a text that begins with {text:?}"),
            Operator::EndsWith(text) => format!("a text that ends with {text:?}"),
            Operator::Matches(regex) => format!("a text that matches {:?}", regex.as_str()),
            Operator::Contains(text) => format!("a text that holds {text:?}"),
            Operator::Present => "anything".to_owned(),
            Operator::Absent => "nothing".to_owned(),
            Operator::AtLeast(least) => format!("at least {least}"),
            Operator::AtMost(most) => format!("at most {most}"),
            Operator::Type(kind) => format!("of the type {}", word(*kind)),
            Operator::Includes(value) => format!("something that includes {value}"),
            Operator::Each(matcher) => format!("a list, each element {matcher}"),
            Operator::Some(matcher) => format!("a list, some element {matcher}"),
            Operator::Any(matchers) => format!("({})", joined(matchers, " or ")),
            Operator::None(matchers) => format!("none of ({})", joined(matchers, ", ")),
        });
        f.write_str(&each.collect::<Vec<_>>().join(" and "))
    }
}

impl Operator {
    fn accepts(&self, value: Option<&Value>) -> bool {
        match self {
            Self::Not(matcher) => return !matcher.accepts(value),
            Self::Any(matchers) => return matchers.iter().any(|matcher| matcher.accepts(value)),
            Self::None(matchers) => return !matchers.iter().any(|matcher| matcher.accepts(value)),
            _ => {}
        }
        let Some(value) = value else {
            return matches!(self, Self::Absent);
        };
        match self {
            Self::Is(wanted) => equal(wanted, value),
            Self::OneOf(wanted) => wanted.iter().any(|wanted| equal(wanted, value)),
            Self::StartsWith(text) => value.as_str().is_some_and(|value| value.starts_with(text)),
            Self::EndsWith(text) => value.as_str().is_some_and(|value| value.ends_with(text)),
            Self::Matches(regex) => value.as_str().is_some_and(|value| regex.is_match(value)),
            Self::Contains(text) => value.as_str().is_some_and(|value| value.contains(text)),
            Self::Present => true,
            Self::Absent => false,
            Self::AtLeast(least) => number(value).is_some_and(|value| value >= *least),
            Self::AtMost(most) => number(value).is_some_and(|value| value <= *most),
            Self::Type(kind) => is_of(value, *kind),
            Self::Includes(wanted) => includes(value, wanted),
            Self::Each(matcher) => {
                value.as_array().is_some_and(|list| list.iter().all(|value| matcher.accepts(Some(value))))
            }
            Self::Some(matcher) => {
                value.as_array().is_some_and(|list| list.iter().any(|value| matcher.accepts(Some(value))))
            }
            Self::Not(_) | Self::Any(_) | Self::None(_) => unreachable!("judged above"),
        }
    }
}

fn joined(matchers: &[Matcher], between: &str) -> String {
    matchers.iter().map(ToString::to_string).collect::<Vec<_>>().join(between)
}

fn word(kind: TypeWord) -> &'static str {
    match kind {
        TypeWord::String => "string",
        TypeWord::Number => "number",
        TypeWord::Integer => "integer",
        TypeWord::Boolean => "boolean",
        TypeWord::Null => "null",
        TypeWord::Array => "array",
        TypeWord::Object => "object",
    }
}

fn is_of(value: &Value, kind: TypeWord) -> bool {
    match kind {
        TypeWord::String => value.is_string(),
        TypeWord::Number => value.is_number(),
        TypeWord::Integer => value.is_i64() || value.is_u64(),
        TypeWord::Boolean => value.is_boolean(),
        TypeWord::Null => value.is_null(),
        TypeWord::Array => value.is_array(),
        TypeWord::Object => value.is_object(),
    }
}

/// Whether a list has an element that is so or includes it, or an object has these members.
fn includes(value: &Value, wanted: &Value) -> bool {
    match (value, wanted) {
        (Value::Array(list), Value::Array(wanted)) => {
            wanted.iter().all(|wanted| list.iter().any(|value| holds(value, wanted)))
        }
        (Value::Array(list), _) => list.iter().any(|value| holds(value, wanted)),
        (Value::Object(_), Value::Object(_)) => holds(value, wanted),
        _ => false,
    }
}

/// Whether a value is so, or an object has at least these members.
fn holds(value: &Value, wanted: &Value) -> bool {
    match (value, wanted) {
        (Value::Object(object), Value::Object(wanted)) => {
            wanted.iter().all(|(key, wanted)| object.get(key).is_some_and(|value| holds(value, wanted)))
        }
        _ => equal(wanted, value),
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
        let (matcher, wrong) = Matcher::read(serde_json::from_str(text).expect("a matcher"));
        assert!(wrong.is_empty(), "{wrong:?}");
        matcher
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
        check(r#"{"not": 5}"#, &["6", "null", "-"], &["5", r#""5""#]);
        check(r#"{"endsWith": "c"}"#, &[r#""abc""#], &[r#""abd""#, "5", "-"]);
        check(r#"{"matches": "^[a-z]+-[0-9]{2}$"}"#, &[r#""ab-12""#], &[r#""ab-1""#, "12", "-"]);
        check(r#"{"between": [2, 3]}"#, &["2", "2.5", r#""3""#], &["1", "3.1", "-"]);
        check(r#"{"type": "integer"}"#, &["2"], &["2.5", r#""2""#, "-"]);
        check(r#"{"type": "array"}"#, &["[]"], &["{}", "-"]);
        check(r#"{"includes": 2}"#, &["[1, 2]"], &["[1]", "2", "-"]);
        check(
            r#"{"includes": {"a": {"b": 1}}}"#,
            &[r#"{"a": {"b": 1, "c": 2}}"#, r#"[{"a": {"b": 1}}]"#],
            &["{}"],
        );
        check(r#"{"includes": [1, 2]}"#, &["[2, 1, 3]"], &["[1, 3]"]);
        check(r#"{"each": {"atLeast": 1}}"#, &["[]", "[1, 2]"], &["[0, 1]", "1", "-"]);
        check(r#"{"some": {"atLeast": 1}}"#, &["[0, 1]"], &["[]", "[0]", "-"]);
        check(r#"{"any": [1, {"startsWith": "x"}, {"absent": true}]}"#, &["1", r#""xy""#, "-"], &["2"]);
        check(r#"{"all": [{"atLeast": 1}, {"atMost": 2}]}"#, &["1", "2"], &["0", "3", "-"]);
        check(r#"{"none": [1, 2]}"#, &["3", "-"], &["1", r#""2""#]);
        check(r#"{"atLeast": 2, "atMost": 3}"#, &["2", "3", r#""2.5""#], &["1.9", "4", r#""x""#, "-"]);
    }

    #[test]
    fn what_can_never_hold_is_seen() {
        assert!(matcher(r#"{"atLeast": 3, "atMost": 2}"#).is_contradiction());
        assert!(matcher(r#"{"absent": true, "is": 1}"#).is_contradiction());
        assert!(!matcher(r#"{"atLeast": 2, "atMost": 2}"#).is_contradiction());
        assert!(!matcher(r#"{"absent": true}"#).is_contradiction());
        assert!(matcher(r#"{"between": [3, 2]}"#).is_contradiction());
        assert!(matcher(r#"{"any": [{"atLeast": 3, "atMost": 2}]}"#).is_contradiction());
        assert!(!matcher(r#"{"absent": true, "not": 1}"#).is_contradiction());
    }

    #[test]
    fn a_pattern_that_cannot_be_read_is_told_with_its_place() {
        let spec = serde_json::from_str(r#"{"any": [1, {"matches": "("}]}"#).expect("a matcher");
        let (_, wrong) = Matcher::read(spec);
        assert_eq!(wrong.iter().map(|one| one.pointer.as_str()).collect::<Vec<_>>(), ["/any/1/matches"]);
    }
}
