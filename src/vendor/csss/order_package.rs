//! Order data plan: `POST /package/orderPackage`

use serde::Serialize;

use super::answer::{Signed, local};
use super::wish::PlanRequest;
use crate::contract::endpoint::{Act, Data, Visit};
use crate::domain::refusal::Refusal;
use crate::domain::sim::order::PlanOrderOrdinal;
use crate::domain::world::World;

/// Makes an order of a plan for one SIM.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    let request = PlanRequest::read(visit)?;
    Ok(Act::Write(Box::new(move |world, desk| {
        let device = request.text("device_id");
        let order = world.order_plan(&desk.caller.partner, &device, &request.wish())?;
        Ok(Data::new(Signed::unsigned(Ordered::of(world, order))))
    })))
}

/// What an order is answered with; the dates are null until it is enabled.
#[derive(Serialize)]
pub(super) struct Ordered {
    order_id: String,
    order_start_date: Option<String>,
    order_expire_date: Option<String>,
}

impl Ordered {
    /// Shows an order.
    pub(super) fn of(world: &World, order: PlanOrderOrdinal) -> Self {
        let found = world.plan_order(order);
        Self {
            order_id: world.plan_order_id(order).to_string(),
            order_start_date: found.and_then(|order| order.enabled).map(local),
            order_expire_date: found.and_then(|order| order.expires()).map(local),
        }
    }
}
