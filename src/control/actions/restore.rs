//! `POST /__sandbox/sessions/{s}/restore`

use http::{Method, StatusCode};

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::actions::snapshot::Named;
use crate::control::ask::Ask;
use crate::control::reply;
use crate::document::nearest;

pub(super) const ACTION: Action = Action {
    method: Method::POST,
    path: "sessions/{s}/restore",
    access: Access::Guarded,
    about: "goes back to a snapshot, as a new epoch: world, clock and rules are what they were, the journal is empty",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(restore(ask).unwrap_or_else(|refused| refused))
}

fn restore(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let Named { name } = ask.body()?;
    let session = ask.session();
    let Some(remains) = session.restore(&name, ask.real) else {
        let kept = session.kept_snapshots();
        let help = match nearest(&name, kept.iter().map(|(name, _)| name.as_str())) {
            Some(near) => format!("did you mean {near:?}?"),
            None => "POST …/snapshot keeps one".to_owned(),
        };
        let message = format!("no snapshot is called {name:?}");
        return Err(reply::error_at(StatusCode::NOT_FOUND, "unknown-snapshot", &message, "/name", &help));
    };
    ask.registry.sweep_up(remains);
    let (_, now) = session.clock(ask.real);
    Ok(reply::json(&serde_json::json!({ "name": name, "epoch": session.epoch(), "now": now.to_string() })))
}
