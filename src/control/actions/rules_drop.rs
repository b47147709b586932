//! `DELETE /__sandbox/sessions/{s}/rules`

use http::Method;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;

pub(super) const ACTION: Action = Action {
    method: Method::DELETE,
    path: "sessions/{s}/rules",
    access: Access::Guarded,
    about: "takes all armed rules away",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(reply::json(&serde_json::json!({ "dropped": ask.session().disarm(None) })))
}
