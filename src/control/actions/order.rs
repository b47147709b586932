//! `GET /__sandbox/sessions/{s}/orders/{key}`

use http::Method;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::domain::world::World;
use crate::session::view::OrderView;
use http::StatusCode;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/orders/{key}",
    access: Access::Guarded,
    about: "one order by its id or orderNo",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    let order = |world: &World| {
        let by_id = ask.key.parse().ok().and_then(|id| world.order_by_id(id));
        let found =
            by_id.or_else(|| world.orders().search(|order| order.number.text().as_str().cmp(ask.key)));
        found.map(|order| OrderView::of(world, order))
    };
    Said::Now(match ask.session().look(ask.real, order) {
        Some(order) => reply::json(&order),
        None => {
            let message = format!("no order has the id or orderNo {:?}", ask.key);
            reply::error(StatusCode::NOT_FOUND, "unknown-order", &message, "GET …/orders lists them")
        }
    })
}
