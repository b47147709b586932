//! `DELETE /__sandbox/sessions/{s}`

use http::Method;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::session::registry::DEFAULT;
use http::StatusCode;

pub(super) const ACTION: Action = Action {
    method: Method::DELETE,
    path: "sessions/{s}",
    access: Access::Guarded,
    about: "drops a session; what it holds is cancelled",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    let name = ask.session().name();
    if name == DEFAULT {
        let help = "POST /__sandbox/sessions/default/reset begins it anew";
        return Said::Now(reply::error(
            StatusCode::CONFLICT,
            "default-session",
            "the default session stays",
            help,
        ));
    }
    ask.registry.drop_session(name, ask.real);
    Said::Now(reply::nothing())
}
