//! `GET /__sandbox/sessions/{s}/outbox/{key}`

use http::Method;
use http::StatusCode;
use serde::Serialize;

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::courier::mail;
use crate::domain::mail::MailOrdinal;
use crate::session::letter::{Content, Letter};
use crate::session::view::MailView;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/outbox/{key}",
    access: Access::Guarded,
    about: "one mail by its id: what became of it, and its texts",
    run,
};

#[derive(Serialize)]
struct Whole {
    #[serde(flatten)]
    mail: MailView,
    subject: String,
    text: String,
    html: String,
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(match find(ask) {
        None => unknown(ask),
        Some((mail, letter)) => {
            let (subject, text, html) = (mail::subject(&letter), mail::text(&letter), mail::html(&letter));
            reply::json(&Whole { mail, subject, text, html })
        }
    })
}

/// The mail that the path names.
pub(super) fn find(ask: &Ask<'_>) -> Option<(MailView, Letter)> {
    let ordinal = MailOrdinal(ask.key.parse::<u32>().ok()?.checked_sub(1)?);
    ask.session().look(ask.real, |world| Some((MailView::of(world, ordinal)?, Letter::of(world, ordinal)?)))
}

pub(super) fn unknown(ask: &Ask<'_>) -> Reply {
    let message = format!("no mail has the id {:?}", ask.key);
    reply::error(StatusCode::NOT_FOUND, "unknown-mail", &message, "GET …/outbox lists them, from 1")
}

/// The text of the QR code that a mail brings, or what is said instead.
pub(super) fn qr_text(ask: &Ask<'_>) -> Result<String, Reply> {
    match find(ask) {
        None => Err(unknown(ask)),
        Some((_, Letter { content: Content::Qr { qr_text, .. }, .. })) => Ok(qr_text),
        Some((_, Letter { content: Content::Code { .. }, .. })) => {
            let help = "only a mail of the kind `qr` brings one";
            Err(reply::error(
                StatusCode::NOT_FOUND,
                "no-picture",
                "this mail brings a verification code, no QR code",
                help,
            ))
        }
    }
}
