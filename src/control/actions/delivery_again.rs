//! `POST /__sandbox/sessions/{s}/deliveries/{key}/again`

use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::scenario::file::Corrupt;
use crate::session::callbacks::{Again, NotAgain};

pub(super) const ACTION: Action = Action {
    method: Method::POST,
    path: "sessions/{s}/deliveries/{key}/again",
    access: Access::Guarded,
    about: "sends a callback again, once; duplicate keeps its id, corrupt spoils its signature or body or makes it old",
    run,
};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// Spoilt in this way.
    corrupt: Option<Corrupt>,
    /// With the same id; unless it is spoilt too, the same to the byte.
    #[serde(default)]
    duplicate: bool,
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(again(ask).unwrap_or_else(|refused| refused))
}

fn again(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let Wanted { corrupt, duplicate } = ask.body()?;
    let again = Again { corrupt, is_duplicate: duplicate };
    let id: u64 = ask.key.parse().unwrap_or(0);
    let view = ask.session().deliver_again(id, again, ask.real).map_err(|why| match why {
        NotAgain::Unknown => {
            let message = format!("no delivery has the number {:?}", ask.key);
            let help = "GET …/deliveries lists them, from 1";
            reply::error(StatusCode::NOT_FOUND, "unknown-delivery", &message, help)
        }
        NotAgain::Unsigned => {
            let message = "callbacks of changed orders carry no signature that could be spoilt";
            let help = "--vendor notify.orderStatusHeaders=on signs them too";
            reply::error_at(StatusCode::CONFLICT, "not-signed", message, "/corrupt", help)
        }
        NotAgain::Forgotten => {
            let message = "the event that it told is no longer kept";
            reply::error(
                StatusCode::CONFLICT,
                "event-gone",
                message,
                "\"duplicate\": true sends the same bytes again",
            )
        }
    })?;
    Ok(reply::json(&view))
}
