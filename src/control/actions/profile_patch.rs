//! `PATCH /__sandbox/sessions/{s}/profiles/{key}`

use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::actions::profile;
use crate::control::ask::Ask;
use crate::control::reply;
use crate::domain::profile::Installation;
use crate::domain::world::World;

pub(super) const ACTION: Action = Action {
    method: Method::PATCH,
    path: "sessions/{s}/profiles/{key}",
    access: Access::Guarded,
    about: "withdraws a reserved profile, or plays the phone: {\"state\": \"withdrawn\"} or {\"installation\": \"enabled\"}",
    run,
};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-exactlyOne" = ["state", "installation"]))]
struct Wanted {
    /// Takes a reserved profile out from under its order: paying it is then refused with 3005.
    state: Option<State>,
    /// What a phone makes of the eSIM of a paid order.
    installation: Option<Phone>,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum State {
    Withdrawn,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Phone {
    Released,
    Downloaded,
    Installed,
    Enabled,
    Disabled,
    Deleted,
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(patch(ask).unwrap_or_else(|refused| refused))
}

fn patch(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let Wanted { state, installation } = ask.body()?;
    let found = ask.session().look(ask.real, |world: &World| world.profile_by_iccid(ask.key));
    let at = found.ok_or_else(|| profile::unknown(ask))?;
    let conflict = |message: &str, pointer: &str, help: &str| {
        reply::error_at(StatusCode::CONFLICT, "wrong-state", message, pointer, help)
    };
    if let Some(State::Withdrawn) = state
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

impl From<Phone> for Installation {
    fn from(phone: Phone) -> Self {
        match phone {
            Phone::Released => Self::Released,
            Phone::Downloaded => Self::Downloaded,
            Phone::Installed => Self::Installed,
            Phone::Enabled => Self::Enabled,
            Phone::Disabled => Self::Disabled,
            Phone::Deleted => Self::Deleted,
        }
    }
}
