//! packageList v1.1: `POST /v1.1/package/packageList`

use super::browsing::list;
use super::items::PackageItem;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;

/// All packages of the asked type under a country.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    Ok(list(visit.read()?, visit.language, |shelves, reading| {
        let (country, shown) = (shelves.country(reading), shelves.shown(reading));
        let packages = shelves.stock.packages_under(country?.mcc, shown?);
        Some(packages.map(|package| PackageItem::of(package, shelves.stock, shelves.language)).collect())
    }))
}
