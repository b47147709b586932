//! `GET /__sandbox/openapi.json`

use http::Method;

use crate::contract::openapi;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "openapi.json",
    access: Access::Guarded,
    about: "OpenAPI 3.1 of what is served, each part with its evidence",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(reply::written(openapi::text(&ask.registry.plan().catalogue)))
}
