//! `GET /__sandbox/sessions/{s}/sims/{key}`

use http::{Method, StatusCode};

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::domain::refusal::Refusal;
use crate::domain::sim::refusal::SimRefusal;
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
    let (message, help) = match refusal {
        Refusal::Sim(SimRefusal::WrongStatus { order, is, act }) => (
            format!("order {order} is {}: one cannot {} it", is.word(), act.word()),
            "GET …/sims/{iccid} shows its orders",
        ),
        Refusal::Sim(SimRefusal::CyclesBegun { left }) => {
            (format!("{left} of its cycles have not begun yet"), "a cycle that has begun stays")
        }
        Refusal::Sim(SimRefusal::NotOta { .. }) => {
            ("the SIM cannot load anything over the air".to_owned(), "its `ota` is false")
        }
        Refusal::Sim(SimRefusal::SimTerminated { .. }) => ("the SIM is gone for good already".to_owned(), ""),
        Refusal::Sim(SimRefusal::NoSms { life, .. }) => (
            format!("the SIM sends no texts: it is {}, or not made for them", life.word()),
            "its `sms` and `life` tell",
        ),
        Refusal::Sim(SimRefusal::OutsideWindow { last, .. }) => (
            last.map_or_else(
                || "no text was sent to the SIM, so that none from it counts".to_owned(),
                |last| format!("the last text to the SIM went at {last}, more than 24 hours ago"),
            ),
            "send one to it first, or start with --vendor smsWindow=off",
        ),
        Refusal::Sim(SimRefusal::WrongText { longest }) => {
            (format!("a text has 1 to {longest} characters or bytes"), "")
        }
        Refusal::Sim(SimRefusal::UnknownPlanOrder { asked }) => {
            (format!("the SIM has no order {asked:?}"), "GET …/sims/{iccid} shows its orders")
        }
        _ => ("that cannot be done to this SIM".to_owned(), ""),
    };
    reply::error_at(StatusCode::CONFLICT, "wrong-state", &message, pointer, help)
}
