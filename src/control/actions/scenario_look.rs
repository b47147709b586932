//! `GET /__sandbox/sessions/{s}/scenario`

use http::Method;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/scenario",
    access: Access::Guarded,
    about: "name, note and rules of a session's scenario; stale if its files could not be read again",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    let script = ask.session().script();
    let rules: Vec<&str> = script.rules.iter().map(|rule| &*rule.id).collect();
    let mut view = serde_json::json!({ "name": script.name, "note": script.note, "rules": rules });
    if let Some(trouble) = ask.registry.plan().trouble_of(&script) {
        (view["stale"], view["error"]) = (true.into(), (&*trouble).into());
    }
    Said::Now(reply::json(&view))
}
