//! Batch usage: `POST /flow/queryBatchFlowUsage` (a path of ours)

use serde::Serialize;

use super::answer::signed;
use super::items::{Usage, devices};
use super::request::Request;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;

/// Tells what many SIMs have used in the present cycles of their orders.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    let request = Request::read(visit)?;
    Ok(Act::Read(Box::new(move |world, desk| {
        let named = devices(&request)?;
        let each = named.into_iter().map(|device| Usage::of(world, &desk.caller.partner, device));
        let data = Usages { device_usage: each.collect::<Result<_, _>>()? };
        Ok(signed(world, desk, &request, data))
    })))
}

#[derive(Serialize)]
struct Usages {
    device_usage: Vec<Usage>,
}
