//! `POST /__sandbox/sessions/{s}/snapshot`

use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::session::snapshot::MOST_SNAPSHOTS;

pub(super) const ACTION: Action = Action {
    method: Method::POST,
    path: "sessions/{s}/snapshot",
    access: Access::Guarded,
    about: "keeps what the session is under a name, until it is dropped; restore goes back to it",
    run,
};

/// The name of a snapshot.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    #[schemars(length(min = 1, max = 63))]
    pub(super) name: String,
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(keep(ask).unwrap_or_else(|refused| refused))
}

fn keep(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let Named { name } = ask.body()?;
    match ask.session().keep_snapshot(&name, ask.real) {
        Ok(at) => {
            let view = serde_json::json!({ "name": name, "at": at.to_string() });
            Ok(reply::json_with(StatusCode::CREATED, &view))
        }
        Err(_) => {
            let message = format!("the session keeps {MOST_SNAPSHOTS} snapshots, and there may be no more");
            let help = "take one under a name that is there, or fork the session";
            Err(reply::error_at(StatusCode::TOO_MANY_REQUESTS, "too-many-snapshots", &message, "/name", help))
        }
    }
}
