//! `GET /__sandbox/health/live`

use http::Method;

use super::{Access, Action, Run, reply};

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "health/live",
    access: Access::Open,
    about: "the process answers",
    run: Run::Process(|_| reply::json(&serde_json::json!({ "status": "live" }))),
};
