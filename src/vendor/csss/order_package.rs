//! Order data plan: `POST /package/orderPackage`

use super::answer::signed;
use super::items::Ordered;
use super::request::Request;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;

/// Makes an order of a plan for one SIM.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    let request = Request::read(visit)?;
    Ok(Act::Write(Box::new(move |world, desk| {
        let (device, plan) = (request.text("device_id"), request.text("package_code"));
        let order = world.order_plan(&desk.caller.partner, &device, &request.wish(&plan))?;
        Ok(signed(world, desk, &request, Ordered::of(world, order)))
    })))
}
