//! Month usage of many SIMs: `POST /flow/queryMonthFlowUsage` (a path of ours)

use serde::Serialize;

use super::answer::signed;
use super::items::devices;
use super::request::Request;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;
use crate::domain::world::World;
use crate::domain::world::sims::usage::MonthUsage;

/// Tells what SIMs used in each of the last six calendar months at UTC+8.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    let request = Request::read(visit)?;
    Ok(Act::Read(Box::new(move |world, desk| {
        let named = devices(&request)?;
        let each = named.into_iter().map(|device| Device::of(world, &desk.caller.partner, device));
        let data = Devices { device_usage: each.collect::<Result<_, _>>()? };
        Ok(signed(world, desk, &request, data))
    })))
}

#[derive(Serialize)]
struct Devices {
    device_usage: Vec<Device>,
}

#[derive(Serialize)]
struct Device {
    device_id: String,
    month_usage: Vec<Month>,
}

#[derive(Serialize)]
struct Month {
    month: String,
    flow: String,
}

impl Device {
    fn of(world: &World, partner: &str, device: &str) -> Result<Self, Refusal> {
        let month = |MonthUsage { year, month, used }| Month {
            month: format!("{year:04}-{month:02}"),
            flow: used.to_string(),
        };
        let month_usage = world.monthly_usage(partner, device)?.into_iter().map(month).collect();
        Ok(Self { device_id: device.to_owned(), month_usage })
    }
}
