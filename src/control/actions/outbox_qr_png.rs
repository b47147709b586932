//! `GET /__sandbox/sessions/{s}/outbox/{key}/qr.png`

use http::Method;

use crate::control::action::{Access, Action, Said};
use crate::control::actions::outbox_mail;
use crate::control::ask::Ask;
use crate::control::reply;
use crate::courier::picture;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/outbox/{key}/qr.png",
    access: Access::Guarded,
    about: "the QR code of a mail as PNG",
    run,
};

fn run(ask: &Ask<'_>) -> Said {
    let drawn = outbox_mail::qr_text(ask).map(|text| picture::png(&text).unwrap_or_default());
    Said::Now(drawn.map_or_else(|refused| refused, |drawn| reply::file("image/png", drawn)))
}
