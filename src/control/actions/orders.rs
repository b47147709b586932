//! `GET /__sandbox/sessions/{s}/orders`

use http::Method;
use serde::Serialize;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::session::view::OrderView;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/orders",
    access: Access::Guarded,
    about: "orders, oldest first; ?after= and ?limit= (1,000 without it) page through many",
    run,
};

#[derive(Serialize)]
struct Orders {
    orders: Vec<OrderView>,
    /// How many there are in all.
    total: usize,
}

/// The lock is held while a page is read, and only then: a long list is asked for in pages.
fn run(ask: &Ask<'_>) -> Said {
    Said::Now(ask.page().map_or_else(
        |refused| refused,
        |(after, limit)| {
            let orders = ask.session().look(ask.real, |world| Orders {
                orders: OrderView::page(world, after, limit),
                total: world.orders().len(),
            });
            reply::json(&orders)
        },
    ))
}
