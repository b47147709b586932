//! `GET /__sandbox/sessions/{s}/profiles`

use http::Method;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::domain::profile::Supply;
use crate::session::view::ProfileView;
use serde::Serialize;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/profiles",
    access: Access::Guarded,
    about: "the pool of eSIM profiles: how many are free, the last 1,000 that were reserved",
    run,
};

#[derive(Serialize)]
struct Profiles {
    /// How many are left; null is without end.
    free: Option<u32>,
    reserved: u32,
    profiles: Vec<ProfileView>,
}

fn run(ask: &Ask<'_>) -> Said {
    let profiles = ask.session().look(ask.real, |world| {
        let free = match world.pool().free() {
            Supply::Unbounded => None,
            Supply::Free(left) => Some(left),
        };
        let profiles =
            world.orders().iter().rev().take(1_000).map(|order| ProfileView::of(world, order)).collect();
        Profiles { free, reserved: world.pool().reserved(), profiles }
    });
    Said::Now(reply::json(&profiles))
}
