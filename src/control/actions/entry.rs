//! `GET /__sandbox/sessions/{s}/journal/{key}`

use http::Method;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::session::view::EntryView;
use http::StatusCode;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/journal/{key}",
    access: Access::Guarded,
    about: "one journal entry by the number in x-sandbox-turn",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    let turn: Option<u64> = ask.key.parse().ok();
    let (entries, dropped) = ask.session().journal();
    Said::Now(match entries.iter().find(|entry| Some(entry.turn) == turn) {
        Some(entry) => reply::json(&EntryView::of(entry)),
        None => {
            let message = format!("the journal has no entry {}", ask.key);
            let help = format!("it has {}, and {dropped} were dropped", entries.len());
            reply::error(StatusCode::NOT_FOUND, "unknown-entry", &message, &help)
        }
    })
}
