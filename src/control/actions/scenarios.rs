//! `GET /__sandbox/scenarios`

use http::Method;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "scenarios",
    access: Access::Guarded,
    about: "the embedded scenarios",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    let plan = ask.registry.plan();
    let view = |(name, _): &(&str, &str)| {
        let note = plan.named(name).and_then(Result::ok).and_then(|script| script.note.clone());
        serde_json::json!({ "name": name, "note": note })
    };
    let scenarios: Vec<serde_json::Value> = plan.scenarios.iter().map(view).collect();
    Said::Now(reply::json(&serde_json::json!({ "scenarios": scenarios })))
}
