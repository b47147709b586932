//! `GET /__sandbox/schema.json`

use http::Method;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::document::published_schema;
use crate::scenario::file::ScenarioFile;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "schema.json",
    access: Access::Guarded,
    about: "the JSON schema of scenario files",
    run,
};

fn run(_: &Ask<'_>) -> Said {
    Said::Now(reply::json(&published_schema::<ScenarioFile>()))
}
