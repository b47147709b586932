//! `GET /__sandbox/health/ready`

use http::Method;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "health/ready",
    access: Access::Open,
    about: "every listener is bound and every file is valid",
    run,
};

/// Whoever is answered at all is answered by a server whose listeners are bound and whose files are valid: both come
/// before the first accept.
fn run(_: &Ask<'_>) -> Said {
    Said::Now(reply::json(&serde_json::json!({ "status": "ready" })))
}
