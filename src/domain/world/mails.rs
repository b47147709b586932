//! The outbox: every mail that the vendor would have sent.

use super::notice::Notice;
use super::time::Timer;
use super::{Place, World};
use crate::domain::language::Language;
use crate::domain::mail::{About, Fate, Mail, MailOrdinal};
use crate::domain::moment::Span;
use crate::domain::order::OrderOrdinal;
use crate::domain::refusal::Refusal;

/// Mails beyond those of orders, so that nobody fills the memory with verification codes.
const SPARE: usize = 10_000;

impl World {
    /// All mails, oldest first.
    pub(crate) fn outbox(&self) -> &[Mail] {
        &self.outbox
    }

    /// The mail with this ordinal.
    pub(crate) fn mail(&self, mail: MailOrdinal) -> Option<&Mail> {
        self.outbox.get(usize::try_from(mail.0).ok()?)
    }

    /// Writes the mail with an order's QR code.
    pub(super) fn write_qr_mail(&mut self, order: OrderOrdinal) {
        if let Some(found) = self.order_at(order) {
            let (to, language) = (found.mail_to, found.language);
            self.write(Mail {
                about: About::Qr(order),
                to,
                language,
                written: self.now,
                fate: Fate::Written,
            });
        }
    }

    /// Whether a mail that no order asks for can be kept.
    pub(super) fn has_room_for_a_mail(&self) -> Result<(), Refusal> {
        let limit = self.order_limit.saturating_add(SPARE);
        if self.outbox.len() < limit { Ok(()) } else { Err(Refusal::OutboxFull { limit }) }
    }

    /// Writes the mail with a verification code.
    pub(super) fn write_code_mail(&mut self, code: u16, to: &str, language: Language) {
        let to = self.texts.keep(to);
        self.write(Mail { about: About::Code(code), to, language, written: self.now, fate: Fate::Written });
    }

    fn write(&mut self, mail: Mail) {
        let ordinal = MailOrdinal(super::ordinal(self.outbox.len()).0);
        self.outbox.push(mail);
        self.notices.push(Notice::Written(ordinal));
    }

    /// It arrives now.
    pub(crate) fn deliver_mail(&mut self, mail: MailOrdinal) {
        self.decide(mail, Fate::Delivered(self.now));
    }

    /// It never arrives.
    pub(crate) fn lose_mail(&mut self, mail: MailOrdinal) {
        self.decide(mail, Fate::Lost);
    }

    /// It comes back.
    pub(crate) fn bounce_mail(&mut self, mail: MailOrdinal) {
        self.decide(mail, Fate::Bounced(self.now));
    }

    /// It arrives later; past the end of the calendar, never.
    pub(crate) fn delay_mail(&mut self, mail: MailOrdinal, by: Span) {
        match self.now.plus(by) {
            Some(then) => {
                self.decide(mail, Fate::OnItsWay(then));
                self.at(then, Timer::Mail(mail));
            }
            None => self.lose_mail(mail),
        }
    }

    fn decide(&mut self, mail: MailOrdinal, fate: Fate) {
        self.marks.mark(|| Place::Mail(mail.0));
        if let Some(mail) = usize::try_from(mail.0).ok().and_then(|at| self.outbox.get_mut(at)) {
            mail.fate = fate;
        }
    }
}
