//! selectContinentsCode: `POST /package/selectContinentsCode`

use super::browsing::list;
use super::items::ContinentItem;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;

/// The continents on which something can be bought.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    Ok(list(visit.read()?, visit.language, |shelves, _| {
        let codes = shelves.stock.continents().into_iter();
        Some(codes.map(|code| ContinentItem::of(code, shelves.language)).collect())
    }))
}
