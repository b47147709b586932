//! What a user types: the shapes of a scenario file, and nothing else. The schema, the reader and the help of every
//! diagnostic come from these types. A `"note"` may stand in every object.

mod answer;
mod change;
mod emit;
mod expect;
mod fault;
mod plan;
mod recorded;
mod rule;
mod vendor;
mod when;
mod world;

use schemars::JsonSchema;
use serde::Deserialize;

pub(crate) use answer::{AnswerObject, AnswerSpec, CodeSpec, HttpSpec};
pub(crate) use change::{
    ChangeSpec, ObjectWord, OrderChange, PayWord, ProfileChange, TokenChange, UserChange, WithdrawnWord,
};
pub(crate) use emit::{ArrivalWord, CallbackWord, EmitSpec};
pub(crate) use expect::{CodesSpec, ExpectFile, ExpectSpec};
pub(crate) use fault::{
    AtSpec, AtWord, Corrupt, DelaySpec, FaultSpec, FaultsSpec, How, LengthSpec, LengthWord, Malformed,
    OutageSpec, SpreadSpec, TruncateSpec, WrongType,
};
pub(crate) use plan::{CallSpec, ControlMethod, ControlSpec, RawSpec};
pub(crate) use recorded::RecordedSpec;
pub(crate) use rule::{
    BeforeWord, ExpireSpec, HoldSpec, OnSpec, Outcome, OverSpec, ReleaseWord, RuleSpec, ThenSpec, TimesSpec,
};
pub(crate) use vendor::VendorSpec;
pub(crate) use when::{ClockBounds, MatcherSpec, OperatorsSpec, Scalar, SpanBounds, TypeWord, WhenSpec};
pub(crate) use world::{NumbersSpec, PayOutcome, PayerSpec, WorldSpec};

/// A scenario: a world, a clock, and the rules that make calls fail on command.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "it is the shape of the whole; its parts are read one by one, so that one bad part spoils no other"
)]
pub(crate) struct ScenarioFile {
    /// The version of this format.
    #[schemars(range(min = 1, max = 1))]
    pub format: u32,
    /// The scenario's name.
    pub scenario: Name,
    /// What it is for, in a sentence.
    pub note: Option<String>,
    /// Other scenarios that are put in front, first first: names of `list scenarios`, or of a file that was loaded at the start.
    #[serde(default)]
    pub uses: Vec<Name>,
    /// Same seed and same calls, same bytes. The flag `--seed` goes before it.
    pub seed: Option<u64>,
    /// The session's clock.
    pub clock: Option<ClockSpec>,
    /// Settings of the replica, as with `--vendor KEY=VALUE`.
    pub vendor: Option<VendorSpec>,
    /// Somebody who pays by himself what is ordered, as `--auto-pay` does.
    pub payer: Option<PayerSpec>,
    /// Pins generated numbers, so that a printed example comes out as printed.
    pub numbers: Option<NumbersSpec>,
    /// Changes of the starting world.
    pub world: Option<WorldSpec>,
    /// What is to happen to which call; the first rule that matches and decides wins.
    #[serde(default)]
    pub rules: Vec<RuleSpec>,
    /// What a client does, so that the scenario can be tried.
    #[serde(default)]
    pub calls: Vec<CallSpec>,
    /// What has to be true after the calls.
    #[serde(default)]
    pub expect: Vec<ExpectSpec>,
    /// Of which session it was recorded, and what happened in it; `replay` makes it happen again.
    pub recorded: Option<RecordedSpec>,
}

/// A name in lower case: letters, digits, `-`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub(crate) struct Name(#[schemars(regex(pattern = r"^[a-z0-9][a-z0-9-]{0,62}$"))] pub String);

/// A length of time: a whole number and `ms`, `s`, `m`, `h` or `d`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub(crate) struct Duration(#[schemars(regex(pattern = r"^[0-9]{1,12}(ms|s|m|h|d)$"))] pub String);

/// The session's clock.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClockSpec {
    /// The first moment, RFC 3339 such as `2022-12-05T03:14:50.958Z`; without it, now.
    pub start: Option<String>,
    /// Whether time runs by itself; without it, `real`.
    pub mode: Option<ClockMode>,
}

/// Whether time runs by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ClockMode {
    /// It runs as real time does, from the first moment on.
    Real,
    /// It stands until it is moved.
    Frozen,
}
