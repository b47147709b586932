//! `GET /__sandbox/sessions/{s}/tokens`

use http::Method;
use serde::Serialize;

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::session::view::TokenView;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/tokens",
    access: Access::Guarded,
    about: "access tokens in the order of their issue; ?after= and ?limit= (1,000 without it) page through many",
    run,
};

#[derive(Serialize)]
struct Tokens {
    tokens: Vec<TokenView>,
    /// How many there are in all.
    total: usize,
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(list(ask).unwrap_or_else(|refused| refused))
}

fn list(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let (after, limit) = ask.page()?;
    let tokens = ask.session().look(ask.real, |world| Tokens {
        tokens: TokenView::page(world, after, limit),
        total: world.token_count(),
    });
    Ok(reply::json(&tokens))
}
