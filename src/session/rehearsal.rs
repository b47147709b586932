//! Runs a scenario's own `calls` against a session, and holds its `expect` against what came of them.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};

use super::session::Session;
use super::turn::Delivery;
use super::verify;
use crate::contract::call::Call;
use crate::contract::catalogue::Served;
use crate::contract::fields::Place;
use crate::contract::percent;
use crate::domain::moment::Moment;
use crate::scenario::fault::{Ending, Fault};
use crate::scenario::script::{AnswerPart, PlannedCall};
use crate::scenario::verdict::merge;

/// An expectation that was not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unmet {
    /// Where in the scenario file.
    pub pointer: String,
    /// What was expected, and what came.
    pub message: String,
}

/// Runs the calls of the session's own script; all that was not as expected.
pub(crate) fn run(session: &Session, real: Moment) -> Vec<Unmet> {
    let script = session.script();
    let mut unmet = Vec::new();
    let mut saved = BTreeMap::new();
    for planned in &script.calls {
        for _ in 0..planned.repeat {
            if let Some(by) = planned.advance
                && let Err(error) = session.advance(by, real)
            {
                unmet.push(Unmet {
                    pointer: format!("{}/advance", planned.pointer),
                    message: error.to_string(),
                });
            }
            if let Some(endpoint) = planned.endpoint {
                unmet.extend(call(session, planned, endpoint, &mut saved, real));
            }
        }
    }
    let findings = verify::verify(session, &script.expect, real);
    let broken =
        findings.broken().map(|row| Unmet { pointer: row.pointer.clone(), message: row.message.clone() });
    unmet.extend(broken);
    unmet
}

fn call(
    session: &Session,
    planned: &PlannedCall,
    endpoint: usize,
    saved: &mut BTreeMap<String, Value>,
    real: Moment,
) -> Vec<Unmet> {
    let served = &session.catalogue().endpoints[endpoint];
    let mut fields = planned.fields.clone();
    fields.values_mut().for_each(|value| fill(value, saved));
    let mut headers = HeaderMap::new();
    for (name, value) in &planned.headers {
        let value = saved_as(value, saved).map_or_else(|| Some(value.clone()), text);
        // What cannot be sent, and null, is left out.
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            headers.insert(name.clone(), value);
        }
    }
    let call = example(served, &fields, headers);
    let Delivery { reply, wire, .. } = session.exchange(&call, real);
    let ending =
        wire.iter().map(Fault::ending).find(|ending| *ending != Ending::Whole).unwrap_or(Ending::Whole);
    // A client that does not get all of it has nothing to look at.
    let body = if ending == Ending::Whole { reply.body().as_ref() } else { b"" };
    let answer = serde_json::from_slice(body).unwrap_or(Value::Null);
    let faults: Value = wire.iter().map(ToString::to_string).collect();
    let wire = Value::from(ending.word());
    for (name, path) in &planned.save {
        saved.insert(name.clone(), path.find(&answer).cloned().unwrap_or(Value::Null));
    }
    let status = Value::from(reply.status().as_u16());
    let header = |name: &HeaderName| {
        let value = reply.headers().get(name).filter(|_| ending == Ending::Whole)?;
        Some(Value::from(String::from_utf8_lossy(value.as_bytes())))
    };
    let mut unmet = Vec::new();
    for (part, matcher) in &planned.expect {
        let value;
        let (name, found) = match part {
            AnswerPart::Status => ("status", Some(&status).filter(|_| ending == Ending::Whole)),
            AnswerPart::Wire => ("wire", Some(&wire)),
            AnswerPart::Faults => ("faults", Some(&faults)),
            AnswerPart::Header(part, name) => {
                value = header(name);
                (part.as_str(), value.as_ref())
            }
            AnswerPart::Body(name, path) => (name.as_str(), path.find(&answer)),
        };
        if !matcher.accepts(found) {
            let found = found.map_or_else(|| "nothing".to_owned(), Value::to_string);
            let body = String::from_utf8_lossy(body);
            let message = format!("{name}: expected {matcher}, got {found} in {} {body}", reply.status());
            unmet.push(Unmet { pointer: format!("{}/expect/{name}", planned.pointer), message });
        }
    }
    unmet
}

/// The call of a card's example with other fields, wherever its fields travel.
pub(crate) fn example(served: &Served, changes: &Map<String, Value>, headers: HeaderMap) -> Call {
    let card = &served.card;
    let mut fields: Map<String, Value> = serde_json::from_str(card.request.example.get()).unwrap_or_default();
    merge(&mut fields, changes);
    let mut call = Call::default();
    *call.method_mut() = card.method.parse().unwrap_or_default();
    *call.headers_mut() = headers;
    match served.fields.place() {
        Place::Body => {
            *call.uri_mut() = served.path.parse().unwrap_or_default();
            *call.body_mut() = Bytes::from(Value::Object(fields).to_string());
            call.headers_mut().entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
        }
        Place::Query => {
            let query =
                percent::query(fields.iter().filter_map(|(name, value)| Some((&**name, text(value)?))));
            *call.uri_mut() = format!("{}?{query}", served.path).parse().unwrap_or_default();
        }
    }
    call
}

/// What was saved, if a text is the whole of `${name}` and the name is known.
fn saved_as<'a>(text: &str, saved: &'a BTreeMap<String, Value>) -> Option<&'a Value> {
    saved.get(text.strip_prefix("${")?.strip_suffix('}')?)
}

/// A value as a query or a header has it: text as it is, anything else as JSON, null not at all.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => Some(value.to_string()),
    }
}

/// Puts saved values where a text says `${name}`: filled once, never read as anything else.
fn fill(value: &mut Value, saved: &BTreeMap<String, Value>) {
    match value {
        Value::Object(object) => object.values_mut().for_each(|value| fill(value, saved)),
        Value::Array(list) => list.iter_mut().for_each(|value| fill(value, saved)),
        Value::String(text) => {
            if let Some(known) = saved_as(text, saved) {
                *value = known.clone();
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
