//! selectTopUpList: `POST /package/selectTopUpList`. Only its name is known: its shape is ours.

use super::items::PackageItem;
use super::top_up_order::esim;
use crate::contract::endpoint::{Act, Data, Visit};
use crate::domain::refusal::Refusal;

/// The packages that can be bought for an eSIM.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    let reading = visit.read()?;
    if !reading.is_clean() {
        return Err(Refusal::BadFields(reading.into_complaints()));
    }
    let language = visit.language;
    Ok(Act::Read(Box::new(move |world, desk| {
        let at = esim(world, desk, &reading)?;
        let stock = world.stock();
        let base = world.order_at(at).and_then(|order| stock.packages.get(&order.package));
        let packages = base.into_iter().flat_map(|base| stock.top_ups_for(base));
        let items: Vec<_> = packages.map(|package| PackageItem::of(package, stock, language)).collect();
        Ok(Data::new(items))
    })))
}
