//! queryCountry: `POST /package/queryCountry`

use super::browsing::list;
use super::items::CountryItem;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::browse::Shown;
use crate::domain::refusal::Refusal;

/// The countries that packages cover, or the one that is asked for.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    Ok(list(visit.read()?, visit.language, |shelves, reading| {
        let item = |country| CountryItem::of(country, shelves.language);
        if reading.is_absent("countryCode") && reading.is_absent("isoCountryName") {
            return Some(shelves.stock.countries_with(Shown::Covering).map(item).collect());
        }
        Some(vec![item(shelves.country(reading)?)])
    }))
}
