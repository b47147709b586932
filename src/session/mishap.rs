//! What goes wrong before an endpoint is reached: an unknown path, a wrong method, a body too large.

use http::StatusCode;
use http::header::{ALLOW, HeaderName, HeaderValue};

use super::{keeping, render};
use crate::contract::call::{Call, Reply};
use crate::contract::catalogue::{Catalogue, Route, Served};
use crate::contract::code::Code;
use crate::store::Trouble;

/// A stable word for what went wrong; on every answer outside of the vendor's contract.
pub(super) const ERROR: HeaderName = HeaderName::from_static("x-sandbox-error");
/// What is said of a change that cannot be kept.
pub(crate) const NOT_KEPT: &str = "not-kept";
/// The nearest known path.
const HINT: HeaderName = HeaderName::from_static("x-sandbox-hint");

/// Something that a server finds wrong with a request before it is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mishap {
    /// The answer's status.
    pub status: StatusCode,
    /// A stable word.
    pub word: &'static str,
    /// What it was, what is allowed, and the option that changes it.
    pub text: String,
}

/// What a call has changed, or would change, cannot be kept.
pub(crate) fn not_kept(trouble: &Trouble) -> Mishap {
    Mishap { status: StatusCode::SERVICE_UNAVAILABLE, word: NOT_KEPT, text: keeping::words(trouble) }
}

/// A call that leads nowhere: 404 with the nearest path, or 405 with the methods that the path has.
pub(super) fn nowhere(catalogue: &Catalogue, call: &Call, route: &Route<'_>) -> (Reply, Code) {
    let (method, path) = (call.method(), call.uri().path());
    let (status, word, text, near) = match route {
        Route::WrongMethod { allow, near } => {
            let text = format!("{method} is not allowed on {path}; it takes {allow}");
            (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", text, Some(*near))
        }
        Route::UnknownPath { near: Some(near) } => {
            let known = format!("{} {}", near.card.method, near.path);
            let text = format!("nothing is served at {path}; did you mean {known}?");
            (StatusCode::NOT_FOUND, "unknown-path", text, Some(*near))
        }
        Route::UnknownPath { near: None } | Route::Found(_) => {
            let text =
                format!("nothing is served at {path}; `linksfield-sandbox list endpoints` shows what is");
            (StatusCode::NOT_FOUND, "unknown-path", text, None)
        }
    };
    let (mut reply, code) = general(catalogue, near, status, &text);
    let headers = reply.headers_mut();
    headers.insert(ERROR, HeaderValue::from_static(word));
    if let Some(near) = near
        && let Ok(hint) = HeaderValue::from_str(&near.path)
    {
        headers.insert(HINT, hint);
    }
    if let Route::WrongMethod { allow, .. } = route
        && let Ok(allow) = HeaderValue::from_str(allow)
    {
        headers.insert(ALLOW, allow);
    }
    (reply, code)
}

/// The answer to a mishap, in the envelope of the group that the path belongs to or is nearest to.
pub(crate) fn reply(catalogue: &Catalogue, call: &Call, mishap: &Mishap) -> (Reply, Code) {
    let near = match catalogue.route(call.method(), call.uri().path()) {
        Route::Found(near) | Route::WrongMethod { near, .. } | Route::UnknownPath { near: Some(near) } => {
            Some(near)
        }
        Route::UnknownPath { near: None } => None,
    };
    let (mut reply, code) = general(catalogue, near, mishap.status, &mishap.text);
    reply.headers_mut().insert(ERROR, HeaderValue::from_static(mishap.word));
    (reply, code)
}

fn general(catalogue: &Catalogue, near: Option<&Served>, status: StatusCode, text: &str) -> (Reply, Code) {
    let shelf = near.map_or(&catalogue.groups[0], |near| catalogue.shelf(near));
    render::outside(shelf, status, shelf.group.general_error, text)
}

/// The answer to a panic: plain, since nothing is known of what it left behind.
pub(crate) fn our_bug() -> Reply {
    let text =
        "internal error of the sandbox: this is our bug, please report it with the log of this moment\n";
    let mut reply = Reply::new(bytes::Bytes::from_static(text.as_bytes()));
    *reply.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    reply.headers_mut().insert(ERROR, HeaderValue::from_static("internal"));
    reply
}
