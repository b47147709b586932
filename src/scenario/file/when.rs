//! `when`: conditions, and the matchers in them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::Duration;

/// Conditions on a call; all must hold.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhenSpec {
    /// By header name.
    #[serde(default)]
    pub header: BTreeMap<String, MatcherSpec>,
    /// By name in the query.
    #[serde(default)]
    pub query: BTreeMap<String, MatcherSpec>,
    /// The path, without a session's prefix.
    pub path: Option<MatcherSpec>,
    /// By place in the body: a dotted path, or a JSON pointer.
    #[serde(default)]
    pub body: BTreeMap<String, MatcherSpec>,
    /// The body as it was sent, as a text.
    pub raw: Option<MatcherSpec>,
    /// By name of a state that rules have set.
    #[serde(default)]
    pub state: BTreeMap<String, MatcherSpec>,
    /// By field of the order that the call names: of an eSIM, or in the CSSS group of a plan for a SIM.
    #[serde(default)]
    pub order: BTreeMap<String, MatcherSpec>,
    /// By field of the account that calls, or that a login names.
    #[serde(default)]
    pub user: BTreeMap<String, MatcherSpec>,
    /// By field of the package that the call names, or that its order is of.
    #[serde(default)]
    pub package: BTreeMap<String, MatcherSpec>,
    /// By field of the SIM that the call names, or that its plan's order is for.
    #[serde(default)]
    pub sim: BTreeMap<String, MatcherSpec>,
    /// The session's clock: a moment, or `start+90m`.
    pub clock: Option<ClockBounds>,
    /// Time since a moment: `{"order.createdAt": {"atLeast": "55m"}}`.
    #[serde(default)]
    pub since: BTreeMap<String, SpanBounds>,
}

/// Bounds of the clock.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ClockBounds {
    /// From this moment on.
    pub at_least: Option<String>,
    /// Up to this moment.
    pub at_most: Option<String>,
    /// From one to the other.
    #[schemars(length(min = 2, max = 2))]
    pub between: Option<Vec<String>>,
}

/// Bounds of a length of time.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SpanBounds {
    /// So long or longer.
    pub at_least: Option<Duration>,
    /// So long or shorter.
    pub at_most: Option<Duration>,
    /// From one to the other.
    #[schemars(length(min = 2, max = 2))]
    pub between: Option<Vec<Duration>>,
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
    /// Anything but this; also what is not there.
    pub not: Option<Box<MatcherSpec>>,
    /// A text that begins so.
    pub starts_with: Option<String>,
    /// A text that ends so.
    pub ends_with: Option<String>,
    /// A text that holds this.
    pub contains: Option<String>,
    /// A text in which this regular expression finds something; `^` and `$` hold it to the whole.
    pub matches: Option<String>,
    /// Whether it is there at all.
    pub present: Option<bool>,
    /// Whether it is not there.
    pub absent: Option<bool>,
    /// A number, or a numeric string, of at least this.
    pub at_least: Option<f64>,
    /// A number, or a numeric string, of at most this.
    pub at_most: Option<f64>,
    /// A number, or a numeric string, from one to the other.
    #[schemars(length(min = 2, max = 2))]
    pub between: Option<Vec<f64>>,
    /// Of this kind.
    #[serde(rename = "type")]
    pub kind: Option<TypeWord>,
    /// A list that has this among its elements, or an object that has these members.
    #[serde(default, deserialize_with = "even_null")]
    pub includes: Option<Value>,
    /// A list each of whose elements is so.
    pub each: Option<Box<MatcherSpec>>,
    /// A list of whose elements one at least is so.
    pub some: Option<Box<MatcherSpec>>,
    /// All of these.
    #[schemars(length(min = 1))]
    pub all: Option<Vec<MatcherSpec>>,
    /// One of these at least.
    #[schemars(length(min = 1))]
    pub any: Option<Vec<MatcherSpec>>,
    /// None of these.
    #[schemars(length(min = 1))]
    pub none: Option<Vec<MatcherSpec>>,
}

/// Kinds of JSON values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TypeWord {
    /// A text.
    String,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// A truth value.
    Boolean,
    /// Null.
    Null,
    /// A list.
    Array,
    /// An object.
    Object,
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
