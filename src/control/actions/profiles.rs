//! `GET /__sandbox/sessions/{s}/profiles`

use http::Method;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::domain::profile::{ProfileOrdinal, Supply};
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
    assigned: u32,
    profiles: Vec<ProfileView>,
}

fn run(ask: &Ask<'_>) -> Said {
    let profiles = ask.session().look(ask.real, |world| {
        let free = match world.pool().free() {
            Supply::Unbounded => None,
            Supply::Free(left) => Some(left),
        };
        let known = u32::try_from(world.pool().known()).unwrap_or(u32::MAX);
        let last =
            (0..known).rev().take(1_000).map(|profile| ProfileView::of(world, ProfileOrdinal(profile)));
        let (reserved, assigned) = (world.pool().reserved(), world.pool().assigned());
        Profiles { free, reserved, assigned, profiles: last.collect() }
    });
    Said::Now(reply::json(&profiles))
}
