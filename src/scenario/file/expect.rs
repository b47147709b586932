//! `expect`: what has to be true after the calls, in a scenario and over the control API.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::answer::CodeSpec;
use super::rule::OnSpec;
use super::when::{MatcherSpec, WhenSpec};

/// What has to be true after the calls: so many calls, orders or mails, or calls in an order.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-exactlyOne" = [["on", "when", "codes"], "orders", "mails", "deliveries", "sequence"]))]
#[schemars(extend("x-atMostOne" = ["count", "never", "sequence"]))]
#[expect(dead_code, reason = "its parts are read one by one, so that one bad part spoils no other")]
pub(crate) struct ExpectSpec {
    /// Counts the calls that went there; without it, beside `when` or `codes`, any call.
    pub on: Option<OnSpec>,
    /// Of the calls, only these.
    pub when: Option<WhenSpec>,
    /// Of the calls, only those that were answered with this code, or one of these.
    pub codes: Option<CodesSpec>,
    /// Counts orders by their fields: `id`, `orderNo`, `payStatus`, `iccid`, `amount`, `currency`, `createdAt`, `mailTo`.
    pub orders: Option<BTreeMap<String, MatcherSpec>>,
    /// Counts mails by their fields: `kind`, `to`, `state`, `orderId`, `writtenAt`.
    pub mails: Option<BTreeMap<String, MatcherSpec>>,
    /// Counts deliveries of callbacks by their fields: `kind`, `state`, `sim`, `tries`, `again`, `rule`.
    pub deliveries: Option<BTreeMap<String, MatcherSpec>>,
    /// Calls that have to come in this order; others may come between them.
    #[schemars(length(min = 1))]
    pub sequence: Option<Vec<StepSpec>>,
    /// How many there have to be; without it, at least one.
    pub count: Option<MatcherSpec>,
    /// Short for a `count` of 0.
    #[schemars(extend("enum" = [true]))]
    pub never: Option<bool>,
}

/// A call of a sequence.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "its parts are read one by one, so that one bad part spoils no other")]
pub(crate) struct StepSpec {
    /// Where it went.
    pub on: OnSpec,
    /// What it was like.
    pub when: Option<WhenSpec>,
    /// What it was answered with.
    pub codes: Option<CodesSpec>,
}

/// One code, or several.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum CodesSpec {
    /// Any of these.
    Several(#[schemars(length(min = 1))] Vec<CodeSpec>),
    /// This one.
    One(CodeSpec),
}

/// Expectations by themselves, as the control API takes them.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "it is the shape of the whole; its rows are read one by one")]
pub(crate) struct ExpectFile {
    /// What has to be true; without it, what the scenario expects.
    #[schemars(length(min = 1))]
    pub expect: Option<Vec<ExpectSpec>>,
}
