//! Who may use the control surface. Two attackers are real on a developer's machine: a web page that the developer
//! visits, which can send requests to localhost, and a name that is rebound to 127.0.0.1.
//!
//! A bearer token passes under any Host, since a web page cannot have it. Without one, the Host has to be a name of this
//! machine (any port: containers map ports, rebinding changes names), every Origin has to be `http://` + that Host, and
//! the browser's Sec-Fetch-Site has to be `same-origin` or `none`. A body has to be JSON.

use std::str::FromStr;

use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, HeaderName, StatusCode};
use subtle::ConstantTimeEq;

use super::reply;
use crate::contract::call::{Call, Reply};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The names under which this machine calls itself. `*.localhost` is judged beside them.
const OWN_NAMES: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// What the guard goes by.
#[derive(Clone, Debug, Default)]
pub(crate) struct Guard {
    /// The control token, if there is one.
    pub token: Option<String>,
    /// Whether only the token opens: where others than this machine can reach the port.
    pub token_only: bool,
    /// Host names that pass besides this machine's own.
    pub allow_hosts: Vec<String>,
}

/// Why a call may not pass.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    status: StatusCode,
    code: &'static str,
    message: String,
    help: String,
}

impl Refused {
    /// As an answer.
    pub(crate) fn reply(&self) -> Reply {
        reply::error(self.status, self.code, &self.message, &self.help)
    }

    fn forbidden(header: &str, was: &str, help: impl Into<String>) -> Self {
        let message = format!("the control surface refuses this call: {header} is {was}");
        Self { status: StatusCode::FORBIDDEN, code: "forbidden", message, help: help.into() }
    }
}

impl Guard {
    /// Whether a call may pass.
    pub(crate) fn judge(&self, call: &Call) -> Result<(), Refused> {
        let headers = call.headers();
        if self.has_token(headers)? {
            return content_type(call);
        }
        if self.token_only {
            let help = "send `Authorization: Bearer <the token given with --control-token>`: this port is reachable from \
                        other machines";
            return Err(Refused::forbidden("Authorization", "missing", help));
        }
        let host = self.host(call)?;
        for origin in headers.get_all(ORIGIN) {
            let is_own = origin.to_str().is_ok_and(|origin| {
                origin.strip_prefix("http://").is_some_and(|origin| origin.eq_ignore_ascii_case(&host))
            });
            if !is_own {
                let help = format!(
                    "only http://{host} itself may call it from a browser; other clients send no Origin"
                );
                return Err(Refused::forbidden("Origin", &shown(origin), help));
            }
        }
        for site in headers.get_all(SEC_FETCH_SITE) {
            if !matches!(site.as_bytes(), b"same-origin" | b"none") {
                let help = "a page of another site sent this; open the address itself, or use a client that is no browser";
                return Err(Refused::forbidden("Sec-Fetch-Site", &shown(site), help));
            }
        }
        content_type(call)
    }

    /// Whether the call carries the token. A wrong one is refused, not overlooked.
    fn has_token(&self, headers: &HeaderMap) -> Result<bool, Refused> {
        let (Some(token), Some(sent)) = (&self.token, headers.get(AUTHORIZATION)) else {
            return Ok(false);
        };
        let sent = sent.as_bytes();
        let is_bearer = sent.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer "));
        if is_bearer && bool::from(sent[7..].ct_eq(token.as_bytes())) {
            return Ok(true);
        }
        let help = "send `Authorization: Bearer <the token given with --control-token>`";
        Err(Refused::forbidden("Authorization", "not the control token", help))
    }

    /// The Host line, once its name has passed the list. The authority of an absolute target is judged beside it.
    fn host(&self, call: &Call) -> Result<String, Refused> {
        let mut lines = call.headers().get_all(HOST).iter();
        let (line, second) = (lines.next(), lines.next());
        if second.is_some() {
            let help = "send one".to_owned();
            let message = "the control surface refuses this call: Host is sent more than once".to_owned();
            return Err(Refused { status: StatusCode::BAD_REQUEST, code: "bad-host", message, help });
        }
        let Some(line) = line else {
            return Err(Refused::forbidden("Host", "missing", "send one, or the control token"));
        };
        self.judge_name(line)?;
        if let Some(authority) = call.uri().authority() {
            let authority =
                HeaderValue::from_str(authority.as_str()).unwrap_or(HeaderValue::from_static("?"));
            self.judge_name(&authority)?;
        }
        Ok(line.to_str().unwrap_or_default().to_owned())
    }

    fn judge_name(&self, host: &HeaderValue) -> Result<(), Refused> {
        let passes = |name: &str| {
            OWN_NAMES.into_iter().chain(self.allow_hosts.iter().map(String::as_str)).any(|own| own == name)
                || name.strip_suffix(".localhost").is_some_and(|label| !label.is_empty())
        };
        let authority = host.to_str().ok().and_then(|host| Authority::from_str(host).ok());
        // An authority may hold `user@`, which no Host line has.
        let name =
            authority.filter(|authority| !authority.as_str().contains('@') && has_plain_port(authority));
        let name = name.map(|authority| authority.host().to_ascii_lowercase());
        match name {
            Some(name) if passes(&name) => Ok(()),
            _ => {
                let help = "127.0.0.1, localhost, [::1] and *.localhost pass at any port; add another name with \
                            --allow-host NAME, or send the control token";
                Err(Refused::forbidden("Host", &shown(host), help))
            }
        }
    }
}

/// Whether nothing stands behind the name, or a colon and digits: the parser takes anything there.
fn has_plain_port(authority: &Authority) -> bool {
    let behind = authority.as_str().get(authority.host().len()..).unwrap_or("?");
    behind.is_empty()
        || behind.strip_prefix(':').is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A body has to say that it is JSON: a form or a plain text is all that a foreign page can send unasked.
fn content_type(call: &Call) -> Result<(), Refused> {
    if call.body().is_empty() {
        return Ok(());
    }
    let sent = call.headers().get(CONTENT_TYPE);
    let is_json = sent.is_some_and(|sent| {
        let kind = sent.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
        kind.eq_ignore_ascii_case(b"application/json")
    });
    if is_json {
        return Ok(());
    }
    let was = sent.map_or_else(|| "missing".to_owned(), shown);
    let message = format!("the control surface takes JSON bodies only: Content-Type is {was}");
    let host = call.headers().get(HOST).map(HeaderValue::as_bytes).unwrap_or_default();
    let (host, path) = (String::from_utf8_lossy(host), call.uri().path());
    let help = format!(
        "curl -X {} http://{host}{path} -H 'Content-Type: application/json' -d '{{…}}'",
        call.method()
    );
    Err(Refused { status: StatusCode::UNSUPPORTED_MEDIA_TYPE, code: "not-json", message, help })
}

fn shown(value: &HeaderValue) -> String {
    format!("{:?}", String::from_utf8_lossy(value.as_bytes()))
}
