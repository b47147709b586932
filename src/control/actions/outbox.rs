//! `GET /__sandbox/sessions/{s}/outbox`

use http::{Method, StatusCode};
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
    let Some((after, limit)) = ask.page() else {
        let help = "?after=1000&limit=1000";
        return Said::Now(reply::error(
            StatusCode::BAD_REQUEST,
            "bad-parameter",
            "after and limit are numbers",
            help,
        ));
    };
    let outbox = ask.session().look(ask.real, |world| Outbox {
        mails: MailView::page(world, after, limit),
        total: world.outbox().len(),
    });
    Said::Now(reply::json(&outbox))
}
