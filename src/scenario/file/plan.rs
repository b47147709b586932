//! `calls`: what a client does.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Duration;
use super::when::MatcherSpec;

/// What a client does.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CallSpec {
    /// Which call; an operation word means the newest version. Without it, only the clock moves.
    pub on: Option<String>,
    /// Merged deeply into the card's example, if the call takes its fields in the body.
    pub body: Option<Map<String, Value>>,
    /// Laid over the card's example, if the call takes its fields in the query; null leaves a field out.
    pub query: Option<Map<String, Value>>,
    /// Headers; a value can be `${name}` as well.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// How often; without it, once.
    #[schemars(range(min = 1, max = 10_000))]
    pub repeat: Option<u32>,
    /// How far the clock moves before the call.
    pub advance: Option<Duration>,
    /// Keeps values of the answer for later calls: name to dotted path. `${name}` in a later body stands for it.
    #[serde(default)]
    pub save: BTreeMap<String, String>,
    /// What has to be true of the answer: `status`, `wire` (`whole`, `reset`, `end` or `open`), `faults` (what is done to it
    /// on its way, a list in the journal's words such as `delay 3s`), `header.` and a header's name, or a dotted path into
    /// the body such as `code` or `data.id`.
    #[serde(default)]
    pub expect: BTreeMap<String, MatcherSpec>,
}
