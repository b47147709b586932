//! A mail as whoever writes or sends it needs it: everything in words, nothing of the world.

use crate::domain::language::Language;
use crate::domain::mail::{About, MailOrdinal};
use crate::domain::moment::Moment;
use crate::domain::world::World;

/// A mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Letter {
    /// Its id, from 1.
    pub id: u32,
    /// The session that sent it.
    pub session: String,
    /// When it was written.
    pub at: Moment,
    /// Its recipient.
    pub to: String,
    /// Its language.
    pub language: Language,
    /// What it is about.
    pub content: Content,
}

/// What a mail is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// The bought eSIM.
    Qr {
        /// The order's number.
        order_no: String,
        /// The package's name.
        package: String,
        /// The eSIM's ICCID.
        iccid: String,
        /// The text of its QR code.
        qr_text: String,
        /// What was paid.
        amount: String,
        /// In which currency.
        currency: String,
    },
    /// A verification code.
    Code {
        /// Four digits.
        code: String,
    },
}

/// Takes a letter to a mail catcher.
pub(crate) type Post = Box<dyn Fn(Letter) + Send + Sync>;

impl Letter {
    /// The mail with this ordinal.
    pub(crate) fn of(world: &World, mail: MailOrdinal) -> Option<Self> {
        let found = world.mail(mail)?;
        let content = match found.about {
            About::Code(code) => Content::Code { code: format!("{code:04}") },
            About::Qr(order) => {
                let order = world.order_at(order)?;
                let package = world.stock().packages.get(&order.package);
                let currency = world.stock().currencies.get(&order.currency);
                Content::Qr {
                    order_no: order.number.text().as_str().to_owned(),
                    package: package
                        .map(|package| package.name.text(found.language).to_string())
                        .unwrap_or_default(),
                    iccid: world.iccid(order)?,
                    qr_text: world.qr_text(order)?,
                    amount: order.amount.to_string(),
                    currency: currency.map(|currency| currency.abbr.to_string()).unwrap_or_default(),
                }
            }
        };
        Some(Self {
            id: mail.0 + 1,
            session: world.session().to_owned(),
            at: found.written,
            to: world.text(found.to).to_owned(),
            language: found.language,
            content,
        })
    }
}
