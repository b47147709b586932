//! `POST /__sandbox/sessions/{s}/explain`

use http::Method;
use serde::Serialize;

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::session::asked::Asked;
use crate::session::view::{EntryView, WhyView};

pub(super) const ACTION: Action = Action {
    method: Method::POST,
    path: "sessions/{s}/explain",
    access: Access::Guarded,
    about: "what a call would come to, and why, without it being made: {\"on\": \"pre-order\"} or method, path, headers, body",
    run,
};

#[derive(Serialize)]
struct Explained<'a> {
    why: WhyView<'a>,
    entry: EntryView<'a>,
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(explain(ask).unwrap_or_else(|refused| refused))
}

fn explain(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let session = ask.session();
    let asked: Asked = ask.body()?;
    let call = asked.call(session.catalogue(), &session.script().stock).map_err(|bad| {
        reply::error_at(http::StatusCode::BAD_REQUEST, bad.code, &bad.message, bad.pointer, &bad.help)
    })?;
    let (_, exchange) = session.explain(&call, ask.real);
    Ok(reply::json(&Explained {
        why: WhyView::of(&exchange, session.catalogue()),
        entry: EntryView::of(&exchange),
    }))
}
