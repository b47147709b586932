//! `GET /__sandbox/sessions/{s}/profiles/{key}`

use http::Method;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::domain::world::World;
use crate::session::view::ProfileView;
use http::StatusCode;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/profiles/{key}",
    access: Access::Guarded,
    about: "one reserved profile by its ICCID",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    let profile = |world: &World| {
        let mut all = world.orders().iter().map(|order| ProfileView::of(world, order));
        all.find(|profile| profile.iccid == ask.key)
    };
    Said::Now(match ask.session().look(ask.real, profile) {
        Some(profile) => reply::json(&profile),
        None => {
            let message = format!("no reserved profile has the ICCID {:?}", ask.key);
            reply::error(StatusCode::NOT_FOUND, "unknown-profile", &message, "GET …/profiles lists them")
        }
    })
}
