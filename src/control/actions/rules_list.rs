//! `GET /__sandbox/sessions/{s}/rules`

use http::Method;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::session::steer::Standing;
use serde::Serialize;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/rules",
    access: Access::Guarded,
    about: "armed rules and the scenario's, with how often they matched and fired",
    run,
};

#[derive(Serialize)]
struct Rules {
    rules: Vec<RuleView>,
}

#[derive(Serialize)]
struct RuleView {
    id: String,
    armed: bool,
    /// Ids of the endpoints that it concerns, or kinds of mail.
    on: Vec<&'static str>,
    matches: u64,
    hits: u64,
    /// How often it can still fire; null is without end.
    left: Option<u64>,
}

fn run(ask: &Ask<'_>) -> Said {
    let catalogue = &ask.registry.plan().catalogue;
    let view = |armed: bool, standing: &Standing| RuleView {
        id: standing.rule.id.to_string(),
        armed,
        on: standing.rule.on.iter().map(|at| catalogue.place_name(*at)).collect(),
        matches: standing.count.matches,
        hits: standing.count.hits,
        left: standing.left,
    };
    let (armed, script) = ask.session().standing_rules();
    let armed = armed.iter().map(|standing| view(true, standing));
    let rules = armed.chain(script.iter().map(|standing| view(false, standing))).collect();
    Said::Now(reply::json(&Rules { rules }))
}
