//! `GET /__sandbox/sessions/{s}/journal`

use http::Method;

use crate::contract::call::Reply;
use crate::control::action::Later;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::session::journal::Exchange;
use crate::session::session::Session;
use crate::session::view::EntryView;
use http::StatusCode;
use serde::Serialize;
use std::sync::Arc;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/journal",
    access: Access::Guarded,
    about: "what was asked and answered; filters on, code, status, rule, since, last; wait and count",
    run,
};

#[derive(Serialize)]
struct Journal<'a> {
    entries: Vec<EntryView<'a>>,
    dropped: u64,
}

/// Which entries are asked for.
#[derive(Clone)]
struct Filter {
    /// An endpoint's id, operation word or path.
    on: Option<String>,
    /// As it stands on the wire.
    code: Option<String>,
    status: Option<u16>,
    rule: Option<String>,
    /// Only turns after this one.
    since: u64,
    /// Only the last so many.
    last: Option<usize>,
}

fn run(ask: &Ask<'_>) -> Said {
    read(ask).unwrap_or_else(Said::Now)
}

fn read(ask: &Ask<'_>) -> Result<Said, Reply> {
    let filter = Filter {
        on: ask.parameter("on"),
        code: ask.parameter("code"),
        status: ask.number("status")?,
        rule: ask.parameter("rule"),
        since: ask.number("since")?.unwrap_or(0),
        last: ask.number("last")?,
    };
    let wait = ask.span("wait")?;
    let count = ask.number("count")?.unwrap_or(1_usize);
    let session = Arc::clone(ask.session());
    let Some(at_most) = wait else { return Ok(Said::Now(show(&session, &filter))) };
    let (look, otherwise) = ((Arc::clone(&session), filter.clone()), (Arc::clone(&session), filter));
    Ok(Said::Later(Later {
        session,
        at_most,
        look: Box::new(move || (hits(&look.0, &look.1).0.len() >= count).then(|| show(&look.0, &look.1))),
        otherwise: Box::new(move || show(&otherwise.0, &otherwise.1)),
        gone: reply::error(StatusCode::GONE, "session-gone", "the session went while this waited for it", ""),
    }))
}

fn show(session: &Session, filter: &Filter) -> Reply {
    let (entries, dropped) = hits(session, filter);
    reply::json(&Journal { entries: entries.iter().map(|entry| EntryView::of(entry)).collect(), dropped })
}

fn hits(session: &Session, filter: &Filter) -> (Vec<Arc<Exchange>>, u64) {
    let (mut entries, dropped) = session.journal();
    let endpoints = &session.catalogue().endpoints;
    let is_on = |entry: &Exchange, word: &str| {
        entry.endpoint_at.is_some_and(|at| {
            let served = &endpoints[at];
            [served.endpoint.id, &served.card.operation, &served.card.path].contains(&word)
        })
    };
    entries.retain(|entry| {
        entry.turn > filter.since
            && filter.on.as_deref().is_none_or(|word| is_on(entry, word))
            && filter
                .code
                .as_deref()
                .is_none_or(|typed| entry.code.as_ref().is_some_and(|code| code.is_typed(typed)))
            && filter.status.is_none_or(|status| entry.status.as_u16() == status)
            && filter.rule.as_deref().is_none_or(|rule| entry.rule.as_deref() == Some(rule))
    });
    let too_many = filter.last.map_or(0, |last| entries.len().saturating_sub(last));
    entries.drain(..too_many);
    (entries, dropped)
}
