//! `PATCH /__sandbox/sessions/{s}/profiles/{key}`

use http::{Method, StatusCode};

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::actions::profile;
use crate::control::ask::Ask;
use crate::control::reply;
use crate::domain::profile::Installation;
use crate::domain::world::World;
use crate::scenario::file::{ProfileChange, WithdrawnWord};

pub(super) const ACTION: Action = Action {
    method: Method::PATCH,
    path: "sessions/{s}/profiles/{key}",
    access: Access::Guarded,
    about: "withdraws a reserved profile, or plays the phone: {\"state\": \"withdrawn\"} or {\"installation\": \"enabled\"}",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(patch(ask).unwrap_or_else(|refused| refused))
}

fn patch(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let ProfileChange { state, installation } = ask.body()?;
    let found = ask.session().look(ask.real, |world: &World| world.profile_by_iccid(ask.key));
    let at = found.ok_or_else(|| profile::unknown(ask))?;
    let conflict = |message: &str, pointer: &str, help: &str| {
        reply::error_at(StatusCode::CONFLICT, "wrong-state", message, pointer, help)
    };
    if let Some(WithdrawnWord::Withdrawn) = state
        && !ask.session().change(ask.real, |world| world.withdraw_profile(at))
    {
        let help = "the profile of an order that is paid, failed or timed out is out of reach";
        return Err(conflict("only a reserved profile can be withdrawn", "/state", help));
    }
    if let Some(installation) = installation.map(Installation::from)
        && !ask.session().change(ask.real, |world| world.install(at, installation))
    {
        let help = "POST …/orders/{key}/pay pays its order";
        return Err(conflict("no phone has an eSIM whose order is not paid", "/installation", help));
    }
    Ok(profile::look(ask))
}
