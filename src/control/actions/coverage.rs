//! `GET /__sandbox/coverage`

use http::{Method, StatusCode};

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::{find, reply};
use crate::session::coverage::report::Report;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "coverage",
    access: Access::Guarded,
    about: "what was used and what was not, of all sessions or of ?session=NAME; ?as=json, junit, table",
    run,
};

/// How a report is written.
#[derive(Clone, Copy)]
enum Form {
    Json,
    Junit,
    Table,
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(look(ask).unwrap_or_else(|refused| refused))
}

fn look(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let form = match ask.parameter("as").as_deref() {
        None | Some("json") => Form::Json,
        Some("junit") => Form::Junit,
        Some("table") => Form::Table,
        Some(other) => {
            let message = format!("?as={other} cannot be written");
            return Err(reply::error(
                StatusCode::BAD_REQUEST,
                "bad-parameter",
                &message,
                "?as=json, ?as=junit, ?as=table",
            ));
        }
    };
    let report: Report = match ask.parameter("session") {
        Some(name) => find(ask.registry, &name, ask.real)?.coverage(),
        None => ask.registry.coverage(),
    };
    Ok(match form {
        Form::Json => reply::json(&report.json()),
        Form::Junit => reply::file("application/xml", report.junit().into_bytes()),
        Form::Table => reply::file("text/plain; charset=utf-8", report.table().into_bytes()),
    })
}
