//! Single SIM usage: `POST /flow/queryDeviceFlowUsage`

use super::answer::signed;
use super::items::Usage;
use super::request::Request;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;

/// Tells what a SIM has used in the present cycle of its order.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    let request = Request::read(visit)?;
    Ok(Act::Read(Box::new(move |world, desk| {
        let usage = Usage::of(world, &desk.caller.partner, &request.text("device_id"))?;
        Ok(signed(world, desk, &request, usage))
    })))
}
