//! `PUT /__sandbox/sessions/{s}/clock`

use http::Method;

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::actions::clock_look::ClockView;
use crate::control::ask::Ask;
use crate::control::reply;
use crate::domain::moment::Moment;
use crate::session::steer::Pace;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;

pub(super) const ACTION: Action = Action {
    method: Method::PUT,
    path: "sessions/{s}/clock",
    access: Access::Guarded,
    about: "how the clock runs: mode real, frozen or scaled, factor, at; forward only",
    run,
};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// How it runs.
    mode: Mode,
    /// Where it stands; without it, where it is.
    at: Option<String>,
    /// How many times as fast as real time, if it is scaled.
    #[schemars(range(min = 1, max = 1_000_000))]
    factor: Option<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Real,
    Frozen,
    Scaled,
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(set(ask).unwrap_or_else(|refused| refused))
}

fn set(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let Wanted { mode, at, factor } = ask.body()?;
    let bad = |pointer: &str, message: String, help: &str| {
        reply::error_at(StatusCode::BAD_REQUEST, "bad-value", &message, pointer, help)
    };
    let pace = match (mode, factor) {
        (Mode::Real, None) => Pace::Real,
        (Mode::Frozen, None) => Pace::Frozen,
        (Mode::Scaled, Some(factor)) => Pace::Scaled(factor),
        (Mode::Scaled, None) => return Err(bad("/factor", "how fast?".to_owned(), "add `\"factor\": 60`")),
        (Mode::Real | Mode::Frozen, Some(_)) => {
            return Err(bad("/factor", "only a scaled clock has a factor".to_owned(), "leave `factor` out"));
        }
    };
    let at = match at.as_deref().map(|text| Moment::parse(text).ok_or(text)) {
        None => None,
        Some(Ok(at)) => Some(at),
        Some(Err(text)) => {
            return Err(bad(
                "/at",
                format!("{text:?} is no moment"),
                "RFC 3339, such as 2022-12-05T03:14:50.958Z",
            ));
        }
    };
    match ask.session().set_clock(pace, at, ask.real) {
        Ok(_) => Ok(reply::json(&ClockView::of(ask))),
        Err(now) => {
            let message = format!("the clock shows {now} and never moves back");
            Err(reply::error_at(
                StatusCode::CONFLICT,
                "clock-goes-forward",
                &message,
                "/at",
                "POST …/reset begins anew",
            ))
        }
    }
}
