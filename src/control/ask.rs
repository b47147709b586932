//! A call of the control surface as an action sees it.

use std::str::FromStr;
use std::sync::Arc;

use http::StatusCode;
use http::header::HOST;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::levers::Levers;
use super::reply;
use crate::contract::call::{Call, Reply};
use crate::contract::percent;
use crate::document::{Diagnostic, Document};
use crate::domain::moment::{Moment, Span};
use crate::session::registry::Registry;
use crate::session::session::Session;

/// The call, and what it is about.
pub(super) struct Ask<'a> {
    pub(super) call: &'a Call,
    pub(super) registry: &'a Registry,
    pub(super) levers: &'a Levers,
    /// Host and port of the vendor's paths, if they are others than those of this call.
    pub(super) vendor: Option<&'a str>,
    pub(super) session: Option<Arc<Session>>,
    pub(super) key: &'a str,
    pub(super) real: Moment,
}

impl Ask<'_> {
    /// The session in the path. Actions without one belong to the default session.
    pub(super) fn session(&self) -> &Arc<Session> {
        self.session.as_ref().unwrap_or(self.registry.default_session())
    }

    /// The body as text; an empty one is an empty object.
    pub(super) fn text(&self) -> Result<&str, Reply> {
        let body = self.call.body();
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok("{}");
        }
        std::str::from_utf8(body)
            .map_err(|_| reply::error(StatusCode::BAD_REQUEST, "bad-body", "the body is not UTF-8", ""))
    }

    /// The body as `T`; comments and trailing commas are allowed as in scenario files. Every mistake is told at once.
    pub(super) fn body<T: JsonSchema + DeserializeOwned>(&self) -> Result<T, Reply> {
        let document = Document::parse("request", self.text()?);
        document.and_then(|document| document.read()).map_err(|found| refused(&found))
    }

    /// A parameter of the query.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        let query = self.call.uri().query()?;
        percent::pairs(query).find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// A whole number of the query.
    pub(super) fn number<T: FromStr>(&self, name: &str) -> Result<Option<T>, Reply> {
        let read = |text: String| text.parse().map_err(|_| unreadable(name, &text, "a whole number"));
        self.parameter(name).map(read).transpose()
    }

    /// A span of the query.
    pub(super) fn span(&self, name: &str) -> Result<Option<Span>, Reply> {
        let read =
            |text: String| Span::parse(&text).ok_or_else(|| unreadable(name, &text, "a span such as 5s"));
        self.parameter(name).map(read).transpose()
    }

    /// Which page of a long list is asked for: `?after=` so many, `?limit=` so many (1,000 at most).
    pub(super) fn page(&self) -> Result<(usize, usize), Reply> {
        const MOST: usize = 1_000;
        let number = |name: &str, otherwise: usize| {
            self.parameter(name).map_or(Some(otherwise), |text| text.parse().ok())
        };
        match (number("after", 0), number("limit", MOST)) {
            (Some(after), Some(limit)) => Ok((after, limit.min(MOST))),
            _ => {
                let message = "after and limit are numbers";
                let help = "?after=1000&limit=1000";
                Err(reply::error(StatusCode::BAD_REQUEST, "bad-parameter", message, help))
            }
        }
    }

    /// What stands in the path for `{key}`, percent-encoding undone. A `+` stays: it may be part of an address.
    pub(super) fn key_text(&self) -> String {
        percent::decoded(&self.key.replace('+', "%2B"))
    }

    /// The host and port under which the caller reaches the vendor's paths: those of its own call, whatever maps ports in between,
    /// unless the control surface has a listener of its own.
    pub(super) fn host(&self) -> &str {
        if let Some(vendor) = self.vendor {
            return vendor;
        }
        self.call.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1")
    }
}

/// 400 with the first mistake, and all of them in `errors`.
pub(super) fn refused(found: &[Diagnostic]) -> Reply {
    reply::invalid(found)
}

/// A parameter of the query that cannot be read, and what it may be.
pub(super) fn unreadable(name: &str, text: &str, help: &str) -> Reply {
    let message = format!("?{name}={text} cannot be read");
    reply::error(StatusCode::BAD_REQUEST, "bad-parameter", &message, help)
}
