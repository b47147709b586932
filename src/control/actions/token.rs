//! `GET /__sandbox/sessions/{s}/tokens/{key}`

use http::{Method, StatusCode};

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::session::view::TokenView;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/tokens/{key}",
    access: Access::Guarded,
    about: "one access token by its ordinal or its text",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    let key = ask.key_text();
    let token = ask.session().look(ask.real, |world| TokenView::find(world, &key));
    Said::Now(token.map_or_else(unknown, |token| reply::json(&token)))
}

/// 404. What was sent may be the token of somebody else, so it is not said again.
pub(super) fn unknown() -> Reply {
    let message = "the session has issued no such token in this epoch";
    reply::error(StatusCode::NOT_FOUND, "unknown-token", message, "GET …/tokens lists them")
}
