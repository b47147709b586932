//! Runs a scenario's own `calls` against a session, and holds its `expect` against what came of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Method, StatusCode};
use serde_json::{Map, Value};

use super::mishap::Mishap;
use super::session::Session;
use super::turn::Delivery;
use super::verify;
use crate::contract::call::{Call, Reply};
use crate::contract::catalogue::Served;
use crate::contract::fields::Place;
use crate::contract::group::Seal;
use crate::contract::percent;
use crate::domain::moment::Moment;
use crate::domain::stock::Stock;
use crate::scenario::fault::{Ending, Fault};
use crate::scenario::script::{AnswerPart, ControlCall, Planned, PlannedCall, RawCall, Script};
use crate::scenario::verdict::merge;

/// An expectation that was not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unmet {
    /// Where in the scenario file.
    pub pointer: String,
    /// What was expected, and what came.
    pub message: String,
}

/// Makes a call of the control surface to a session: its layer lies above this one.
pub(crate) type Steer<'a> = &'a dyn Fn(&Arc<Session>, &Method, &str, Bytes) -> Reply;

/// What was kept of answers, by name.
type Saved = BTreeMap<String, Value>;

/// What came of a call.
struct Came {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    ending: Ending,
    /// What was done to the answer on its way, in the journal's words.
    faults: Value,
}

/// Runs the calls of the session's own script; all that was not as expected.
pub(crate) fn run(session: &Arc<Session>, steer: Steer<'_>, real: Moment) -> Vec<Unmet> {
    // The one that began: a call may bring another one.
    let script = session.script();
    let mut unmet = play(session, &script, steer, real);
    let findings = verify::verify(session, &session.script().expect, real);
    let broken =
        findings.broken().map(|row| Unmet { pointer: row.pointer.clone(), message: row.message.clone() });
    unmet.extend(broken);
    unmet
}

/// Makes the calls of a script, and nothing more; all that was not as expected.
pub(crate) fn play(session: &Arc<Session>, script: &Script, steer: Steer<'_>, real: Moment) -> Vec<Unmet> {
    let mut unmet = Vec::new();
    let mut saved = Saved::new();
    for planned in &script.calls {
        for _ in 0..planned.repeat {
            if let Err((key, message)) = move_clock(session, planned, real) {
                unmet.push(Unmet { pointer: format!("{}/{key}", planned.pointer), message });
            }
            let came = match &planned.what {
                Planned::Nothing => continue,
                Planned::Example { endpoint, fields, headers } => {
                    let served = &session.catalogue().endpoints[*endpoint];
                    let mut fields = fields.clone();
                    fields.values_mut().for_each(|value| fill(value, &saved));
                    let seal =
                        session.catalogue().shelf(served).group.seal.map(|seal| (seal, &*script.stock));
                    let call = example(served, &fields, filled(headers, &saved), seal);
                    Came::of(session.exchange(&call, real))
                }
                Planned::Raw(RawCall { call, refused: None }) => Came::of(session.exchange(call, real)),
                Planned::Raw(RawCall { call, refused: Some((status, text)) }) => {
                    let mishap = Mishap { status: *status, word: "as-recorded", text: text.clone() };
                    Came::of(session.refuse(call, &mishap, real))
                }
                Planned::Control(ControlCall { method, path, body }) => {
                    let path = saved.iter().fold(path.clone(), |path, (name, value)| {
                        path.replace(&format!("${{{name}}}"), &text(value).unwrap_or_default())
                    });
                    let mut body = body.clone();
                    if let Some(body) = &mut body {
                        fill(body, &saved);
                    }
                    let body = body.map_or_else(Bytes::new, |body| body.to_string().into());
                    Came::of(Delivery::of(steer(session, method, &path, body)))
                }
            };
            unmet.extend(came.judge(planned, &mut saved));
        }
    }
    unmet
}

/// Moves the clock as a call wants it; what stands against it, and which key asked.
fn move_clock(session: &Session, planned: &PlannedCall, real: Moment) -> Result<(), (&'static str, String)> {
    if let Some(by) = planned.advance {
        session.advance(by, real).map_err(|error| ("advance", error.to_string()))?;
    }
    if let Some(at) = planned.at {
        let (_, now) = session.clock(real);
        let by =
            at.since(now).ok_or_else(|| ("at", format!("the clock shows {now} and never moves back")))?;
        session.advance(by, real).map_err(|error| ("at", error.to_string()))?;
    }
    Ok(())
}

