//! `POST /__sandbox/sessions/{s}/events`

use http::{Method, StatusCode};
use serde::Serialize;

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::scenario::emission::{Emission, Wrong};
use crate::scenario::file::EmitSpec;

pub(super) const ACTION: Action = Action {
    method: Method::POST,
    path: "sessions/{s}/events",
    access: Access::Guarded,
    about: "tells the partner's server of an event: kind, sim or order, event, percent, text or binary, outcome; after, copies, gap",
    run,
};

#[derive(Serialize)]
struct Told {
    /// The event's number, from 1; `GET …/deliveries?event=` finds what became of it. Of several the first; absent if it is told later.
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<u64>,
    /// How many are told later.
    #[serde(skip_serializing_if = "is_none")]
    later: u32,
    /// How many are not told, since too many wait for their moment already.
    #[serde(skip_serializing_if = "is_none")]
    dropped: u32,
    /// Whether a target is set for it: without one, nobody is told.
    sent: bool,
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(fire(ask).unwrap_or_else(|refused| refused))
}

fn fire(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let wanted: EmitSpec = ask.body()?;
    let kind = wanted.kind.kind().word();
    let emission = Emission::read(wanted).map_err(|wrong| refused(wrong.into_iter().next()))?;
    let emitted = ask.session().fire_event(&emission, ask.real).map_err(|wrong| refused(Some(wrong)))?;
    if emitted.event.is_none() && emitted.later == 0 && emitted.dropped == 0 {
        return Err(reply::error(StatusCode::CONFLICT, "no-event", "there are no SIMs here", ""));
    }
    let targets = ask.session().callback_targets();
    let sent = targets.contains_key("*") || targets.contains_key(kind);
    let event = emitted.event.map(|event| event.0 + 1);
    Ok(reply::json(&Told { event, later: emitted.later, dropped: emitted.dropped, sent }))
}

fn refused(wrong: Option<Wrong>) -> Reply {
    let wrong = wrong.unwrap_or_else(|| Wrong::new("no-event", "", "this is no event", ""));
    reply::error_at(StatusCode::BAD_REQUEST, wrong.code, &wrong.message, wrong.pointer, &wrong.help)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_none(count: &u32) -> bool {
    *count == 0
}
