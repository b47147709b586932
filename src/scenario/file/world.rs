//! `world`, `numbers`, `payer`: how a session's world begins, and who pays in it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Duration;
use crate::contract::fleet_file::{PlanSpec, SimSpec};
use crate::contract::generate::GenerateSpec;
use crate::contract::world_file::{PackagePatch, PartnerSpec, UserSpec};

/// Pins generated numbers.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NumbersSpec {
    /// The serial number of a day's first order.
    #[schemars(range(max = 9_999_999))]
    pub order_serial: u32,
    /// The id of the first order.
    #[schemars(range(max = 9_999_999))]
    pub order_id: u32,
    /// The distance between two of them; without it, 1.
    #[schemars(range(min = 1, max = 1000))]
    pub step: Option<u32>,
}

/// Changes of the starting world.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct WorldSpec {
    /// Packages to change by id, or to add whole.
    #[serde(default)]
    pub packages: Vec<PackagePatch>,
    /// Partners, whole entries.
    #[serde(default)]
    pub partners: Vec<PartnerSpec>,
    /// Accounts, whole entries.
    #[serde(default)]
    pub users: Vec<UserSpec>,
    /// Data plans of the CSSS group, whole entries.
    #[serde(default)]
    pub plans: Vec<PlanSpec>,
    /// SIMs of the CSSS group, whole entries.
    #[serde(default)]
    pub sims: Vec<SimSpec>,
    /// Where callbacks go: `{ "*": "http://127.0.0.1:9100/hook" }`, or by kind; `stand-in` is a server that the sandbox plays
    /// itself. The flag `--callback` goes before it.
    #[serde(default)]
    #[expect(dead_code, reason = "it is read by itself, since it is no part of the stock")]
    pub callbacks: BTreeMap<String, String>,
    /// The pool of eSIM profiles.
    pub profiles: Option<ProfilesSpec>,
    /// Whether the catalogue has the packages with telling names that fail by themselves, see `list magic`; without it, it has.
    pub magic_packages: Option<bool>,
    /// Invented people, packages and partners beside those of the fixtures; `packages` may then change them.
    pub generate: Option<GenerateSpec>,
}

/// The pool of eSIM profiles.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProfilesSpec {
    /// How many are free; without it, the pool never runs dry.
    pub free: Option<u32>,
}

/// Somebody who pays by himself what is ordered.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PayerSpec {
    /// How long after the order, on the session's clock.
    pub after: Duration,
    /// With which outcome; without it, `succeed`.
    pub outcome: Option<PayOutcome>,
}

/// What becomes of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PayOutcome {
    /// It succeeds.
    Succeed,
    /// It fails.
    Fail,
}
