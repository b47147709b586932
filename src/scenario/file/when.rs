//! `when`: conditions, and the matchers in them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Conditions on a call.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhenSpec {
    /// By header name.
    #[serde(default)]
    pub header: BTreeMap<String, MatcherSpec>,
    /// By place in the body: a dotted path, or a JSON pointer.
    #[serde(default)]
    pub body: BTreeMap<String, MatcherSpec>,
    /// By name of a state that rules have set.
    #[serde(default)]
    pub state: BTreeMap<String, MatcherSpec>,
}

/// A plain value, or operators that must all hold.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum MatcherSpec {
    /// Operators.
    Operators(Box<OperatorsSpec>),
    /// Short for `is`.
    Is(Scalar),
}

/// Operators of a matcher.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct OperatorsSpec {
    /// Equal to this value; a number also equals its numeric string.
    #[serde(default, deserialize_with = "even_null")]
    pub is: Option<Value>,
    /// Equal to one of these.
    #[schemars(length(min = 1))]
    pub one_of: Option<Vec<Value>>,
    /// A text that begins so.
    pub starts_with: Option<String>,
    /// A text that holds this.
    pub contains: Option<String>,
    /// Whether it is there at all.
    pub present: Option<bool>,
    /// Whether it is not there.
    pub absent: Option<bool>,
    /// A number, or a numeric string, of at least this.
    pub at_least: Option<f64>,
    /// A number, or a numeric string, of at most this.
    pub at_most: Option<f64>,
}

/// `"is": null` asks for null; an absent `is` asks for nothing.
fn even_null<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(input).map(Some)
}

/// A text, a number or a truth value.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Scalar {
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(serde_json::Number),
    /// A text.
    Text(String),
}
