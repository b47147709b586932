//! What calls about an order have in common: whose it is, and how its answer to a pre-order looks.

use std::sync::Arc;

use serde::Serialize;

use super::format::{Written, order_time};
use crate::contract::endpoint::Desk;
use crate::contract::fields::{Reading, decimal};
use crate::domain::language::Language;
use crate::domain::money::Money;
use crate::domain::order::{Order, OrderOrdinal};
use crate::domain::policy::Auth;
use crate::domain::refusal::{OrderFault, Refusal};
use crate::domain::world::World;

/// The order that `orderId` names. Under the strict policy another account's order does not exist.
pub(super) fn own_order(
    world: &World,
    desk: &mut Desk<'_>,
    reading: &Reading<'_>,
) -> Result<OrderOrdinal, Refusal> {
    let asked = reading.text("orderId").unwrap_or_default();
    find(world, desk, &asked)
}

/// The same, by a text.
pub(super) fn find(world: &World, desk: &mut Desk<'_>, asked: &str) -> Result<OrderOrdinal, Refusal> {
    let unknown = |why| Refusal::UnknownOrder { asked: asked.chars().take(40).collect(), why };
    let id = decimal(asked).and_then(|id| u32::try_from(id).ok());
    let at = id.and_then(|id| world.ordinal_by_id(id)).ok_or_else(|| {
        let by_number = world.ordinal_by_number(asked).and_then(|at| world.order_at(at));
        unknown(by_number.map_or(OrderFault::Unknown, |order| OrderFault::NumberGiven { id: order.id }))
    })?;
    let buyer = world.order_at(at).map_or("", |order| world.text(order.buyer));
    if !buyer.eq_ignore_ascii_case(&desk.caller.email) {
        if world.policy().auth == Auth::Strict {
            return Err(unknown(OrderFault::OfAnotherUser));
        }
        desk.notes.add(format!("orderId: this order is {buyer}'s, not {}'s", desk.caller.email));
    }
    Ok(at)
}

/// The payload of a pre-order, in the printed order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PreOrdered {
    amount: Money,
    id: u32,
    order_no: Written<21>,
    package_name: Arc<str>,
    order_time: Written<28>,
    period_num: u16,
    currency: Arc<str>,
    client_id: Arc<str>,
}

impl PreOrdered {
    /// Shows an order.
    pub(super) fn of(world: &World, order: &Order, language: Language) -> Self {
        let stock = world.stock();
        Self {
            amount: order.amount,
            id: order.id,
            order_no: Written(order.number.text()),
            package_name: package_name(world, order, language),
            order_time: order_time(order.created),
            period_num: order.periods,
            currency: stock.currencies.get(&order.currency).map(|c| Arc::clone(&c.abbr)).unwrap_or_default(),
            client_id: world.client_id(world.text(order.partner)),
        }
    }
}

/// The name of an order's package.
pub(super) fn package_name(world: &World, order: &Order, language: Language) -> Arc<str> {
    let package = world.stock().packages.get(&order.package);
    package.map(|package| Arc::clone(package.name.text(language))).unwrap_or_default()
}
