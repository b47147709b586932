//! `GET /__sandbox/sessions/{s}/orders`

use http::Method;
use serde::Serialize;

use super::{Access, Action, Run, reply};
use crate::session::view::OrderView;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/orders",
    access: Access::Guarded,
    about: "all orders of a session, oldest first",
    run: Run::Session(|session, real| reply::json(&Orders { orders: session.look(real, OrderView::all) })),
};

#[derive(Serialize)]
struct Orders {
    orders: Vec<OrderView>,
}
