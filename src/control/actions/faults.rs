//! `GET /__sandbox/faults`

use http::Method;
use serde::Serialize;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::scenario::fault_table::{Row, rows};

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "faults",
    access: Access::Guarded,
    about: "faults: what a client sees, how each is written, and whether `commit` has to be said",
    run,
};

#[derive(Serialize)]
struct Table {
    faults: Vec<Row>,
}

fn run(_: &Ask<'_>) -> Said {
    Said::Now(reply::json(&Table { faults: rows() }))
}
