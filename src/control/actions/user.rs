//! `GET /__sandbox/sessions/{s}/users/{key}`

use http::{Method, StatusCode};

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::domain::world::World;
use crate::session::view::UserView;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/users/{key}",
    access: Access::Guarded,
    about: "one account by its address",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(look(ask))
}

/// The account as it is now.
pub(super) fn look(ask: &Ask<'_>) -> Reply {
    let email = ask.key_text();
    let user = |world: &World| world.account(&email).map(|user| UserView::of(world, user));
    match ask.session().look(ask.real, user) {
        Some(user) => reply::json(&user),
        None => unknown(&email, ""),
    }
}

/// 404.
pub(super) fn unknown(email: &str, pointer: &str) -> Reply {
    let message = format!("no account has the address {email:?}");
    let help = "GET …/users lists them, POST …/users makes one";
    reply::error_at(StatusCode::NOT_FOUND, "unknown-user", &message, pointer, help)
}
