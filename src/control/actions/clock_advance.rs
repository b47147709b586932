//! `POST /__sandbox/sessions/{s}/clock/advance`

use http::Method;

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::domain::moment::{Moment, Span};
use crate::scenario::file::Duration;
use crate::session::view::EventView;
use http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(super) const ACTION: Action = Action {
    method: Method::POST,
    path: "sessions/{s}/clock/advance",
    access: Access::Guarded,
    about: "moves the clock forward: by a span, or to a moment",
    run,
};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-exactlyOne" = ["by", "to"]))]
struct Wanted {
    /// How far.
    by: Option<Duration>,
    /// To when, RFC 3339.
    to: Option<String>,
}

#[derive(Serialize)]
struct Advanced {
    now: String,
    /// What fell due on the way, in its order.
    fired: Vec<EventView>,
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(advance(ask).unwrap_or_else(|refused| refused))
}

fn advance(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let Wanted { by, to } = ask.body()?;
    let session = ask.session();
    let bad = |pointer: &str, message: &str, help: &str| {
        reply::error_at(StatusCode::BAD_REQUEST, "bad-value", message, pointer, help)
    };
    let pointer = if by.is_some() { "/by" } else { "/to" };
    let span = if let Some(by) = by {
        Span::parse(&by.0).ok_or_else(|| bad("/by", "this is longer than the calendar", "such as 61m"))?
    } else {
        let to = Moment::parse(&to.unwrap_or_default());
        let to =
            to.ok_or_else(|| bad("/to", "this is no moment", "RFC 3339, such as 2022-12-05T03:14:50.958Z"))?;
        let (_, now) = session.clock(ask.real);
        to.since(now).ok_or_else(|| {
            let message = format!("the clock shows {now} and never moves back");
            reply::error_at(
                StatusCode::CONFLICT,
                "clock-goes-forward",
                &message,
                "/to",
                "POST …/reset begins anew",
            )
        })?
    };
    let (now, fired) = session.advance(span, ask.real).map_err(|past| bad(pointer, &past.to_string(), ""))?;
    Ok(reply::json(&Advanced { now: now.to_string(), fired }))
}
