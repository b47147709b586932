//! A mail: to whom, about what, and what became of it. Its text is written when somebody looks.

use serde::{Deserialize, Serialize};

use super::language::Language;
use super::moment::Moment;
use super::order::OrderOrdinal;
use super::world::Symbol;

/// One mail.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(PartialEq))]
pub(crate) struct Mail {
    /// What it is about.
    pub about: About,
    /// Its recipient.
    pub to: Symbol,
    /// Its language.
    pub language: Language,
    /// When it was written.
    pub written: Moment,
    /// What became of it.
    pub fate: Fate,
}

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum About {
    /// The QR code of a paid order.
    Qr(OrderOrdinal),
    /// A verification code, four digits.
    Code(u16),
}

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Fate {
    /// Nobody has decided yet.
    Written,
    /// It is on its way until then.
    OnItsWay(Moment),
    /// It arrived.
    Delivered(Moment),
    /// It never arrives, and nobody is told.
    Lost,
    /// The recipient's server sent it back.
    Bounced(Moment),
}

/// The words of what mails are about, as [`About::word`] has them.
pub(crate) const KINDS: [&str; 2] = ["qr", "code"];

/// The words of what became of mails, as [`Fate::word`] has them.
pub(crate) const STATES: [&str; 5] = ["written", "onItsWay", "delivered", "lost", "bounced"];

/// A mail's place in the outbox, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct MailOrdinal(pub u32);

impl About {
    /// The word for it, which is also the end of a rule's `mail/…`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Qr(_) => "qr",
            Self::Code(_) => "code",
        }
    }
}

impl Fate {
    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::OnItsWay(_) => "onItsWay",
            Self::Delivered(_) => "delivered",
            Self::Lost => "lost",
            Self::Bounced(_) => "bounced",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_of_words_are_whole() {
        let fates = [
            Fate::Written,
            Fate::OnItsWay(Moment::EPOCH),
            Fate::Delivered(Moment::EPOCH),
            Fate::Lost,
            Fate::Bounced(Moment::EPOCH),
        ];
        assert_eq!(fates.map(Fate::word), STATES);
        assert_eq!([About::Qr(OrderOrdinal(0)), About::Code(0)].map(About::word), KINDS);
    }
}
