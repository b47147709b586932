//! `PATCH /__sandbox/sessions/{s}/tokens/{key}`

use http::{Method, StatusCode};

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::actions::token;
use crate::control::ask::Ask;
use crate::control::reply;
use crate::scenario::file::TokenChange;
use crate::session::view::TokenView;

pub(super) const ACTION: Action = Action {
    method: Method::PATCH,
    path: "sessions/{s}/tokens/{key}",
    access: Access::Guarded,
    about: "ends an access token now: {\"expired\": true}",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(change(ask).unwrap_or_else(|refused| refused))
}

fn change(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let TokenChange { expired } = ask.body()?;
    if !expired {
        let message = "a token does not come back to life";
        let help = "POST …/tokens issues another one";
        return Err(reply::error_at(StatusCode::BAD_REQUEST, "bad-value", message, "/expired", help));
    }
    let key = ask.key_text();
    let ended = ask.session().change(ask.real, |world| {
        let ordinal = TokenView::find(world, &key)?.ordinal();
        world.expire_token(ordinal);
        TokenView::find(world, &key)
    });
    Ok(reply::json(&ended.ok_or_else(token::unknown)?))
}
