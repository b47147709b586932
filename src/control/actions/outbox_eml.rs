//! `GET /__sandbox/sessions/{s}/outbox/{key}/eml`

use http::Method;
use http::StatusCode;

use crate::control::action::{Access, Action, Said};
use crate::control::actions::outbox_mail;
use crate::control::ask::Ask;
use crate::control::reply;
use crate::courier::mail;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/outbox/{key}/eml",
    access: Access::Guarded,
    about: "a mail as a file that mail programs open, picture inside",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    let Some((_, letter)) = outbox_mail::find(ask) else { return Said::Now(outbox_mail::unknown(ask)) };
    Said::Now(match mail::eml(&letter) {
        Ok(mail) => reply::file("message/rfc822", mail),
        Err(error) => {
            let help = "the vendor would not have got it anywhere either";
            reply::error(StatusCode::CONFLICT, "cannot-be-sent", &error.to_string(), help)
        }
    })
}
