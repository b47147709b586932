//! `GET /__sandbox/magic`

use http::Method;
use serde::Serialize;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::scenario::magic::Row;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "magic",
    access: Access::Guarded,
    about: "magic values: what to type, where, and what happens then",
    run,
};

#[derive(Serialize)]
struct Table<'a> {
    magic: &'a [Row],
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(reply::json(&Table { magic: ask.registry.plan().shared.magic.rows() }))
}
