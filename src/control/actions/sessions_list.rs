//! `GET /__sandbox/sessions`

use http::Method;

use crate::control::action::{Access, Action, Said};
use crate::control::actions::session_look::SessionView;
use crate::control::ask::Ask;
use crate::control::reply;
use serde::Serialize;

pub(super) const ACTION: Action =
    Action { method: Method::GET, path: "sessions", access: Access::Guarded, about: "all sessions", run };

#[derive(Serialize)]
struct Sessions {
    sessions: Vec<SessionView>,
}

fn run(ask: &Ask<'_>) -> Said {
    let sessions = ask.registry.all().iter().map(|session| SessionView::of(session, ask)).collect();
    Said::Now(reply::json(&Sessions { sessions }))
}
