//! Real-time information about one SIM: `POST /device/queryDevice`

use serde::Serialize;

use super::answer::signed;
use super::items::{PlanInUse, SimItem};
use super::request::Request;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;

/// Shows a SIM with the plan in use; plans that are not in use are left out, as the page says.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    let request = Request::read(visit)?;
    Ok(Act::Read(Box::new(move |world, desk| {
        let sim = world.sim_of(&desk.caller.partner, &request.text("device_id"))?;
        let data = Device { sim: SimItem::of(world, sim), package: PlanInUse::of(world, sim) };
        Ok(signed(world, desk, &request, data))
    })))
}

#[derive(Serialize)]
struct Device {
    #[serde(flatten)]
    sim: SimItem,
    package: Option<PlanInUse>,
}
