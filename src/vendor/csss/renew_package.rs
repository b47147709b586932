//! Renew: `POST /package/renewPackage`

use serde::Serialize;

use super::answer::{local, signed};
use super::request::Request;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;
use crate::domain::sim::order::PlanOrder;

/// Gives an order more periods.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    let request = Request::read(visit)?;
    Ok(Act::Write(Box::new(move |world, desk| {
        let id = request.text("order_id");
        let periods = request.integer("renew_period").unwrap_or(1);
        let order = world.renew_order(&desk.caller.partner, &id, periods)?;
        let expires = world.plan_order(order).and_then(PlanOrder::expires).map(local);
        let data = Renewed { order_id: world.plan_order_id(order).to_string(), order_expire_date: expires };
        Ok(signed(world, desk, &request, data))
    })))
}

/// The date is null while the order is not enabled.
#[derive(Serialize)]
struct Renewed {
    order_id: String,
    order_expire_date: Option<String>,
}
