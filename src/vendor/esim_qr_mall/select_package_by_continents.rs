//! selectPackageByContinents: `POST /package/selectPackageByContinents`

use super::browsing::list;
use super::items::PackageItem;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::{Refusal, Wanted};

/// The packages that cover a country of a continent.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    Ok(list(visit.read()?, visit.language, |shelves, reading| {
        let continent = reading.text("continentsCode")?;
        let known = shelves.stock.continents();
        if !known.contains(&*continent) {
            let known = known.into_iter().map(str::to_owned).collect();
            reading.complain("continentsCode", Wanted::Continent { known });
            return None;
        }
        let packages = shelves.stock.packages_on(&continent);
        Some(packages.map(|package| PackageItem::of(package, shelves.stock, shelves.language)).collect())
    }))
}
