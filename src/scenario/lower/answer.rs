//! `answer`: a changed default answer, a code, a whole HTTP answer, or a loaded body.

use bytes::Bytes;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use serde_json::Value;

use super::Lowering;
use crate::contract::call::JSON;
use crate::contract::code::Code;
use crate::contract::codes::CodeTable;
use crate::document::{Where, nearest, push};
use crate::scenario::commit::Deed;
use crate::scenario::file::{AnswerObject, CodeSpec, HttpSpec};
use crate::scenario::verdict::{CodeChoice, Edit, Saying};

/// What an answer object comes to.
pub(super) enum Answering {
    Edit(Edit),
    Say(Saying),
}

/// Fields of an answer that the world compares with later calls.
const COMPARED_LATER: [&str; 3] = ["amount", "id", "orderNo"];

/// Headers that only the server may write.
const FRAMING: [&str; 3] = ["content-length", "transfer-encoding", "connection"];

impl Lowering<'_> {
    /// What an answer object says, and which deed that is.
    pub(super) fn answer(
        &mut self,
        answer: AnswerObject,
        on: &[usize],
        pointer: &str,
    ) -> Option<(Deed, Answering)> {
        let AnswerObject { patch, remove, code, custom, message, http, gateway, fixture } = answer;
        let edits = patch.is_some() || remove.is_some();
        let kinds = [
            ("patch", edits),
            ("code", code.is_some()),
            ("http", http.is_some()),
            ("gateway", gateway.is_some()),
            ("fixture", fixture.is_some()),
        ];
        let named: Vec<&str> = kinds.iter().filter(|(_, there)| *there).map(|(kind, _)| *kind).collect();
        if named.len() != 1 {
            let message = match named.len() {
                0 => "this answer says nothing".to_owned(),
                _ => format!("this answer is {} at once", named.join(" and ")),
            };
            let help = "one of `patch` (with or without `remove`), `code`, `http`, `gateway`, `fixture`";
            self.error("exclusive-keys", Where::Value, pointer, message, help);
            return None;
        }
        if code.is_none() && (custom.is_some() || message.is_some()) {
            let help = "`custom` and `message` belong to `code`";
            self.error("exclusive-keys", Where::Value, pointer, "there is no `code` here", help);
        }
        if let Some(code) = code {
            let saying = self.code(&code, custom.unwrap_or(false), message, on, pointer)?;
            return Some((Deed::Code, Answering::Say(saying)));
        }
        if let Some(http) = http {
            let saying = self.http(http, &format!("{pointer}/http"))?;
            return Some((Deed::Http, Answering::Say(saying)));
        }
        if let Some(status) = gateway {
            let status = http::StatusCode::from_u16(status).ok()?;
            return Some((Deed::Gateway, Answering::Say(Saying::Gateway(status))));
        }
        if let Some(name) = fixture {
            self.fixtures.insert(name.clone());
            let Some(body) = self.catalogue.bodies.get(&name) else {
                let known: Vec<&str> = self.catalogue.bodies.keys().map(String::as_str).collect();
                let help = match nearest(&name, known.iter().copied()) {
                    Some(near) => format!("did you mean {near:?}?"),
                    None => format!(
                        "loaded are {}; add bodies/{name}.json to the folder of --fixtures",
                        known.join(", ")
                    ),
                };
                let place = format!("{pointer}/fixture");
                self.error(
                    "unknown-fixture",
                    Where::Value,
                    &place,
                    format!("no fixture is called {name:?}"),
                    &help,
                );
                return None;
            };
            let code = serde_json::from_str::<Value>(body).ok().as_ref().and_then(Code::of_body);
            let successes = self.catalogue.groups.iter().map(|shelf| &shelf.row(shelf.group.success).code);
            let tells_success =
                code.is_some_and(|code| successes.into_iter().any(|success| *success == code));
            let saying = Saying::Fixture { body: Bytes::from(body.clone()), tells_success };
            return Some((Deed::Fixture, Answering::Say(saying)));
        }
        let patch = patch.unwrap_or_default();
        for place in ["", "/data"] {
            let map =
                if place.is_empty() { Some(&patch) } else { patch.get("data").and_then(Value::as_object) };
            for key in map
                .into_iter()
                .flat_map(|map| map.keys())
                .filter(|key| COMPARED_LATER.contains(&key.as_str()))
            {
                let message =
                    format!("the world does not know of this {key}, and compares its own with later calls");
                let help = "to change what the world knows, change `world` or `numbers`";
                let place = format!("{pointer}/patch{place}/{key}");
                self.warning("patched-identity", Where::Key, &place, message, help);
            }
        }
        let remove = remove.unwrap_or_default();
        for (at, place) in remove.iter().enumerate() {
            if !place.starts_with('/') {
                let message = format!("{place:?} is no JSON pointer");
                let help = format!("write {:?}", format!("/{}", place.replace('.', "/")));
                self.error("bad-pointer", Where::Value, &format!("{pointer}/remove/{at}"), message, &help);
            }
        }
        Some((Deed::Patch, Answering::Edit(Edit { patch, remove })))
    }

    fn code(
        &mut self,
        code: &CodeSpec,
        custom: bool,
        message: Option<String>,
        on: &[usize],
        pointer: &str,
    ) -> Option<Saying> {
        let place = format!("{pointer}/code");
        let catalogue = self.catalogue;
        // Where the endpoint itself is misspelt, its group is not known: a name may then belong to any.
        let tables: Vec<&CodeTable> = if on.is_empty() {
            catalogue.groups.iter().map(|shelf| &shelf.codes).collect()
        } else {
            on.iter()
                .filter_map(|at| catalogue.endpoints.get(*at))
                .map(|served| &catalogue.shelf(served).codes)
                .collect()
        };
        let known = |table: &&CodeTable| match code {
            CodeSpec::Name(word) => table.by_word(word).map(|row| row.name.clone()),
            CodeSpec::Number(number) => table.by_code(&Code::Number(*number)).map(|row| row.name.clone()),
        };
        if let Some(name) = tables.iter().find_map(known) {
            if custom {
                // An overlay may have given a name to a number that was nobody's: what is meant is clear all the same.
                let message = format!("this code is in the table as {name}");
                let help = "leave `custom` out, or take a number of your own";
                self.warning("not-custom", Where::Value, &place, message, help);
            }
            return Some(Saying::Code { code: CodeChoice::Row(name), message });
        }
        match code {
            CodeSpec::Number(_) | CodeSpec::Name(_) if custom => {
                if message.is_none() {
                    let help = "add `\"message\": \"…\"`";
                    self.error(
                        "missing-key",
                        Where::Value,
                        pointer,
                        "a code of your own needs a message",
                        help,
                    );
                }
                let code = match code {
                    CodeSpec::Number(number) => Code::Number(*number),
                    CodeSpec::Name(word) => Code::Text(word.as_str().into()),
                };
                Some(Saying::Code { code: CodeChoice::Custom(code), message })
            }
            CodeSpec::Number(number) => {
                let help = "add `\"custom\": true` and a `message` if you mean it, or see `list codes`";
                self.error(
                    "unknown-code",
                    Where::Value,
                    &place,
                    format!("code {number} is not in the table"),
                    help,
                );
                None
            }
            CodeSpec::Name(name) => {
                let names: Vec<&str> = tables
                    .first()
                    .into_iter()
                    .flat_map(|table| table.rows.iter().map(|row| row.name.as_str()))
                    .collect();
                let help = match nearest(name, names.iter().copied()) {
                    Some(near) => format!("did you mean {near:?}?"),
                    None => format!("known are {}", names.join(", ")),
                };
                self.error(
                    "unknown-code",
                    Where::Value,
                    &place,
                    format!("no code is called {name:?}"),
                    &help,
                );
                None
            }
        }
    }

    fn http(&mut self, spec: HttpSpec, pointer: &str) -> Option<Saying> {
        let before = self.found.len();
        let status = http::StatusCode::from_u16(spec.status).ok()?;
        let mut headers = HeaderMap::new();
        let body = match spec.body {
            None => Bytes::new(),
            Some(Value::String(text)) => Bytes::from(text),
            Some(value) => {
                headers.insert(CONTENT_TYPE, JSON);
                Bytes::from(value.to_string())
            }
        };
        if matches!(spec.status, 204 | 304) && !body.is_empty() {
            let message = format!("an answer with status {status} has no body");
            self.error(
                "body-not-allowed",
                Where::Value,
                &format!("{pointer}/body"),
                message,
                "leave `body` out",
            );
        }
        if let Some(seconds) = spec.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        for (name, value) in spec.headers {
            let mut place = format!("{pointer}/headers");
            push(&mut place, &name);
            match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&value)) {
                // The length and the framing are the server's to say: a wrong one here would only break the connection.
                (Ok(name), _) if FRAMING.contains(&name.as_str()) => {
                    let message = format!("{name} is written by the server itself");
                    self.error("bad-header", Where::Key, &place, message, "leave it out");
                }
                (Ok(name), Ok(value)) => {
                    headers.insert(name, value);
                }
                (Err(_), _) => {
                    let message = format!("{name:?} is no name of a header");
                    self.error("bad-header", Where::Key, &place, message, "letters, digits and hyphens");
                }
                (_, Err(_)) => {
                    let message = format!("{value:?} cannot be sent in a header");
                    self.error("bad-header", Where::Value, &place, message, "visible ASCII characters");
                }
            }
        }
        if !body.is_empty() && may_be_a_page(&headers) {
            // It is served from this machine's own origin: whatever it is, it may do nothing there. Beside a policy of the file's own.
            headers.append(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
        }
        (self.found.len() == before).then_some(Saying::Http { status, headers, body })
    }
}

/// Whether a browser may show it as a page that runs scripts: by its type, or by guessing where none is named.
fn may_be_a_page(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(CONTENT_TYPE) else { return true };
    let kind = String::from_utf8_lossy(kind.as_bytes()).to_ascii_lowercase();
    !kind.trim_start().starts_with("application/json") && !kind.trim_start().starts_with("text/plain")
}
