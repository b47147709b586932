//! Get all SIM cards: `POST /device/queryDeviceList` (a path of ours)

use serde::Serialize;

use super::answer::{PageInfo, signed};
use super::items::SimItem;
use super::request::Request;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;

/// Lists the partner's SIMs.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    let request = Request::read(visit)?;
    Ok(Act::Read(Box::new(move |world, desk| {
        let paged = world.sims_of(&desk.caller.partner, request.page()?);
        let device_list = paged.items.iter().map(|sim| SimItem::of(world, *sim)).collect();
        let data = Devices { page: PageInfo::of(&request, &paged), device_list };
        Ok(signed(world, desk, &request, data))
    })))
}

#[derive(Serialize)]
struct Devices {
    page: PageInfo,
    device_list: Vec<SimItem>,
}
