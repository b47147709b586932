//! `DELETE /__sandbox/sessions/{s}/rules/{key}`

use http::Method;

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use http::StatusCode;

pub(super) const ACTION: Action = Action {
    method: Method::DELETE,
    path: "sessions/{s}/rules/{key}",
    access: Access::Guarded,
    about: "takes an armed rule away",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    if ask.session().disarm(Some(ask.key)) > 0 {
        return Said::Now(reply::nothing());
    }
    let message = format!("no armed rule is called {:?}", ask.key);
    let help = "GET …/rules lists them; a rule of the scenario goes with PUT …/scenario";
    Said::Now(reply::error(StatusCode::NOT_FOUND, "unknown-rule", &message, help))
}
