//! `POST /__sandbox/sessions/{s}/fork`

use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::actions::session_look::SessionView;
use crate::control::actions::sessions_make::refused;
use crate::control::ask::Ask;
use crate::control::reply;
use crate::session::name::slug;
use crate::session::registry::Order;

pub(super) const ACTION: Action = Action {
    method: Method::POST,
    path: "sessions/{s}/fork",
    access: Access::Guarded,
    about: "a session of its own that goes on from what this one is; its journal is empty, its tokens are its own",
    run,
};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// Any text; what cannot stand in a name becomes a hyphen. Without one, a name is made up.
    name: Option<String>,
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(fork(ask).unwrap_or_else(|refused| refused))
}

fn fork(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let Wanted { name } = ask.body()?;
    let name = match name.as_deref().map(slug) {
        None => ask.registry.made_up_name(ask.real),
        Some(Some(name)) => name,
        Some(None) => {
            let help = "letters or digits somewhere in it";
            let message = "no name can be made of this";
            return Err(reply::error_at(StatusCode::BAD_REQUEST, "bad-value", message, "/name", help));
        }
    };
    let parent = ask.session();
    let copy = parent.copy(ask.real);
    let order =
        Order { seed: Some(parent.seed().0), script: Some(parent.script()), idle: None, ..Order::default() };
    let session = ask.registry.make(&name, order, ask.real).map_err(|why| refused(&name, &why))?;
    ask.registry.sweep_up(session.take_over(copy, ask.real));
    Ok(reply::json_with(StatusCode::CREATED, &SessionView::of(&session, ask)))
}
