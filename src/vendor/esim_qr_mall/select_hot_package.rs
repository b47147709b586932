//! selectHotPackage: `POST /package/selectHotPackage`

use super::browsing::list;
use super::items::PackageItem;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;

/// The packages that sell best, the best first.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    Ok(list(visit.read()?, visit.language, |shelves, _| {
        let best = shelves.stock.best_sellers().into_iter();
        Some(best.map(|package| PackageItem::of(package, shelves.stock, shelves.language)).collect())
    }))
}
