//! `GET /__sandbox/codes`

use http::Method;

use crate::contract::codes::CodeRow;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use serde::Serialize;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "codes",
    access: Access::Guarded,
    about: "the code tables, each row with its evidence",
    run,
};

#[derive(Serialize)]
struct Codes<'a> {
    codes: Vec<CodeView<'a>>,
}

#[derive(Serialize)]
struct CodeView<'a> {
    group: &'a str,
    #[serde(flatten)]
    row: &'a CodeRow,
}

fn run(ask: &Ask<'_>) -> Said {
    let groups = ask.registry.plan().catalogue.groups.iter();
    let codes =
        groups.flat_map(|shelf| shelf.codes.rows.iter().map(|row| CodeView { group: shelf.group.id, row }));
    Said::Now(reply::json(&Codes { codes: codes.collect() }))
}
