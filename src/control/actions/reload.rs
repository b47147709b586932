//! `POST /__sandbox/reload`

use http::{Method, StatusCode};

use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;

pub(super) const ACTION: Action = Action {
    method: Method::POST,
    path: "reload",
    access: Access::Guarded,
    about: "reads the files of the start again, all or none",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(match ask.registry.reload(ask.real) {
        Ok(reloaded) => reply::json(&reloaded),
        Err(drawn) => {
            let help = "the last good ones are kept: mend the file, and ask again";
            reply::error(StatusCode::UNPROCESSABLE_ENTITY, "invalid-file", &drawn, help)
        }
    })
}
