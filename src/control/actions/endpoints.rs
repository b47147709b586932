//! `GET /__sandbox/endpoints`

use http::Method;

use crate::contract::card::Evidence;
use crate::contract::catalogue::Served;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use serde::Serialize;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "endpoints",
    access: Access::Guarded,
    about: "what is served, each with its evidence",
    run,
};

#[derive(Serialize)]
struct EndpointView<'a> {
    id: &'a str,
    operation: &'a str,
    method: &'a str,
    path: &'a str,
    title: &'a str,
    evidence: Evidence,
    sources: &'a [String],
    assumed: &'a [String],
}

fn run(ask: &Ask<'_>) -> Said {
    let view = |served: &'_ Served| {
        let card = &served.card;
        serde_json::json!(EndpointView {
            id: served.endpoint.id,
            operation: &card.operation,
            method: &card.method,
            path: &card.path,
            title: &card.title,
            evidence: card.evidence,
            sources: &card.sources,
            assumed: &card.assumed,
        })
    };
    let endpoints: Vec<serde_json::Value> =
        ask.registry.plan().catalogue.endpoints.iter().map(view).collect();
    Said::Now(reply::json(&serde_json::json!({ "endpoints": endpoints })))
}
