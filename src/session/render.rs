//! From an outcome to a reply: envelope, text, headers. Outside the lock.

use http::header::{CONTENT_TYPE, HeaderValue, SERVER};
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::contract::call::{OfAGateway, Reply, json};
use crate::contract::catalogue::{Served, Shelf};
use crate::contract::code::Code;
use crate::contract::codes::{CodeRow, Texts};
use crate::contract::endpoint::{Answer, Data};
use crate::domain::language::Language;
use crate::domain::policy::Messages;
use crate::domain::refusal::Refusal;
use crate::scenario::verdict::{CodeChoice, Edit, Saying};

/// What is known when a reply is written.
pub(super) struct Renderer<'a> {
    pub(super) shelf: &'a Shelf,
    pub(super) served: &'a Served,
    pub(super) language: Language,
    pub(super) messages: Messages,
    /// The headers that its own answers begin with.
    pub(super) head: &'a HeaderMap,
}

/// A reply, and the business code in it.
pub(super) struct Rendered {
    pub(super) reply: Reply,
    pub(super) code: Option<Code>,
    /// Whether its headers tell of the turn already, but for its number.
    pub(super) is_begun: bool,
}

impl Rendered {
    /// One whose headers tell nothing yet.
    pub(super) fn plain(reply: Reply, code: Option<Code>) -> Self {
        Self { reply, code, is_begun: false }
    }
}

impl Renderer<'_> {
    /// The replica's own answer, changed if a rule says so.
    pub(super) fn answer(&self, answer: &Answer, edit: Option<&Edit>) -> Rendered {
        let group = self.shelf.group;
        let (row, body) = match answer {
            Ok(data)
                if let Some(pasted) = &self.served.card.pasted
                    && data.refused.is_none() =>
            {
                (self.shelf.row(group.success), pasted.get().as_bytes().to_vec())
            }
            Ok(data) => {
                let row = self.shelf.row(data.refused.unwrap_or(group.success));
                (row, (group.envelope)(row, Some(data), self.text(row)))
            }
            Err(refusal) => {
                let row = self.shelf.row((group.code_of)(refusal));
                (row, (group.envelope)(row, None, &self.refusal_text(row, refusal)))
            }
        };
        let (body, code) = match edit {
            None => (body, Some(row.code.clone())),
            Some(edit) => {
                let mut value: Value = serde_json::from_slice(&body).unwrap_or_default();
                edit.apply(&mut value);
                let code = Code::of_body(&value);
                (value.to_string().into_bytes(), code)
            }
        };
        if let Ok(Data { header: Some((name, value)), .. }) = answer {
            let mut reply = json(StatusCode::OK, body);
            reply.headers_mut().insert(name.clone(), value.clone());
            return Rendered::plain(reply, code);
        }
        let mut reply = Reply::new(body.into());
        *reply.headers_mut() = self.head.clone();
        Rendered { reply, code, is_begun: true }
    }

    /// What a rule says instead.
    pub(super) fn saying(&self, saying: &Saying) -> Rendered {
        match saying {
            Saying::Code { code, message } => {
                let custom;
                let row = match code {
                    CodeChoice::Row(name) => self.shelf.row(name),
                    CodeChoice::Custom(code) => {
                        custom = custom_row(code.clone());
                        &custom
                    }
                };
                let text = message.as_deref().unwrap_or_else(|| self.text(row));
                let body = (self.shelf.group.envelope)(row, None, text);
                Rendered::plain(json(StatusCode::OK, body), Some(row.code.clone()))
            }
            Saying::Http { status, headers, body } => {
                let mut reply = Reply::new(body.clone());
                *reply.status_mut() = *status;
                *reply.headers_mut() = headers.clone();
                Rendered::plain(reply, None)
            }
            Saying::Gateway(status) => Rendered::plain(gateway(*status), None),
            Saying::Fixture { body, .. } => {
                let code = serde_json::from_slice::<Value>(body).ok().as_ref().and_then(Code::of_body);
                Rendered::plain(json(StatusCode::OK, body.to_vec()), code)
            }
        }
    }

    fn text<'r>(&'r self, row: &'r CodeRow) -> &'r str {
        // A page may print another text than the table, as two pages do for a success.
        let printed = self.served.card.texts.get(&row.name).filter(|_| self.messages == Messages::Printed);
        printed.map_or_else(|| row.text(self.language, self.messages), String::as_str)
    }

    fn refusal_text(&self, row: &CodeRow, refusal: &Refusal) -> String {
        let text = self.text(row);
        match (self.shelf.group.detail)(refusal, &self.served.card, self.language) {
            None => text.to_owned(),
            Some(detail) if self.language == Language::Chinese => format!("{text}：{detail}"),
            Some(detail) => format!("{text}: {detail}"),
        }
    }
}

/// The page of a gateway that has no answer of the vendor's to pass on; its look is ours, after the most common one.
fn gateway(status: StatusCode) -> Reply {
    let title = status.as_str().to_owned() + " " + status.canonical_reason().unwrap_or_default();
    let page = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    );
    let mut reply = Reply::new(page.into());
    *reply.status_mut() = status;
    reply.headers_mut().insert(SERVER, HeaderValue::from_static("nginx"));
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    reply.extensions_mut().insert(OfAGateway);
    reply
}

/// A row for a code that no table has.
fn custom_row(code: Code) -> CodeRow {
    CodeRow {
        code,
        name: String::new(),
        texts: Texts { printed: None, en: String::new(), zh: String::new() },
        evidence: crate::contract::card::Evidence::Assumed,
        source: String::new(),
    }
}

/// The general error of a group, with a text of ours: for what lies outside of the vendor's contract.
pub(super) fn outside(shelf: &Shelf, status: StatusCode, code_name: &str, text: &str) -> (Reply, Code) {
    let row = shelf.row(code_name);
    let reply = json(status, (shelf.group.envelope)(row, None, text));
    (reply, row.code.clone())
}
