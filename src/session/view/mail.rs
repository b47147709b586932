//! A mail of the outbox.

use serde::Serialize;

use crate::domain::language::Language;
use crate::domain::mail::{About, Fate, MailOrdinal};
use crate::domain::world::World;

/// A mail.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MailView {
    /// Its id, from 1.
    pub id: u32,
    /// What it is about: `qr` or `code`.
    pub kind: &'static str,
    /// Its recipient.
    pub to: String,
    /// Its language: `en` or `zh`.
    pub language: &'static str,
    /// What became of it: `delivered`, `onItsWay`, `lost`, `bounced`.
    pub state: &'static str,
    /// When it was written: RFC 3339 in UTC, on the session's clock.
    pub written_at: String,
    /// When it arrived, is going to arrive, or came back; null if it was lost.
    pub due_at: Option<String>,
    /// The order whose QR code it brings.
    pub order_id: Option<u32>,
    /// The text of the QR code.
    pub qr_text: Option<String>,
    /// The verification code.
    pub code: Option<String>,
}

impl MailView {
    /// Shows a mail of this world.
    pub(crate) fn of(world: &World, mail: MailOrdinal) -> Option<Self> {
        let found = world.mail(mail)?;
        let (order, code) = match found.about {
            About::Qr(order) => (world.order_at(order), None),
            About::Code(code) => (None, Some(format!("{code:04}"))),
        };
        let due = match found.fate {
            Fate::OnItsWay(at) | Fate::Delivered(at) | Fate::Bounced(at) => Some(at),
            Fate::Written | Fate::Lost => None,
        };
        Some(Self {
            id: mail.0 + 1,
            kind: found.about.word(),
            to: world.text(found.to).to_owned(),
            language: if found.language == Language::Chinese { "zh" } else { "en" },
            state: found.fate.word(),
            written_at: found.written.to_string(),
            due_at: due.map(|at| at.to_string()),
            order_id: order.map(|order| order.id),
            qr_text: order.and_then(|order| world.qr_text(order)),
            code,
        })
    }

    /// Mails of a world, oldest first: so many, after the first so many.
    pub(crate) fn page(world: &World, after: usize, limit: usize) -> Vec<Self> {
        let places = (after..world.outbox().len()).take(limit).filter_map(|at| u32::try_from(at).ok());
        places.filter_map(|at| Self::of(world, MailOrdinal(at))).collect()
    }
}
