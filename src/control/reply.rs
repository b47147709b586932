//! How the control surface answers: JSON, and errors as `{"error":{"code","message","pointer","help"}}`.

use http::StatusCode;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS,
};
use serde::Serialize;

use crate::contract::call::{self, Reply};
use crate::contract::misfit::Misfit;
use crate::document::Diagnostic;
use crate::session::verify::Findings;

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

/// JSON that is written already.
pub(super) fn written(text: String) -> Reply {
    dress(StatusCode::OK, text.into())
}

/// Nothing but that it is done.
pub(super) fn nothing() -> Reply {
    let mut reply = Reply::default();
    *reply.status_mut() = StatusCode::NO_CONTENT;
    reply
}

/// An error; an empty `help` is left out.
pub(super) fn error(status: StatusCode, code: &str, message: &str, help: &str) -> Reply {
    error_at(status, code, message, "", help)
}

/// An error about a place in the body.
pub(super) fn error_at(status: StatusCode, code: &str, message: &str, pointer: &str, help: &str) -> Reply {
    let failed = Failed { error: Body { code, message, pointer, help } };
    dress(status, serde_json::to_vec(&failed).unwrap_or_default())
}

/// Mistakes in a body: the first one as the error, and all of them.
pub(super) fn invalid(found: &[Diagnostic]) -> Reply {
    #[derive(Serialize)]
    struct Invalid<'a> {
        error: Body<'a>,
        errors: &'a [Diagnostic],
    }
    let Some(first) = found.first() else {
        return error(StatusCode::BAD_REQUEST, "invalid", "the body is invalid", "");
    };
    let (message, pointer, help) =
        (&first.message, &first.pointer, first.help.as_deref().unwrap_or_default());
    let invalid = Invalid { error: Body { code: first.code, message, pointer, help }, errors: found };
    dress(StatusCode::BAD_REQUEST, serde_json::to_vec(&invalid).unwrap_or_default())
}

/// What does not fit the world: the first as the error, and all of it.
pub(super) fn misfits(found: &[Misfit]) -> Reply {
    #[derive(Serialize)]
    struct DoNotFit<'a> {
        error: Option<Body<'a>>,
        errors: &'a [Misfit],
    }
    let error = found.first().map(|Misfit { pointer, message, help }| Body {
        code: "does-not-fit",
        message,
        pointer,
        help,
    });
    let all = DoNotFit { error, errors: found };
    dress(StatusCode::BAD_REQUEST, serde_json::to_vec(&all).unwrap_or_default())
}

/// What is expected is met.
pub(super) fn met(findings: &Findings) -> Reply {
    #[derive(Serialize)]
    struct Met<'a> {
        met: bool,
        #[serde(flatten)]
        findings: &'a Findings,
    }
    json(&Met { met: true, findings })
}

/// What is expected is not met, or nobody can tell any more.
pub(super) fn not_met(findings: &Findings, help: &str) -> Reply {
    #[derive(Serialize)]
    struct NotMet<'a> {
        error: Body<'a>,
        met: bool,
        #[serde(flatten)]
        findings: &'a Findings,
        diff: String,
    }
    let message = findings.summary();
    let pointer = findings.broken().next().map_or("", |row| &row.pointer);
    let error = Body { code: findings.state().word(), message: &message, pointer, help };
    json_with(StatusCode::CONFLICT, &NotMet { error, met: false, findings, diff: findings.to_string() })
}

/// A value as JSON, with a status of its own.
pub(super) fn json_with(status: StatusCode, value: &impl Serialize) -> Reply {
    dress(status, serde_json::to_vec(value).unwrap_or_default())
}

/// A picture or a mail.
pub(super) fn file(media_type: &'static str, body: Vec<u8>) -> Reply {
    let mut reply = dress(StatusCode::OK, body);
    let headers = reply.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    // An SVG is a document: opened by itself it must not run anything, nor be taken for a page of ours.
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    reply
}

fn dress(status: StatusCode, body: Vec<u8>) -> Reply {
    let mut reply = call::json(status, body);
    let headers = reply.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    reply
}
