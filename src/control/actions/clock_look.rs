//! `GET /__sandbox/sessions/{s}/clock`

use http::Method;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use serde::Serialize;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/clock",
    access: Access::Guarded,
    about: "what the clock shows, and how it runs",
    run,
};

/// The clock.
#[derive(Serialize)]
pub(super) struct ClockView {
    now: String,
    mode: &'static str,
    /// How many times as fast as real time; 0 if it stands.
    factor: u32,
}

impl ClockView {
    pub(super) fn of(ask: &Ask<'_>) -> Self {
        let (clock, now) = ask.session().clock(ask.real);
        Self { now: now.to_string(), mode: clock.mode(), factor: clock.factor() }
    }
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(reply::json(&ClockView::of(ask)))
}
