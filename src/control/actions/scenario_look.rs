//! `GET /__sandbox/sessions/{s}/scenario`

use http::{Method, StatusCode};

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::{Ask, unreadable};
use crate::control::reply;
use crate::session::recorded::Untold;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/scenario",
    access: Access::Guarded,
    about: "name, note and rules of a session's scenario; ?as=recorded: the session as one file that makes it happen again",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(match ask.parameter("as").as_deref() {
        None => look(ask),
        Some("recorded") => record(ask),
        Some(other) => unreadable("as", other, "?as=recorded, or nothing"),
    })
}

/// The session as a file that makes it happen again.
fn record(ask: &Ask<'_>) -> Reply {
    match ask.session().recorded(ask.real) {
        Ok(text) => reply::written(text),
        Err(Untold { message, help }) => reply::error(StatusCode::CONFLICT, "not-recorded", &message, help),
    }
}

fn look(ask: &Ask<'_>) -> Reply {
    let script = ask.session().script();
    let rules: Vec<&str> = script.rules.iter().map(|rule| &*rule.id).collect();
    let mut view = serde_json::json!({ "name": script.name, "note": script.note, "rules": rules });
    if let Some(trouble) = ask.registry.plan().trouble_of(&script) {
        (view["stale"], view["error"]) = (true.into(), (&*trouble).into());
    }
    reply::json(&view)
}
