//! `GET /__sandbox/health/live`

use http::Method;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "health/live",
    access: Access::Open,
    about: "the process answers",
    run,
};

fn run(_: &Ask<'_>) -> Said {
    Said::Now(reply::json(&serde_json::json!({ "status": "live" })))
}
