//! `GET /__sandbox/health/ready`

use http::Method;

use super::{Access, Action, Run, reply};

/// Whoever is answered at all is answered by a server whose listeners are bound and whose files are valid: both come
/// before the first accept.
pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "health/ready",
    access: Access::Open,
    about: "every listener is bound and every file is valid",
    run: Run::Process(|_| reply::json(&serde_json::json!({ "status": "ready" }))),
};
