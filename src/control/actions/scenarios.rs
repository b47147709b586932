//! `GET /__sandbox/scenarios`

use http::Method;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "scenarios",
    access: Access::Guarded,
    about: "the scenarios that have a name",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    let loaded = ask.registry.plan().loaded();
    let view = |(name, _)| {
        let note = loaded.named(name).ok().and_then(|script| script.note.clone());
        serde_json::json!({ "name": name, "note": note })
    };
    let scenarios: Vec<serde_json::Value> = loaded.library.all().map(view).collect();
    Said::Now(reply::json(&serde_json::json!({ "scenarios": scenarios })))
}
