//! `calls`: what a client does.

use http::header::{HeaderName, HeaderValue};
use serde_json::{Map, Value};

use super::Lowering;
use crate::contract::fields::Place;
use crate::document::{Where, push};
use crate::scenario::condition::Path;
use crate::scenario::fault::Ending;
use crate::scenario::file::{CallSpec, OnSpec};
use crate::scenario::matcher::Matcher;
use crate::scenario::script::{AnswerPart, PlannedCall};

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
        let CallSpec { on, body, query, headers, repeat, advance, save, expect } = spec;
        let endpoint = on.as_ref().and_then(|on| {
            let place = format!("{pointer}/on");
            // An operation word calls the newest version; anything else has to name one endpoint.
            let newest = self.catalogue.newest(on).map(|served| served.at);
            newest.or_else(|| match self.select_calls(&OnSpec::One(on.clone()), &place)[..] {
                [] => None,
                [one] => Some(one),
                [..] => {
                    let message = format!("{on:?} names several endpoints, and a call goes to one");
                    self.error(
                        "ambiguous-call",
                        Where::Value,
                        &place,
                        message,
                        "write its id, see `list endpoints`",
                    );
                    None
                }
            })
        });
        if on.is_none() && advance.is_none() {
            self.error(
                "idle-call",
                Where::Value,
                &pointer,
                "this call does nothing",
                "give it an `on` or an `advance`",
            );
        }
        let fields = self.changes(endpoint, body, query, &pointer);
        let mut sent = Vec::new();
        for (name, value) in headers {
            match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&value)) {
                (Ok(name), Ok(_)) => sent.push((name, value)),
                _ => {
                    let mut place = format!("{pointer}/headers");
                    push(&mut place, &name);
                    self.error(
                        "bad-header",
                        Where::Value,
                        &place,
                        "this header cannot be sent",
                        "visible ASCII characters",
                    );
                }
            }
        }
        if let Some(matcher) = expect.get("wire").cloned().map(|spec| Matcher::read(spec).0)
            && !Ending::WORDS.iter().any(|word| matcher.accepts(Some(&Value::from(*word))))
        {
            let (place, help) = (format!("{pointer}/expect/wire"), Ending::WORDS.join(", "));
            self.error("not-allowed-value", Where::Value, &place, "no answer ends so", &help);
        }
        let expect: Vec<_> = expect
            .into_iter()
            .map(|(part, matcher)| {
                let mut place = format!("{pointer}/expect");
                push(&mut place, &part);
                let matcher = self.matcher(matcher, &place);
                (self.answer_part(part, &place), matcher)
            })
            .collect();
        PlannedCall {
            endpoint,
            fields,
            headers: sent,
            repeat: repeat.unwrap_or(1),
            advance: advance.and_then(|advance| self.span(&advance, &format!("{pointer}/advance"))),
            save: save.into_iter().map(|(name, path)| (name, Path::parse(&path))).collect(),
            expect,
            pointer,
        }
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
