//! What a call that orders something asks for, held against the catalogue.

use crate::contract::fields::Reading;
use crate::domain::order::{Objection, Quote, Wish};
use crate::domain::refusal::{Complaint, CurrencyKey, Refusal, Wanted};
use crate::domain::world::World;

/// The price of what is asked for, or all that stands against it: the reader's complaints and the world's objections in one list.
pub(super) fn price(world: &World, reading: Reading<'_>) -> Result<Quote, Refusal> {
    let (code, currency, partner) =
        (reading.text("packageCode"), reading.text("currency"), reading.text("partnerCode"));
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
    match world.judge(&wish) {
        Ok(quote) if reading.is_clean() => Ok(quote),
        Ok(_) => Err(Refusal::BadFields(reading.into_complaints())),
        Err(objections) => Err(Refusal::BadFields(all_complaints(reading, objections))),
    }
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
