//! `POST /__sandbox/sessions/{s}/tokens`

use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::actions::user;
use crate::control::ask::Ask;
use crate::control::reply;
use crate::session::view::TokenView;

pub(super) const ACTION: Action = Action {
    method: Method::POST,
    path: "sessions/{s}/tokens",
    access: Access::Guarded,
    about: "issues an access token as a login would: email",
    run,
};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// The address of an account.
    email: String,
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(issue(ask).unwrap_or_else(|refused| refused))
}

fn issue(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let Wanted { email } = ask.body()?;
    let token = ask.session().change(ask.real, |world| {
        let account = world.account(&email).map(|user| user.email.clone());
        let owner = account.ok_or_else(|| user::unknown(&email, "/email"))?;
        let token = world.issue_token(&owner).and_then(|token| world.token(token.ordinal));
        token.map(|issued| TokenView::of(world, &issued)).ok_or_else(too_many)
    })?;
    Ok(reply::json_with(StatusCode::CREATED, &token))
}

fn too_many() -> Reply {
    let message = "the session issues no more tokens";
    reply::error(StatusCode::TOO_MANY_REQUESTS, "too-many-tokens", message, "POST …/reset begins it anew")
}
