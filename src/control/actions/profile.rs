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
        // ICCIDs rise as orders do.
        let found = world.orders().search(|order| world.iccid(order).as_str().cmp(ask.key));
        found.map(|order| ProfileView::of(world, order))
    };
    Said::Now(match ask.session().look(ask.real, profile) {
        Some(profile) => reply::json(&profile),
        None => {
            let message = format!("no reserved profile has the ICCID {:?}", ask.key);
            reply::error(StatusCode::NOT_FOUND, "unknown-profile", &message, "GET …/profiles lists them")
        }
    })
}
