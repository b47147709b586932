//! `GET /__sandbox/sessions/{s}/journal/{key}/why`

use http::{Method, StatusCode};

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::session::view::WhyView;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/journal/{key}/why",
    access: Access::Guarded,
    about: "why a turn came out so, by the number in x-sandbox-turn or `last`: rules, first failing condition, state, dice",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    let (entries, dropped) = ask.session().journal();
    let found = match ask.key {
        "last" => entries.last(),
        turn => turn.parse().ok().and_then(|turn: u64| entries.iter().find(|entry| entry.turn == turn)),
    };
    Said::Now(match found {
        Some(entry) => reply::json(&WhyView::of(entry, ask.session().catalogue())),
        None => {
            let message = format!("the journal has no entry {}", ask.key);
            let help = format!("it has {}, and {dropped} were dropped", entries.len());
            reply::error(StatusCode::NOT_FOUND, "unknown-entry", &message, &help)
        }
    })
}
