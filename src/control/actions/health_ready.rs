//! `GET /__sandbox/health/ready`

use http::Method;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::{not_kept, reply};

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "health/ready",
    access: Access::Open,
    about: "every listener is bound, every file is valid, and what is to be kept can be",
    run,
};

/// Whoever is answered at all is answered by a server whose listeners are bound and whose files are valid: both come
/// before the first accept. But what is to be kept may have ended to be since.
fn run(ask: &Ask<'_>) -> Said {
    if let Some(trouble) = ask.registry.trouble() {
        return Said::Now(not_kept(trouble));
    }
    Said::Now(reply::json(&serde_json::json!({ "status": "ready" })))
}
