//! countryPackageList: `POST /package/countryPackageList`

use super::browsing::list;
use super::items::CountryItem;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::browse::Shown;
use crate::domain::refusal::Refusal;

/// All countries that the partner can sell packages of, whatever country is named.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    let reading = visit.read()?;
    if !reading.is_absent("countryCode") {
        visit.notes.add("countryCode: has no effect here, all countries are listed");
    }
    Ok(list(reading, visit.language, |shelves, reading| {
        let shown = shelves.shown(reading).unwrap_or(Shown::Covering);
        let countries = shelves.stock.countries_with(shown);
        Some(countries.map(|country| CountryItem::of(country, shelves.language)).collect())
    }))
}
