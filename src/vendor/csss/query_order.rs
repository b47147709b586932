//! Query order information: `POST /package/queryOrder`

use serde::Serialize;

use super::answer::{PageInfo, local, sign};
use super::request::Request;
use crate::contract::endpoint::{Act, Data, Visit};
use crate::domain::refusal::Refusal;
use crate::domain::sim::order::{PlanOrder, PlanOrderOrdinal, Status};
use crate::domain::sim::plan::PlanKind;
use crate::domain::world::World;
use crate::domain::world::sims::look::OrderFilter;

/// Lists the partner's orders.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    let request = Request::read(visit)?;
    Ok(Act::Read(Box::new(move |world, desk| {
        let (sim, id) = (request.filter("device_id"), request.filter("order_id"));
        let filter = OrderFilter {
            sim: sim.as_deref(),
            id: id.as_deref(),
            status: request.number("order_status").and_then(Status::of_number),
            kind: request.number("order_type").and_then(PlanKind::of_number),
        };
        let paged = world.plan_orders_of(&desk.caller.partner, &filter, request.page()?);
        let package_order: Vec<Item> = paged.items.iter().filter_map(|at| Item::of(world, *at)).collect();
        let mut data = Orders {
            page: PageInfo::of(&request, &paged),
            sign: None,
            package_order_num: package_order.len(),
            package_order,
        };
        data.sign = sign(world, desk, &request, &data);
        Ok(Data::new(data))
    })))
}

#[derive(Serialize)]
struct Orders {
    page: PageInfo,
    sign: Option<String>,
    package_order_num: usize,
    package_order: Vec<Item>,
}

/// The six fields that can be read on the page, of twenty-two.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    buy_type: String,
    expire_date: String,
    flow: String,
    order_code: String,
    order_date: String,
    order_status: String,
}

impl Item {
    fn of(world: &World, at: PlanOrderOrdinal) -> Option<Self> {
        let order: &PlanOrder = world.plan_order(at)?;
        Some(Self {
            buy_type: order.periods_of.number().to_string(),
            expire_date: order.expires().map(local).unwrap_or_default(),
            flow: (order.quota / MEGABYTE).to_string(),
            order_code: world.plan_order_id(at).to_string(),
            order_date: local(order.made),
            order_status: order.status.number().to_string(),
        })
    }
}

/// The printed `flow` is "30", which cannot be bytes.
const MEGABYTE: u64 = 1_000_000;
