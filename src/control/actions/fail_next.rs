//! `POST /__sandbox/sessions/{s}/fail-next`

use http::Method;

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::{Ask, refused};
use crate::control::reply;
use crate::document::Document;
use crate::scenario::lower_rule;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

pub(super) const ACTION: Action = Action {
    method: Method::POST,
    path: "sessions/{s}/fail-next",
    access: Access::Guarded,
    about: "the next calls fail: on, code or fault or another answer, times",
    run,
};

/// A rule in short: `on` is every call if it is left out, and `times` a number.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// Which calls; without it, every one.
    on: Option<Value>,
    /// How many of them; without it, one.
    #[schemars(range(min = 1))]
    times: Option<u64>,
    /// A code of the table by name or number.
    code: Option<Value>,
    /// Says that a number outside the table is meant.
    custom: Option<bool>,
    /// The message of the code.
    message: Option<String>,
    /// A whole HTTP answer.
    http: Option<Value>,
    /// The name of a loaded body.
    fixture: Option<String>,
    /// What happens on the wire.
    fault: Option<Value>,
    /// Whether the call is carried out before its answer is replaced or lost.
    commit: Option<bool>,
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(arm(ask).unwrap_or_else(|refused| refused))
}

fn arm(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let Wanted { on, times, code, custom, message, http, fixture, fault, commit } = ask.body()?;
    let some = |entries: Vec<(&str, Option<Value>)>| -> Map<String, Value> {
        entries.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
    };
    let answer = some(vec![
        ("code", code),
        ("custom", custom.map(Value::from)),
        ("message", message.map(Value::from)),
        ("http", http),
        ("fixture", fixture.map(Value::from)),
    ]);
    let rule = some(vec![
        ("on", Some(on.unwrap_or_else(|| Value::from("*")))),
        ("times", Some(serde_json::json!({ "next": times.unwrap_or(1) }))),
        ("answer", (!answer.is_empty()).then_some(Value::Object(answer))),
        ("fault", fault),
        ("commit", commit.map(Value::from)),
    ]);
    if rule.get("answer").is_none() && rule.get("fault").is_none() {
        let help = "add `\"code\": \"TOKEN_EXPIRED\"`, or `\"fault\": \"lost\", \"commit\": true`";
        return Err(reply::error(StatusCode::BAD_REQUEST, "idle-rule", "fail how?", help));
    }
    let text = Value::Object(rule).to_string();
    let id = ask.session().next_rule_id();
    let document = Document::parse("fail-next", &text).map_err(|found| refused(&found))?;
    let rule = lower_rule(&document, &ask.registry.plan().loaded().catalogue, &id).map_err(|mut found| {
        // The places are those of the rule that was made of the request; the caller wrote `code`, not `answer/code`.
        for one in &mut found {
            one.pointer = one.pointer.replace("/answer", "");
        }
        refused(&found)
    })?;
    ask.session().arm(rule);
    Ok(reply::json_with(StatusCode::CREATED, &serde_json::json!({ "id": id })))
}
