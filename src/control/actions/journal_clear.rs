//! `DELETE /__sandbox/sessions/{s}/journal`

use http::Method;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;

pub(super) const ACTION: Action = Action {
    method: Method::DELETE,
    path: "sessions/{s}/journal",
    access: Access::Guarded,
    about: "forgets the journal; the world stays",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    ask.session().clear_journal();
    Said::Now(reply::nothing())
}
