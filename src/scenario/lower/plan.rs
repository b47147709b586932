//! `calls`: what a client does, and how the session is steered meanwhile.

use std::collections::BTreeMap;

use base64::prelude::{BASE64_STANDARD, Engine};
use http::header::{HeaderMap, HeaderName, HeaderValue, InvalidHeaderValue};
use http::{Method, StatusCode, Uri};
use serde_json::{Map, Value};

use super::Lowering;
use crate::contract::call::SessionGone;
use crate::contract::fields::{Notes, Place};
use crate::document::{Where, push};
use crate::domain::moment::Moment;
use crate::scenario::condition::Path;
use crate::scenario::fault::Ending;
use crate::scenario::file::{CallSpec, ControlMethod, ControlSpec, MatcherSpec, OnSpec, RawSpec};
use crate::scenario::matcher::Matcher;
use crate::scenario::script::{AnswerPart, ControlCall, Planned, PlannedCall, RawCall};

impl Lowering<'_> {
    pub(super) fn calls(&mut self) -> Vec<PlannedCall> {
        let pointers = (0..self.document.len("/calls")).map(|at| format!("/calls/{at}"));
        let mut calls = Vec::new();
        for pointer in pointers {
            if let Some(spec) = self.part::<CallSpec>(&pointer) {
                calls.push(self.call(spec, pointer));
            }
        }
        calls
    }

    fn call(&mut self, spec: CallSpec, pointer: String) -> PlannedCall {
        let CallSpec { on, raw, control, body, query, headers, repeat, advance, at, save, expect } = spec;
        if on.is_none() && raw.is_none() && control.is_none() && advance.is_none() && at.is_none() {
            self.error(
                "idle-call",
                Where::Value,
                &pointer,
                "this call does nothing",
                "give it an `on` or an `advance`",
            );
        }
        let endpoint = on.as_ref().and_then(|on| self.endpoint(on, &format!("{pointer}/on")));
        let fields = self.changes(endpoint, body, query, &pointer);
        let headers = self.headers(headers, HeaderValue::from_str, &format!("{pointer}/headers"));
        let what = match (endpoint, raw, control) {
            (Some(endpoint), ..) => Planned::Example { endpoint, fields, headers },
            (None, Some(raw), _) => {
                self.raw(raw, &format!("{pointer}/raw")).map_or(Planned::Nothing, Planned::Raw)
            }
            (None, None, Some(control)) => Planned::Control(self.control(control, &pointer)),
            (None, None, None) => Planned::Nothing,
        };
        let at = at.and_then(|text| {
            let at = Moment::parse(&text);
            if at.is_none() {
                let help = "RFC 3339 from 1970 to 9999, such as 2022-12-05T03:14:50.958Z";
                let message = format!("{text:?} is no moment");
                self.error("bad-moment", Where::Value, &format!("{pointer}/at"), message, help);
            }
            at
        });
        PlannedCall {
            what,
            repeat: repeat.unwrap_or(1),
            advance: advance.and_then(|advance| self.span(&advance, &format!("{pointer}/advance"))),
            at,
            save: save.into_iter().map(|(name, path)| (name, Path::parse(&path))).collect(),
            expect: self.parts_of_answer(expect, &pointer),
            pointer,
        }
    }

    /// An operation word calls the newest version; anything else has to name one endpoint.
    fn endpoint(&mut self, on: &str, place: &str) -> Option<usize> {
        let newest = self.catalogue.newest(on).map(|served| served.at);
        newest.or_else(|| match self.select_calls(&OnSpec::One(on.to_owned()), place)[..] {
            [] => None,
            [one] => Some(one),
            [..] => {
                let message = format!("{on:?} names several endpoints, and a call goes to one");
                let help = "write its id, see `list endpoints`";
                self.error("ambiguous-call", Where::Value, place, message, help);
                None
            }
        })
    }

    fn headers(
        &mut self,
        headers: impl IntoIterator<Item = (String, String)>,
        value_of: fn(&str) -> Result<HeaderValue, InvalidHeaderValue>,
        pointer: &str,
    ) -> HeaderMap {
        let mut sent = HeaderMap::new();
        for (name, value) in headers {
            match (HeaderName::from_bytes(name.as_bytes()), value_of(&value)) {
                (Ok(name), Ok(value)) => {
                    sent.append(name, value);
                }
                _ => {
                    let mut place = pointer.to_owned();
                    push(&mut place, &name);
                    let help = "visible ASCII characters";
                    self.error("bad-header", Where::Value, &place, "this header cannot be sent", help);
                }
            }
        }
        sent
    }

    /// A call to the byte.
    fn raw(&mut self, spec: RawSpec, pointer: &str) -> Option<RawCall> {
        let RawSpec { method, target, headers, body, base64, notes, token_of_gone_session, refused } = spec;
        let mut call = http::Request::<bytes::Bytes>::default();
        let of_bytes = |text: &str| HeaderValue::from_bytes(text.as_bytes());
        *call.headers_mut() = self.headers(headers, of_bytes, &format!("{pointer}/headers"));
        // Only CONNECT has neither path nor query.
        let uri = if target.is_empty() { "nowhere:80".parse() } else { target.parse::<Uri>() };
        let (uri, method) = match (uri, method.parse::<Method>()) {
            (Ok(uri), Ok(method)) => (uri, method),
            (uri, _) => {
                let (part, help) = match uri {
                    Err(_) => ("target", "path and query, such as /v1.2/package/preOrderPackage"),
                    Ok(_) => ("method", "such as POST"),
                };
                let place = format!("{pointer}/{part}");
                self.error("bad-request", Where::Value, &place, format!("this is no {part}"), help);
                return None;
            }
        };
        (*call.uri_mut(), *call.method_mut()) = (uri, method);
        if let Some(text) = base64 {
            let Ok(bytes) = BASE64_STANDARD.decode(&text) else {
                let place = format!("{pointer}/base64");
                self.error(
                    "bad-value",
                    Where::Value,
                    &place,
                    "this is no base64",
                    "with padding, without blanks",
                );
                return None;
            };
            *call.body_mut() = bytes.into();
        } else {
            *call.body_mut() = body.unwrap_or_default().into();
        }
        if token_of_gone_session {
            call.extensions_mut().insert(SessionGone);
        }
        if !notes.is_empty() {
            call.extensions_mut().insert(Notes { noted: notes, told: Vec::new() });
        }
        let refused =
            refused.map(|refused| (StatusCode::from_u16(refused.status).unwrap_or_default(), refused.text));
        Some(RawCall { call: call.into(), refused })
    }

    fn control(&mut self, spec: ControlSpec, pointer: &str) -> ControlCall {
        let ControlSpec { method, path, body } = spec;
        if path.starts_with('/') {
            let help = "below the session's own path, such as clock/advance";
            let place = format!("{pointer}/control/path");
            self.error("bad-value", Where::Value, &place, "this begins with a slash", help);
        }
        let method = match method.unwrap_or(ControlMethod::Post) {
            ControlMethod::Get => Method::GET,
            ControlMethod::Post => Method::POST,
            ControlMethod::Put => Method::PUT,
            ControlMethod::Patch => Method::PATCH,
            ControlMethod::Delete => Method::DELETE,
        };
        ControlCall { method, path, body: body.map(Value::Object) }
    }

    fn parts_of_answer(
        &mut self,
        expect: BTreeMap<String, MatcherSpec>,
        pointer: &str,
    ) -> Vec<(AnswerPart, Matcher)> {
        if let Some(matcher) = expect.get("wire").cloned().map(|spec| Matcher::read(spec).0)
            && !Ending::WORDS.iter().any(|word| matcher.accepts(Some(&Value::from(*word))))
        {
            let (place, help) = (format!("{pointer}/expect/wire"), Ending::WORDS.join(", "));
            self.error("not-allowed-value", Where::Value, &place, "no answer ends so", &help);
        }
        let part = |(part, matcher): (String, MatcherSpec)| {
            let mut place = format!("{pointer}/expect");
            push(&mut place, &part);
            let matcher = self.matcher(matcher, &place);
            (self.answer_part(part, &place), matcher)
        };
        expect.into_iter().map(part).collect()
    }

    /// The part of an answer that an expectation names.
    fn answer_part(&mut self, part: String, place: &str) -> AnswerPart {
        let header = part.strip_prefix("header.").map(|name| HeaderName::from_bytes(name.as_bytes()));
        match (part.as_str(), header) {
            ("status", _) => AnswerPart::Status,
            ("wire", _) => AnswerPart::Wire,
            ("faults", _) => AnswerPart::Faults,
            (_, Some(Ok(name))) => AnswerPart::Header(part, name),
            (_, header) => {
                if header.is_some() {
                    let message = format!("{part:?} names no header");
                    self.error("bad-header", Where::Key, place, message, "letters, digits and hyphens");
                }
                let path = Path::parse(&part);
                AnswerPart::Body(part, path)
            }
        }
    }

    /// What is changed of the card's example: the key has to say where the call takes its fields.
    fn changes(
        &mut self,
        endpoint: Option<usize>,
        body: Option<Map<String, Value>>,
        query: Option<Map<String, Value>>,
        pointer: &str,
    ) -> Map<String, Value> {
        let place =
            endpoint.and_then(|at| self.catalogue.endpoints.get(at)).map(|served| served.fields.place());
        let (right, wrong) = match place {
            Some(Place::Query) => (query, body.map(|_| ("body", "query"))),
            Some(Place::Body) | None => (body, query.map(|_| ("query", "body"))),
        };
        if let (Some(_), Some((wrong, right))) = (place, wrong) {
            self.error(
                "misplaced-fields",
                Where::Key,
                &format!("{pointer}/{wrong}"),
                format!("this call takes its fields in the {right}"),
                &format!("write `{right}`"),
            );
        }
        right.unwrap_or_default()
    }
}