/// Headers, a saved value in the place of each `${name}`; what cannot be sent, and null, is left out.
fn filled(headers: &HeaderMap, saved: &Saved) -> HeaderMap {
    let known = |value: &HeaderValue| {
        let saved = value.to_str().ok().and_then(|value| saved_as(value, saved));
        saved.map_or_else(|| Some(value.clone()), |saved| HeaderValue::from_str(&text(saved)?).ok())
    };
    headers.iter().filter_map(|(name, value)| Some((name.clone(), known(value)?))).collect()
}

/// The call of a card's example with other fields, wherever its fields travel. One that is signed is signed anew, unless nothing is
/// changed or the signature itself is: then it goes as it stands.
pub(crate) fn example(
    served: &Served,
    changes: &Map<String, Value>,
    headers: HeaderMap,
    seal: Option<(Seal, &Stock)>,
) -> Call {
    let card = &served.card;
    let mut fields: Map<String, Value> = serde_json::from_str(card.request.example.get()).unwrap_or_default();
    merge(&mut fields, changes);
    if let Some((seal, stock)) = seal.filter(|_| !changes.is_empty() && !changes.contains_key("sign")) {
        seal(&mut fields, stock);
    }
    let mut call = http::Request::<Bytes>::default();
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
    call.into()
}

impl Came {
    fn of(delivery: Delivery) -> Self {
        let Delivery { reply, wire, .. } = delivery;
        let ending = wire.iter().map(Fault::ending).find(|ending| *ending != Ending::Whole);
        let ending = ending.unwrap_or(Ending::Whole);
        let faults = wire.iter().map(ToString::to_string).collect();
        let (parts, body) = reply.into_parts();
        // A client that does not get all of it has nothing to look at.
        let (headers, body) = match ending {
            Ending::Whole => (parts.headers, body),
            Ending::Reset | Ending::End | Ending::Open => (HeaderMap::new(), Bytes::new()),
        };
        Self { status: parts.status, headers, body, ending, faults }
    }

    /// Keeps what the call wants to keep of it; all that is not as expected.
    fn judge(&self, planned: &PlannedCall, saved: &mut Saved) -> Vec<Unmet> {
        if planned.save.is_empty() && planned.expect.is_empty() {
            return Vec::new();
        }
        let answer = serde_json::from_slice(&self.body).unwrap_or(Value::Null);
        let wire = Value::from(self.ending.word());
        for (name, path) in &planned.save {
            saved.insert(name.clone(), path.find(&answer).cloned().unwrap_or(Value::Null));
        }
        let status = Value::from(self.status.as_u16());
        let mut unmet = Vec::new();
        for (part, matcher) in &planned.expect {
            let header;
            let (name, found) = match part {
                AnswerPart::Status => ("status", Some(&status).filter(|_| self.ending == Ending::Whole)),
                AnswerPart::Wire => ("wire", Some(&wire)),
                AnswerPart::Faults => ("faults", Some(&self.faults)),
                AnswerPart::Header(part, name) => {
                    let value = self.headers.get(name);
                    header = value.map(|value| Value::from(String::from_utf8_lossy(value.as_bytes())));
                    (part.as_str(), header.as_ref())
                }
                AnswerPart::Body(name, path) => (name.as_str(), path.find(&answer)),
            };
            if !matcher.accepts(found) {
                let found = found.map_or_else(|| "nothing".to_owned(), Value::to_string);
                let body = String::from_utf8_lossy(&self.body);
                let message = format!("{name}: expected {matcher}, got {found} in {} {body}", self.status);
                unmet.push(Unmet { pointer: format!("{}/expect/{name}", planned.pointer), message });
            }
        }
        unmet
    }
}

/// What was saved, if a text is the whole of `${name}` and the name is known.
fn saved_as<'a>(text: &str, saved: &'a Saved) -> Option<&'a Value> {
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
