//! `POST /__sandbox/sessions/{s}/clock/advance`

use http::Method;

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Later, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::domain::moment::{Moment, Span};
use crate::scenario::file::Duration;
use crate::session::callbacks::Walked;
use crate::session::clock::{PastTheEnd, real_now};
use crate::session::session::Session;
use crate::session::view::EventView;
use http::StatusCode;
use parking_lot::Mutex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub(super) const ACTION: Action = Action {
    method: Method::POST,
    path: "sessions/{s}/clock/advance",
    access: Access::Guarded,
    about: "moves the clock forward: by a span, or to a moment; deliver: wait lets callbacks be answered on the way",
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
    /// Whether every callback that falls due on the way is tried before time goes on.
    deliver: Option<DeliverWord>,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum DeliverWord {
    /// It is, and answered or given up.
    Wait,
}

#[derive(Serialize)]
struct Advanced {
    now: String,
    /// What fell due on the way, in its order.
    fired: Vec<EventView>,
}

fn run(ask: &Ask<'_>) -> Said {
    advance(ask).unwrap_or_else(Said::Now)
}

fn advance(ask: &Ask<'_>) -> Result<Said, Reply> {
    let Wanted { by, to, deliver } = ask.body()?;
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
    if deliver.is_some() {
        let (_, now) = session.clock(ask.real);
        let until = now.plus(span).ok_or_else(|| bad(pointer, &PastTheEnd.to_string(), ""))?;
        return Ok(Said::Later(walk(session, until)));
    }
    let (now, fired) = session.advance(span, ask.real).map_err(|past| bad(pointer, &past.to_string(), ""))?;
    Ok(Said::Now(reply::json(&Advanced { now: now.to_string(), fired })))
}

/// Goes from one moment at which something is due to the next, while callbacks are answered in real time; the lock is free meanwhile.
fn walk(session: &Arc<Session>, until: Moment) -> Later {
    let fired = Arc::new(Mutex::new(Vec::new()));
    let (walker, seen) = (Arc::clone(session), Arc::clone(&fired));
    let past = |past: PastTheEnd| {
        reply::error(
            StatusCode::BAD_REQUEST,
            "bad-value",
            &past.to_string(),
            "the clock stays where it came to",
        )
    };
    let told = |now: Moment, fired: &Mutex<Vec<EventView>>| {
        reply::json(&Advanced { now: now.to_string(), fired: std::mem::take(&mut *fired.lock()) })
    };
    let (jumper, rest) = (Arc::clone(session), fired);
    Later {
        session: Arc::clone(session),
        at_most: Span::parse(LONGEST).unwrap_or_default(),
        look: Box::new(move || {
            let walked = walker.walk_to(until, &mut seen.lock(), real_now());
            match walked {
                Ok(Walked::Waits) => None,
                Ok(Walked::There(now)) => Some(told(now, &seen)),
                Err(error) => Some(past(error)),
            }
        }),
        // Receivers that take so long are not waited for: what is left of the way is gone at once.
        otherwise: Box::new(move || {
            let (_, now) = jumper.clock(real_now());
            match jumper.advance(until.since(now).unwrap_or_default(), real_now()) {
                Ok((now, fired)) => {
                    rest.lock().extend(fired);
                    told(now, &rest)
                }
                Err(error) => past(error),
            }
        }),
        gone: reply::error(
            StatusCode::GONE,
            "session-gone",
            "the session went while its clock was moved",
            "",
        ),
    }
}

/// So long receivers are waited for.
const LONGEST: &str = "5m";
