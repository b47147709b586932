//! `POST /__sandbox/sessions/{s}/verify`

use http::Method;

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::{Ask, refused};
use crate::control::reply;
use crate::document::Document;
use crate::scenario::lower_expect;
use crate::session::verify::{self, State};

pub(super) const ACTION: Action = Action {
    method: Method::POST,
    path: "sessions/{s}/verify",
    access: Access::Guarded,
    about: "whether what is expected is met: rows in expect, or the scenario's own; 409 with a diff if not",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(judge(ask).unwrap_or_else(|refused| refused))
}

fn judge(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let document = Document::parse("request", ask.text()?).map_err(|found| refused(&found))?;
    let rows = lower_expect(&document, &ask.registry.plan().catalogue).map_err(|found| refused(&found))?;
    let findings = match rows {
        Some(rows) => verify::verify(ask.session(), &rows, ask.real),
        None => verify::own(ask.session(), ask.real),
    };
    Ok(match findings.state() {
        State::Met => reply::met(&findings),
        State::Unmet => reply::not_met(
            &findings,
            "`nearest` of a row names what misses the fewest of its conditions; GET …/journal has all calls",
        ),
        State::Unknown => {
            reply::not_met(&findings, "start the server with a larger --journal, or reset the session before")
        }
    })
}
