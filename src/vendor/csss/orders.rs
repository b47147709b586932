//! What calls that change an order have in common: the order is named, the verb acts, the order as it then is is shown.

use super::answer::signed;
use super::items::OrderState;
use super::request::Request;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;
use crate::domain::sim::order::PlanOrderOrdinal;
use crate::domain::world::World;

/// One of the world's verbs for a partner's order.
type Verb = fn(&mut World, &str, &str) -> Result<PlanOrderOrdinal, Refusal>;

/// One of the world's verbs for a partner's SIM.
type SimVerb = fn(&mut World, &str, &str) -> Result<Vec<PlanOrderOrdinal>, Refusal>;

/// Does it to the order of `order_id`.
pub(super) fn change<'a>(visit: &mut Visit<'a>, verb: Verb) -> Result<Act<'a>, Refusal> {
    let request = Request::read(visit)?;
    Ok(Act::Write(Box::new(move |world, desk| {
        let order = verb(world, &desk.caller.partner, &request.text("order_id"))?;
        Ok(signed(world, desk, &request, OrderState::of(world, order)))
    })))
}

/// Does it to the order of `order_id`, else to all orders of `device_id` that it can be done to.
pub(super) fn change_service<'a>(
    visit: &mut Visit<'a>,
    verb: Verb,
    of_sim: SimVerb,
) -> Result<Act<'a>, Refusal> {
    let request = Request::read(visit)?;
    Ok(Act::Write(Box::new(move |world, desk| {
        let partner = &desk.caller.partner;
        let orders = match request.filter("order_id") {
            Some(id) => vec![verb(world, partner, &id)?],
            None => of_sim(world, partner, &request.text("device_id"))?,
        };
        let orders = orders.into_iter().map(|order| OrderState::of(world, order)).collect();
        Ok(signed(world, desk, &request, Service { orders }))
    })))
}

#[derive(serde::Serialize)]
struct Service {
    orders: Vec<OrderState>,
}
