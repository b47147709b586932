//! Answers that lie outside of the vendor's contract, and the headers that the sandbox adds to all.

use serde_json::{Map, Value, json};

use super::envelope::Envelope;
use super::schema_ref;

/// A status, its name among the components, what it is for, and the words of `x-sandbox-error`.
struct Outside {
    status: u16,
    name: &'static str,
    about: &'static str,
    words: &'static [&'static str],
}

/// A test reads the sources for words that are not here.
const OUTSIDE: &[Outside] = &[
    Outside {
        status: 400,
        name: "BadRequest",
        about: "the request breaks HTTP/1.1, its body was cut short, or it names a session by no name",
        words: &["bad-host", "body-cut-short", "bad-session-name"],
    },
    Outside {
        status: 404,
        name: "NotFound",
        about: "nothing is served at this path (x-sandbox-hint has the nearest), or, with --strict-sessions, the session is not known; or it is the control surface's own port",
        words: &["unknown-path", "unknown-session", "no-session", "vendor-elsewhere"],
    },
    Outside {
        status: 405,
        name: "MethodNotAllowed",
        about: "the path takes other methods, which Allow lists",
        words: &["method-not-allowed"],
    },
    Outside {
        status: 408,
        name: "RequestTimeout",
        about: "the body took longer than --body-timeout",
        words: &["body-too-slow"],
    },
    Outside {
        status: 410,
        name: "Gone",
        about: "the session that the call names was dropped, or nobody used it for long",
        words: &["session-gone"],
    },
    Outside {
        status: 413,
        name: "PayloadTooLarge",
        about: "the body is larger than --max-body",
        words: &["body-too-large"],
    },
    Outside { status: 414, name: "UriTooLong", about: "the target is too long", words: &["target-too-long"] },
    Outside {
        status: 415,
        name: "UnsupportedMediaType",
        about: "the body has a Content-Encoding; it is to be sent as it is",
        words: &["content-encoding"],
    },
    Outside {
        status: 429,
        name: "TooManySessions",
        about: "the call would make a session, and --max-sessions are live",
        words: &["too-many-sessions"],
    },
    Outside {
        status: 431,
        name: "HeadTooLarge",
        about: "the head is larger than --max-head",
        words: &["head-too-large"],
    },
    Outside {
        status: 503,
        name: "Overloaded",
        about: "too many bytes of requests are in flight, or, in plain text, too many answers are held already for the one that a rule holds",
        words: &["too-much-in-flight", "too-many-held"],
    },
];

/// Headers that the sandbox adds to a vendor's answers, unless `--no-trace-headers` is on.
const TRACES: &[(&str, &str)] = &[
    ("x-sandbox-session", "the session that answered"),
    ("x-sandbox-turn", "the call's number in the session's journal"),
    ("x-sandbox-evidence", "how well the call is known"),
    ("x-sandbox-rule", "the rule that decided, if one did"),
];

/// The headers by name.
pub(super) fn headers() -> Map<String, Value> {
    let header = |(name, about): &(&str, &str)| {
        ((*name).to_owned(), json!({ "description": about, "schema": { "type": "string" } }))
    };
    let hint = ("x-sandbox-hint", "the nearest known path");
    TRACES.iter().chain([&hint]).map(header).collect()
}

/// References to the headers of a vendor's answer.
pub(super) fn traces() -> Value {
    TRACES.iter().map(|(name, _)| ((*name).to_owned(), header_ref(name))).collect::<Map<_, _>>().into()
}

/// The answers of a group by the name of their component.
pub(super) fn responses(envelope: &Envelope) -> Map<String, Value> {
    let response = |outside: &Outside| {
        let word = json!({
            "description": "a stable word for what went wrong",
            "schema": { "type": "string", "enum": outside.words },
        });
        let mut headers = json!({ "x-sandbox-error": word });
        if outside.words.contains(&"unknown-path") {
            headers["x-sandbox-hint"] = header_ref("x-sandbox-hint");
        }
        let response = json!({
            "description": format!("Not the vendor's: {}.", outside.about),
            "headers": headers,
            "content": { "application/json": { "schema": schema_ref(&envelope.refusal_name()) } },
        });
        (component(envelope, outside), response)
    };
    OUTSIDE.iter().map(response).collect()
}

/// The same as references, by status.
pub(super) fn references(envelope: &Envelope) -> impl Iterator<Item = (String, Value)> {
    OUTSIDE.iter().map(|outside| {
        let reference = format!("#/components/responses/{}", component(envelope, outside));
        (outside.status.to_string(), json!({ "$ref": reference }))
    })
}

fn component(envelope: &Envelope, outside: &Outside) -> String {
    format!("{}_{}", envelope.group, outside.name)
}

fn header_ref(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}
