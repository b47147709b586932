//! `rules`: which calls and mails, how often, and what happens afterwards.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::answer::AnswerSpec;
use super::change::ChangeSpec;
use super::emit::EmitSpec;
use super::fault::FaultsSpec;
use super::when::{Scalar, WhenSpec};
use super::{Duration, Name};

/// A rule: which calls, under which conditions, how often, and what then.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleSpec {
    /// Its name in the journal and in `x-sandbox-rule`; without it, `rule-1` and so on.
    pub id: Option<Name>,
    /// Which calls: an endpoint id, a path as in the docs, an operation word, a glob, or a list of these; or which mails:
    /// `mail/qr`, `mail/code`, `callback/uplink-sms` and the other kinds of callback.
    pub on: OnSpec,
    /// Conditions; all must hold.
    pub when: Option<WhenSpec>,
    /// Only from so many calls within a window of the session's clock on.
    pub over: Option<OverSpec>,
    /// By chance, 0 to 1; one seed, the same calls.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub chance: Option<f64>,
    /// How often; without it, always.
    pub times: Option<TimesSpec>,
    /// Acts before token and signature are looked at.
    pub before: Option<BeforeWord>,
    /// What is answered.
    pub answer: Option<AnswerSpec>,
    /// What happens on the wire.
    pub fault: Option<FaultsSpec>,
    /// Keeps calls back until so many of them are here: a race on demand.
    pub hold: Option<HoldSpec>,
    /// Whether the call is carried out before its answer is replaced or lost.
    pub commit: Option<bool>,
    /// What happens afterwards.
    pub then: Option<ThenSpec>,
}

/// Before what a rule acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum BeforeWord {
    /// Before the caller is known.
    Admission,
}

/// Calls that wait for each other, in real time.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HoldSpec {
    /// Until so many are here.
    #[schemars(range(min = 2, max = 1000))]
    pub until: u32,
    /// In which order they are carried out then; without it, as they arrived.
    pub release: Option<ReleaseWord>,
    /// The longest that the first one waits, after which those that are here go on; without it, 10 seconds.
    pub max: Option<Duration>,
}

/// In which order calls that waited are carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ReleaseWord {
    /// As they arrived.
    Arrival,
    /// The last one first.
    Reverse,
}

/// Too many calls: true from the one after the limit on, within a window of the session's clock.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OverSpec {
    /// So many are let pass.
    #[schemars(range(min = 1, max = 1000))]
    pub limit: u32,
    /// Within this time.
    pub window: Duration,
    /// Counts each of these by itself: `order.id`, `user.id`, or a field of the call.
    pub per: Option<String>,
}

/// Which calls.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum OnSpec {
    /// One selector.
    One(String),
    /// Several.
    Several(#[schemars(length(min = 1))] Vec<String>),
}

/// How often a rule fires; it counts its own matches.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
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
    /// Counts each of these by itself: `order.id`, `user.id`, or a field of the call.
    pub per: Option<String>,
}

/// What happens after a call that the rule fired on.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ThenSpec {
    /// States to set.
    #[serde(default)]
    pub set: BTreeMap<String, Scalar>,
    /// Ends the limit of the order that the call names or makes, the life of the token that it brings, or takes the order's
    /// reserved profile away.
    pub expire: Option<ExpireSpec>,
    /// Changes something that the call addresses.
    pub change: Option<ChangeSpec>,
    /// Tells the partner's server of an event, whether it happened or not.
    pub emit: Option<EmitSpec>,
    /// Moves the session's clock.
    pub advance: Option<Duration>,
    /// Arms a rule, in front of all others.
    pub arm: Option<Box<RuleSpec>>,
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
    /// The profile that the order has reserved: it is withdrawn.
    Profile,
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
