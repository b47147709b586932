//! `GET /__sandbox/sessions/{s}/users`

use http::Method;
use serde::Serialize;

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::session::view::UserView;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/users",
    access: Access::Guarded,
    about: "accounts by address; ?after= and ?limit= (1,000 without it) page through many",
    run,
};

#[derive(Serialize)]
struct Users {
    users: Vec<UserView>,
    /// How many there are in all.
    total: usize,
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(list(ask).unwrap_or_else(|refused| refused))
}

fn list(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let (after, limit) = ask.page()?;
    let users = ask.session().look(ask.real, |world| Users {
        users: UserView::page(world, after, limit),
        total: world.account_count(),
    });
    Ok(reply::json(&users))
}
