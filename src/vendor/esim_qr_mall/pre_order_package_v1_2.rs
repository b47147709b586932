//! Pre - order v1.2: `POST /v1.2/package/preOrderPackage`

use super::orders::PreOrdered;
use super::wish;
use crate::contract::endpoint::{Act, Data, Visit};
use crate::domain::order::Buyer;
use crate::domain::refusal::Refusal;

/// Makes an order, reserves a profile, answers what is to be paid.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    pre_order(visit, QrMail::ToField("receive_qr_email"))
}

/// Where the QR code is to be mailed to: the one thing in which the versions of this call differ.
#[derive(Clone, Copy)]
pub(super) enum QrMail {
    /// To the address in this field, else to the account's.
    ToField(&'static str),
    /// To the account's address.
    ToAccount,
}

/// What all versions of the call do.
pub(super) fn pre_order<'a>(visit: &mut Visit<'a>, qr_mail: QrMail) -> Result<Act<'a>, Refusal> {
    let reading = visit.read()?;
    if reading.integer("discountFlag").is_some_and(|flag| flag != 0) {
        visit.notes.add("discountFlag: has no effect here; its meaning is not documented");
    }
    if reading.sent("deviceType").is_some_and(|text| text != "\"10\"") {
        visit.notes.add("deviceType: the documents say it is always \"10\"");
    }
    let language = visit.language;
    Ok(Act::Write(Box::new(move |world, desk| {
        let partner = reading.text("partnerCode").unwrap_or_default();
        let mail_to = match qr_mail {
            QrMail::ToField(field) => reading.text(field),
            QrMail::ToAccount => None,
        };
        let quote = wish::price(world, reading)?;
        let account = &desk.caller.email;
        let buyer =
            Buyer { partner: &partner, account, mail_to: mail_to.as_deref().unwrap_or(account), language };
        let order = world.pre_order(quote, buyer)?.clone();
        Ok(Data::new(PreOrdered::of(world, &order, language)))
    })))
}
