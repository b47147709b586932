//! `recorded`: of which session a scenario was recorded, and what happened in it.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// Of which session a scenario was recorded, and what happened in it. `replay` makes the calls again and compares.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RecordedSpec {
    /// The session's name: tokens hold it.
    pub session: String,
    /// Its epoch: tokens hold it too.
    #[schemars(range(min = 1))]
    pub epoch: u64,
    /// Its seed.
    pub seed: u64,
    /// The number that changes when generated values change.
    pub generator: u32,
    /// The version that recorded it.
    pub version: String,
    /// What stood before every path.
    #[serde(default)]
    pub base_path: String,
    /// Scenarios that it used, and that were files of their own.
    #[serde(default)]
    pub scenarios: Vec<Map<String, Value>>,
    /// The journal's entries as the control API shows them.
    #[serde(default)]
    pub journal: Vec<Value>,
}
