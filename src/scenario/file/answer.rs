//! `answer`: what a client gets instead.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// What is answered.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum AnswerSpec {
    /// `"default"`: what the replica answers.
    Word(AnswerWord),
    /// Something else.
    Other(Box<AnswerObject>),
}

/// The one answer that is a word.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AnswerWord {
    /// What the replica answers.
    Default,
}

/// An answer: a changed default one (`patch`, `remove`), a `code`, an `http` answer, a `gateway`'s page, or a `fixture`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerObject {
    /// Merged deeply into the default answer; null means null.
    pub patch: Option<Map<String, Value>>,
    /// JSON pointers taken out of the default answer.
    pub remove: Option<Vec<String>>,
    /// A code of the group's table, by name or number.
    pub code: Option<CodeSpec>,
    /// Says that a number outside the table is meant.
    pub custom: Option<bool>,
    /// The message of the code; needed with `custom`.
    pub message: Option<String>,
    /// A whole HTTP answer.
    pub http: Option<HttpSpec>,
    /// A page as a gateway in front of the vendor would send it: 502, 503 or 504, without anything of the vendor's or ours.
    #[schemars(range(min = 502, max = 504))]
    pub gateway: Option<u16>,
    /// The name of a body that was loaded at the start.
    pub fixture: Option<String>,
}

/// A code by number or name.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum CodeSpec {
    /// `7`.
    Number(i64),
    /// `TOKEN_EXPIRED`, or a code that is a text.
    Name(String),
}

/// A whole HTTP answer.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct HttpSpec {
    /// The status.
    #[schemars(range(min = 200, max = 599))]
    pub status: u16,
    /// Its headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// A text as it is, or anything else as JSON.
    pub body: Option<Value>,
    /// Seconds in the header Retry-After.
    pub retry_after: Option<u32>,
}
