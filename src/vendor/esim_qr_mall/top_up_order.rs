//! topUpOrder: `POST /package/topUpOrder`. Only its name is known: its shape is ours.

use super::orders::{PreOrdered, find};
use super::wish;
use crate::contract::endpoint::{Act, Data, Desk, Visit};
use crate::contract::fields::Reading;
use crate::domain::order::{Buyer, Esim, OrderOrdinal};
use crate::domain::refusal::{Refusal, Wanted};
use crate::domain::world::World;

/// Orders another package for an eSIM that was bought; it is paid like a pre-order, and reserves no profile.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    let reading = visit.read()?;
    let language = visit.language;
    Ok(Act::Write(Box::new(move |world, desk| {
        let partner = reading.text("partnerCode").unwrap_or_default();
        let esim_of = esim(world, desk, &reading);
        let mut reading = reading;
        if let (Ok(at), Some(id)) = (&esim_of, reading.integer("id"))
            && let Some(example) = misfit(world, *at, id)
        {
            reading.complain("id", Wanted::TopUpPackage { example });
        }
        let quote = wish::price(world, reading)?;
        let at = esim_of?;
        let account = &desk.caller.email;
        let buyer = Buyer { partner: &partner, account, mail_to: account, language };
        let order = world.top_up(quote, buyer, at)?.clone();
        Ok(Data::new(PreOrdered::of(world, &order, language)))
    })))
}

/// The paid order whose eSIM `iccid` or `orderId` names.
pub(super) fn esim(
    world: &World,
    desk: &mut Desk<'_>,
    reading: &Reading<'_>,
) -> Result<OrderOrdinal, Refusal> {
    let no_esim = |asked: &str, stage| Refusal::NoEsim { asked: asked.chars().take(40).collect(), stage };
    if let Some(iccid) = reading.text("iccid") {
        let at = world.owner_of_esim(&iccid).ok_or_else(|| no_esim(&iccid, None))?;
        let id = world.order_at(at).map_or(0, |order| order.id);
        return find(world, desk, &id.to_string());
    }
    let asked = reading.text("orderId").unwrap_or_default();
    let at = find(world, desk, &asked)?;
    let order = world.order_at(at).ok_or_else(|| no_esim(&asked, None))?;
    if !order.stage.is_paid() {
        return Err(no_esim(&asked, Some(order.stage.word())));
    }
    // A top-up is no eSIM of its own: what tops it up tops up the same one.
    Ok(match order.esim {
        Esim::New(_) => at,
        Esim::TopUpOf(base) => base,
    })
}

/// A package that would do, if the asked one cannot top this eSIM up.
fn misfit(world: &World, at: OrderOrdinal, id: i64) -> Option<u32> {
    let stock = world.stock();
    let base = stock.packages.get(&world.order_at(at)?.package)?;
    let asked = u32::try_from(id).ok().and_then(|id| stock.packages.get(&id))?;
    (!asked.tops_up(base)).then_some(base.id)
}
