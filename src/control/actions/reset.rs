//! `POST /__sandbox/sessions/{s}/reset`

use http::Method;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;

pub(super) const ACTION: Action = Action {
    method: Method::POST,
    path: "sessions/{s}/reset",
    access: Access::Guarded,
    about: "a new epoch: world, clock, journal, rules as at the beginning; held answers are cancelled",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    ask.registry.sweep_up(ask.session().reset(ask.real));
    Said::Now(reply::nothing())
}
