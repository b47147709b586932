//! `calls`: what a client does, and how the session is steered meanwhile.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Duration;
use super::when::MatcherSpec;

/// What a client does.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-atMostOne" = [["on", "body", "query", "headers"], "raw", "control"]))]
pub(crate) struct CallSpec {
    /// Which call; an operation word means the newest version. Without any call, only the clock moves.
    pub on: Option<String>,
    /// A call to the byte, as it was recorded.
    pub raw: Option<RawSpec>,
    /// A call of the control surface, below the session's own path.
    pub control: Option<ControlSpec>,
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
    /// To which moment of the session's clock it moves before the call, RFC 3339; it never moves back.
    pub at: Option<String>,
    /// Keeps values of the answer for later calls: name to dotted path. `${name}` in a later body stands for it.
    #[serde(default)]
    pub save: BTreeMap<String, String>,
    /// What has to be true of the answer: `status`, `wire` (`whole`, `reset`, `end` or `open`), `faults` (what is done to it
    /// on its way, a list in the journal's words such as `delay 3s`), `header.` and a header's name, or a dotted path into
    /// the body such as `code` or `data.id`.
    #[serde(default)]
    pub expect: BTreeMap<String, MatcherSpec>,
}

/// A call to the byte.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("x-atMostOne" = ["body", "base64"]))]
pub(crate) struct RawSpec {
    /// Its method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Names and values, in their order.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// Its body as text; without it, there is none.
    pub body: Option<String>,
    /// Its body, if it is no text.
    pub base64: Option<String>,
    /// What was noted of it before it was read: how its session was found.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Whether its token is of a session that is gone.
    #[serde(default)]
    pub token_of_gone_session: bool,
    /// How it is refused before it is read, as a body is that is too large.
    pub refused: Option<RefusedSpec>,
}

/// How a call is refused before it is read.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefusedSpec {
    /// The answer's status.
    #[schemars(range(min = 400, max = 599))]
    pub status: u16,
    /// In which words.
    pub text: String,
}

/// A call of the control surface.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ControlSpec {
    /// Its method; without it, `POST`.
    pub method: Option<ControlMethod>,
    /// Its path below `/__sandbox/sessions/{s}/`, such as `fail-next`. `${name}` stands for a value that an earlier call saved.
    pub path: String,
    /// Its body; without it, there is none. A text that is `${name}` stands for a saved value.
    pub body: Option<Map<String, Value>>,
}

/// A method of the control surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum ControlMethod {
    /// Looks.
    Get,
    /// Does something.
    Post,
    /// Puts something in place.
    Put,
    /// Changes something.
    Patch,
    /// Takes something away.
    Delete,
}
