//! How the control surface answers: JSON, and errors as `{"error":{"code","message","pointer","help"}}`.

use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use serde::Serialize;

use crate::contract::call::{self, Reply};

#[derive(Serialize)]
struct Failed<'a> {
    error: Body<'a>,
}

#[derive(Serialize)]
struct Body<'a> {
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pointer: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    help: &'a str,
}

/// A value as JSON.
pub(super) fn json(value: &impl Serialize) -> Reply {
    // Our views have text keys and finite numbers: what serde_json could refuse does not occur in them.
    dress(StatusCode::OK, serde_json::to_vec(value).unwrap_or_default())
}

/// An error; an empty `help` is left out.
pub(super) fn error(status: StatusCode, code: &str, message: &str, help: &str) -> Reply {
    let failed = Failed { error: Body { code, message, pointer: "", help } };
    dress(status, serde_json::to_vec(&failed).unwrap_or_default())
}

fn dress(status: StatusCode, body: Vec<u8>) -> Reply {
    let mut reply = call::json(status, body);
    let headers = reply.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    reply
}
