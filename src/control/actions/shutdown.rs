//! `POST /__sandbox/shutdown`

use http::Method;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;

pub(super) const ACTION: Action = Action {
    method: Method::POST,
    path: "shutdown",
    access: Access::Guarded,
    about: "stops the server, as SIGTERM does",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    (ask.levers.shut_down)();
    Said::Now(reply::json(&serde_json::json!({ "status": "stopping" })))
}
