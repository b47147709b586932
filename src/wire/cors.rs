//! What lets a web app in development call the vendor's paths: the Origin is reflected, credentials are never allowed, and
//! preflights are answered without a trace. The control surface grants nothing.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HeaderValue, VARY,
};
use http::{Method, StatusCode};

use crate::contract::call::{Call, Rare, Reply};

/// Headers that a page may send.
const ALLOWED: HeaderValue =
    HeaderValue::from_static("x-access-token, accept-language, content-type, x-sandbox-session");
/// Headers that a page may read.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "x-access-token, x-sandbox-session, x-sandbox-turn, x-sandbox-rule, x-sandbox-evidence, x-sandbox-error, \
     x-sandbox-hint",
);

/// The answer to a preflight, if the call is one.
pub(super) fn preflight(call: &Call) -> Option<Reply> {
    let asks = call.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD) && call.has(Rare::Origin);
    if *call.method() != Method::OPTIONS || !asks {
        return None;
    }
    let mut reply = Reply::default();
    *reply.status_mut() = StatusCode::NO_CONTENT;
    let headers = reply.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE"));
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED);
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    grant(call, &mut reply);
    Some(reply)
}

/// Lets the page of the call's Origin read the reply.
pub(super) fn grant(call: &Call, reply: &mut Reply) {
    let Some(origin) = call.rare(Rare::Origin) else { return };
    let headers = reply.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    headers.append(VARY, HeaderValue::from_static("Origin"));
}
