//! Remaining data as the operator sees it: `POST /flow/getInfoByDeviceId`

use std::sync::Arc;

use serde::Serialize;

use super::answer::signed;
use super::request::Request;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;

/// Tells the IMSI of the order in use, and what the operator says is left, which lags behind.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    let request = Request::read(visit)?;
    Ok(Act::Read(Box::new(move |world, desk| {
        let device_id = request.text("device_id").into_owned();
        let view = world.operator_view(&desk.caller.partner, &device_id)?;
        let data = Remaining {
            device_id,
            imsi: view.imsi,
            order_code: view.order.map(|order| world.plan_order_id(order)),
            remaining_flow: view.remaining.to_string(),
        };
        Ok(signed(world, desk, &request, data))
    })))
}

#[derive(Serialize)]
struct Remaining {
    device_id: String,
    imsi: Arc<str>,
    order_code: Option<Arc<str>>,
    remaining_flow: String,
}
