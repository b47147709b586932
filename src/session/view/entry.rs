//! A journal entry.

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::contract::code::Code;
use crate::session::journal::Exchange;

/// A journal entry.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EntryView<'a> {
    /// Its number, as in `x-sandbox-turn`.
    pub turn: u64,
    /// When, on the session's clock.
    pub at: String,
    /// The endpoint, or null.
    pub endpoint: Option<&'static str>,
    /// The rule that decided, or null.
    pub rule: Option<&'a str>,
    /// What was asked.
    pub request: RequestView<'a>,
    /// What was answered.
    pub response: ResponseView,
    /// What happens to the answer on the wire.
    pub wire: Vec<String>,
    /// What was accepted although it is not as documented.
    pub notes: &'a [String],
}

/// What was asked.
#[derive(Debug, Serialize)]
pub(crate) struct RequestView<'a> {
    /// Method.
    pub method: &'a str,
    /// Path and query.
    pub target: &'a str,
    /// Headers in the order of their coming.
    pub headers: Vec<(String, String)>,
    /// Body: JSON as it is, anything else as text.
    pub body: BodyView,
}

/// What was answered.
#[derive(Debug, Serialize)]
pub(crate) struct ResponseView {
    /// HTTP status.
    pub status: u16,
    /// Business code, or null.
    pub code: Option<Code>,
    /// Body.
    pub body: BodyView,
}

/// A body: JSON to the character if it is JSON, else text; null if it is empty.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum BodyView {
    /// JSON.
    Json(Box<RawValue>),
    /// Text, or what was kept of it.
    Text(Value),
}

impl<'a> EntryView<'a> {
    /// Shows an exchange.
    pub(crate) fn of(exchange: &'a Exchange) -> Self {
        let kept = &exchange.kept;
        Self {
            turn: exchange.turn,
            at: exchange.at.to_string(),
            endpoint: exchange.endpoint,
            rule: exchange.rule.as_deref(),
            request: RequestView {
                method: kept.method.as_str(),
                target: kept.target(),
                headers: kept.headers(),
                body: BodyView::of(kept.body(), kept.body_length),
            },
            response: ResponseView {
                status: exchange.status.as_u16(),
                code: exchange.code.clone(),
                body: BodyView::of(kept.answer(), kept.answer_length),
            },
            wire: exchange.wire.iter().map(ToString::to_string).collect(),
            notes: &exchange.notes,
        }
    }
}

impl BodyView {
    /// Shows what was kept of a body that was so long.
    fn of(kept: &[u8], length: usize) -> Self {
        let is_whole = kept.len() == length;
        if length == 0 {
            return Self::Text(Value::Null);
        }
        // What has no place in a JSON tree, such as 1e999 or half a surrogate pair, is shown as text.
        if is_whole
            && serde_json::from_slice::<Value>(kept).is_ok()
            && let Ok(raw) = serde_json::from_slice::<Box<RawValue>>(kept)
        {
            return Self::Json(raw);
        }
        let text = String::from_utf8_lossy(kept);
        let text = if is_whole { text.into_owned() } else { format!("{text}… ({length} bytes in all)") };
        Self::Text(Value::String(text))
    }
}
