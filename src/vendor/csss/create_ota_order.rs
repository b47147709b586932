//! Order OTA plan: `POST /package/createOtaOrder`

use super::answer::signed;
use super::items::Ordered;
use super::request::Request;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;
use crate::domain::world::sims::order::OtaWish;

/// Makes an order of a plan that a SIM loads over the air.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    let request = Request::read(visit)?;
    Ok(Act::Write(Box::new(move |world, desk| {
        let (device, plan) = (request.text("device_id"), request.text("package_code"));
        let (mcc, timing) = (request.text("mcc"), request.text("timing_type"));
        let ota = OtaWish { days: request.integer("days").unwrap_or(1), mcc: &mcc, timing: &timing };
        let order = world.order_ota_plan(&desk.caller.partner, &device, &request.wish(&plan), &ota)?;
        Ok(signed(world, desk, &request, Ordered::of(world, order)))
    })))
}
