//! `rules`: which calls and mails, how often, and what happens afterwards.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Name;
use super::answer::AnswerSpec;
use super::fault::FaultsSpec;
use super::when::{Scalar, WhenSpec};

/// A rule: which calls, under which conditions, how often, and what then.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleSpec {
    /// Its name in the journal and in `x-sandbox-rule`; without it, `rule-1` and so on.
    pub id: Option<Name>,
    /// Which calls: an endpoint id, a path as in the docs, an operation word, a glob, or a list of these; or which mails:
    /// `mail/qr`, `mail/code`.
    pub on: OnSpec,
    /// Conditions; all must hold.
    pub when: Option<WhenSpec>,
    /// How often; without it, always.
    pub times: Option<TimesSpec>,
    /// What is answered.
    pub answer: Option<AnswerSpec>,
    /// What happens on the wire.
    pub fault: Option<FaultsSpec>,
    /// Whether the call is carried out before its answer is replaced or lost.
    pub commit: Option<bool>,
    /// What happens afterwards.
    pub then: Option<ThenSpec>,
}

/// Which calls.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum OnSpec {
    /// One selector.
    One(String),
    /// Several.
    Several(#[schemars(length(min = 1))] Vec<String>),
}

/// How often a rule fires; it counts its own matches.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-atMostOne" = ["first", "next", "every"]))]
pub(crate) struct TimesSpec {
    /// Lets so many matches pass before it begins.
    pub skip: Option<u64>,
    /// Fires on the first so many.
    #[schemars(range(min = 1))]
    pub first: Option<u64>,
    /// The same, of a rule that the control surface arms: used up, it goes.
    #[schemars(range(min = 1))]
    pub next: Option<u64>,
    /// Fires on every so-many-th.
    #[schemars(range(min = 1))]
    pub every: Option<u64>,
    /// Counts each of these by itself.
    pub per: Option<PerSpec>,
}

/// What a rule counts by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
pub(crate) enum PerSpec {
    /// The order that the call names.
    #[serde(rename = "order.id")]
    Order,
    /// The account that calls.
    #[serde(rename = "user.id")]
    User,
}

/// What happens after a call that the rule fired on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ThenSpec {
    /// States to set.
    #[serde(default)]
    pub set: BTreeMap<String, Scalar>,
    /// Ends the limit of the order that the call names or makes, or the life of the token that it brings.
    pub expire: Option<ExpireSpec>,
    /// After which outcome; without it, only after a success.
    #[serde(rename = "if")]
    pub only_if: Option<Outcome>,
}

/// What can end before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ExpireSpec {
    /// The order that the call names or makes.
    Order,
    /// The token that the call brings.
    Token,
}

/// After which outcome something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    /// The answer told of a success.
    Succeeded,
    /// It told of anything else.
    Refused,
    /// Whatever it told.
    Always,
}
