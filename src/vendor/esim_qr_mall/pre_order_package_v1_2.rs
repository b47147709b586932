//! Pre - order v1.2: `POST /v1.2/package/preOrderPackage`

use std::sync::Arc;

use serde::Serialize;

use super::format::{Written, order_time};
use crate::contract::endpoint::{Act, Data, Visit};
use crate::contract::fields::Reading;
use crate::domain::language::Language;
use crate::domain::money::Money;
use crate::domain::order::{Objection, Order, Wish};
use crate::domain::refusal::{Complaint, CurrencyKey, Refusal, Wanted};
use crate::domain::world::World;

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

/// The payload, in the printed order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PreOrdered {
    amount: Money,
    id: u32,
    order_no: Written<21>,
    package_name: Arc<str>,
    order_time: Written<28>,
    period_num: u16,
    currency: Arc<str>,
    client_id: Arc<str>,
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
        let (code, currency, partner) =
            (reading.text("packageCode"), reading.text("currency"), reading.text("partnerCode"));
        let mail_to = match qr_mail {
            QrMail::ToField(field) => reading.text(field),
            QrMail::ToAccount => None,
        };
        let wish = Wish {
            package: reading.integer("id"),
            code: code.as_deref(),
            currency: currency.as_deref(),
            currency_id: reading.integer("currencyId"),
            periods: reading.integer("periodNum"),
            // Missing is one; sent but unreadable is complained about already.
            packages: reading.integer("packageNum").or_else(|| reading.is_absent("packageNum").then_some(1)),
            partner: partner.as_deref(),
        };
        let quote = match world.judge(&wish) {
            Ok(quote) if reading.is_clean() => quote,
            Ok(_) => return Err(Refusal::BadFields(reading.into_complaints())),
            Err(objections) => return Err(Refusal::BadFields(all_complaints(reading, objections))),
        };
        let mail_to = mail_to.as_deref().unwrap_or(&desk.caller.email);
        let order = world.pre_order(quote, partner.as_deref().unwrap_or_default(), mail_to)?.clone();
        Ok(Data::new(answer(world, &order, language)))
    })))
}

/// The reader's complaints and the world's objections, in one list.
fn all_complaints(mut reading: Reading<'_>, objections: Vec<Objection>) -> Vec<Complaint> {
    for objection in objections {
        let (field, wanted) = match objection {
            Objection::UnknownPackage { example } => ("id", Wanted::KnownPackage { example }),
            Objection::UnknownCode => ("packageCode", Wanted::KnownCode),
            Objection::CodeOfAnotherPackage { package, code } => {
                ("packageCode", Wanted::CodeOfPackage { package, code })
            }
            Objection::CurrencyNotSold { sold } => {
                ("currency", Wanted::SoldCurrency { sold, by: CurrencyKey::Abbreviation })
            }
            Objection::CurrencyIdNotSold { sold } => {
                ("currencyId", Wanted::SoldCurrency { sold, by: CurrencyKey::Id })
            }
            Objection::CurrenciesDisagree { currency, id } => {
                ("currencyId", Wanted::IdOfCurrency { currency, id })
            }
            Objection::PeriodsOutOfRange { min, max } => ("periodNum", range(min, max)),
            Objection::PackagesOutOfRange { min, max } => ("packageNum", range(min, max)),
            Objection::UnknownPartner => ("partnerCode", Wanted::KnownPartner),
        };
        reading.complain(field, wanted);
    }
    reading.into_complaints()
}

fn range(min: u16, max: u16) -> Wanted {
    Wanted::Integer { min: Some(min.into()), max: Some(max.into()) }
}

fn answer(world: &World, order: &Order, language: Language) -> PreOrdered {
    let stock = world.stock();
    let name = stock.packages.get(&order.package).map(|package| Arc::clone(package.name.text(language)));
    PreOrdered {
        amount: order.amount,
        id: order.id,
        order_no: Written(order.number.text()),
        package_name: name.unwrap_or_default(),
        order_time: order_time(order.created),
        period_num: order.periods,
        currency: stock.currencies.get(&order.currency).map(|c| Arc::clone(&c.abbr)).unwrap_or_default(),
        client_id: world.client_id(world.text(order.partner)),
    }
}
