//! `GET /__sandbox/sessions/{s}/journal`

use http::Method;
use serde::Serialize;

use super::{Access, Action, Run, reply};
use crate::contract::call::Reply;
use crate::domain::moment::Moment;
use crate::session::session::Session;
use crate::session::view::EntryView;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/journal",
    access: Access::Guarded,
    about: "what was asked and answered in a session, oldest first, and how many entries were dropped",
    run: Run::Session(run),
};

#[derive(Serialize)]
struct Journal<'a> {
    entries: Vec<EntryView<'a>>,
    dropped: u64,
}

fn run(session: &Session, _: Moment) -> Reply {
    let (entries, dropped) = session.journal();
    reply::json(&Journal { entries: entries.iter().map(|entry| EntryView::of(entry)).collect(), dropped })
}
