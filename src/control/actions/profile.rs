//! `GET /__sandbox/sessions/{s}/profiles/{key}`

use http::{Method, StatusCode};

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::domain::world::World;
use crate::session::view::ProfileView;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/profiles/{key}",
    access: Access::Guarded,
    about: "one profile that was reserved at least once, by its ICCID",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(look(ask))
}

pub(super) fn look(ask: &Ask<'_>) -> Reply {
    let profile = |world: &World| Some(ProfileView::of(world, world.profile_by_iccid(ask.key)?));
    ask.session().look(ask.real, profile).map_or_else(|| unknown(ask), |profile| reply::json(&profile))
}

pub(super) fn unknown(ask: &Ask<'_>) -> Reply {
    let message = format!("no profile that was ever reserved has the ICCID {:?}", ask.key);
    reply::error(StatusCode::NOT_FOUND, "unknown-profile", &message, "GET …/profiles lists them")
}
