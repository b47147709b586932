//! `GET /__sandbox/sessions/{s}/sims/{key}`

use http::{Method, StatusCode};

use crate::contract::call::Reply;
use crate::contract::sim_words;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::domain::refusal::Refusal;
use crate::domain::world::World;
use crate::session::view::SimView;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/sims/{key}",
    access: Access::Guarded,
    about: "one SIM with its orders and what it has used, by its ICCID",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(look(ask))
}

pub(super) fn look(ask: &Ask<'_>) -> Reply {
    let sim = awake(ask, |world| SimView::of(world, world.find_sim(ask.key)?));
    sim.map_or_else(|| unknown(ask), |sim| reply::json(&sim))
}

/// Looks at a world whose SIMs are awake. To look wakes none: a sleeping fleet is shown by a copy.
pub(super) fn awake<T>(ask: &Ask<'_>, look: impl FnOnce(&World) -> T) -> T {
    ask.session().look(ask.real, |world| {
        if world.is_fleet_awake() {
            return look(world);
        }
        let mut copy = world.clone();
        copy.wake_fleet();
        look(&copy)
    })
}

pub(super) fn unknown(ask: &Ask<'_>) -> Reply {
    let message = format!("no SIM has the ICCID {:?}", ask.key);
    reply::error(StatusCode::NOT_FOUND, "unknown-sim", &message, "GET …/sims lists them")
}

/// Why the world said no.
pub(super) fn refused(refusal: &Refusal, pointer: &str) -> Reply {
    let (message, help) = sim_words::of(refusal);
    reply::error_at(StatusCode::CONFLICT, "wrong-state", &message, pointer, help)
}
