//! `GET /__sandbox/sessions/{s}/outbox`

use http::Method;
use serde::Serialize;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::session::view::MailView;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/outbox",
    access: Access::Guarded,
    about: "mails, oldest first, and what became of them; ?after= and ?limit= as for orders",
    run,
};

#[derive(Serialize)]
struct Outbox {
    mails: Vec<MailView>,
    /// How many there are in all.
    total: usize,
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(ask.page().map_or_else(
        |refused| refused,
        |(after, limit)| {
            let outbox = ask.session().look(ask.real, |world| Outbox {
                mails: MailView::page(world, after, limit),
                total: world.outbox().len(),
            });
            reply::json(&outbox)
        },
    ))
}
