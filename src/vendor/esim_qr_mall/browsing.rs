//! What the calls that list something have in common: the partner's check, all complaints at once, an array as data.

use serde::Serialize;

use crate::contract::endpoint::{Act, Data};
use crate::contract::fields::Reading;
use crate::domain::browse::Shown;
use crate::domain::language::Language;
use crate::domain::policy::PackageType;
use crate::domain::refusal::{Refusal, Wanted};
use crate::domain::stock::{Country, Stock};
use crate::domain::world::World;

/// What a call looks with, besides its own fields.
pub(super) struct Shelves<'w> {
    /// The catalogue.
    pub(super) stock: &'w Stock,
    /// The caller's language.
    pub(super) language: Language,
    meaning: PackageType,
}

/// Answers what `look` finds with the fields that were read. `None` is a complaint that it has made.
pub(super) fn list<'a, T: Serialize + Send + 'static>(
    mut reading: Reading<'a>,
    language: Language,
    look: impl FnOnce(&Shelves<'_>, &mut Reading<'a>) -> Option<Vec<T>> + Send + 'a,
) -> Act<'a> {
    Act::Read(Box::new(move |world: &World, _| {
        let (stock, policy) = (world.stock(), world.policy());
        if reading.text("partnerCode").is_some_and(|partner| !stock.is_open_to(&partner, policy)) {
            reading.complain("partnerCode", Wanted::KnownPartner);
        }
        let shelves = Shelves { stock, language, meaning: policy.package_type };
        match look(&shelves, &mut reading) {
            Some(found) if reading.is_clean() => Ok(Data::new(found)),
            Some(_) | None => Err(Refusal::BadFields(reading.into_complaints())),
        }
    }))
}

impl<'w> Shelves<'w> {
    /// What `type` asks for; `None` if it was not sent, or complained about.
    pub(super) fn shown(&self, reading: &Reading<'_>) -> Option<Shown> {
        Shown::by_number(reading.integer("type")?, self.meaning)
    }

    /// The country that is asked for: by `countryCode`, else by `isoCountryName`. `None` was complained about.
    pub(super) fn country(&self, reading: &mut Reading<'_>) -> Option<&'w Country> {
        if let Some(code) = reading.integer("countryCode") {
            let found = self.stock.country_by_code(code);
            if found.is_none() {
                let near = self.stock.countries_near(code);
                let near = near.into_iter().map(|country| (country.mcc, country.name.clone())).collect();
                reading.complain("countryCode", Wanted::CountryCode { near });
            }
            return found;
        }
        let found = self.stock.country_by_name(&reading.text("isoCountryName")?);
        if found.is_none() {
            let known = self.stock.all_countries().map(|country| country.name.en.clone()).collect();
            reading.complain("isoCountryName", Wanted::CountryName { known });
        }
        found
    }
}
