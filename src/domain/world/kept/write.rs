//! Rows are written: what a world has at a place.

use serde::Serialize;

use super::head::{Birth, Head};
use super::holders;
use super::place::Place;
use super::rows::Rows;
use crate::domain::mail::MailOrdinal;
use crate::domain::order::OrderOrdinal;
use crate::domain::profile::ProfileOrdinal;
use crate::domain::stage::STAGES;
use crate::domain::world::{Symbol, World};

/// The rows at these places.
pub(super) fn rows(world: &World, places: &[Place]) -> Rows {
    let mut rows = Rows::default();
    for place in places {
        rows.push(|key| place.write(key), |value| write(world, place, value).is_some());
        // A SIM to which nothing has happened has no row, and none that could go.
        if matches!(place, Place::Sim(_)) {
            rows.forget_if_gone();
        }
    }
    rows
}

/// The places of all that is not only added to.
pub(super) fn all(world: &World) -> Vec<Place> {
    let mut places = vec![Place::Birth, Place::Policy];
    places.extend(world.own_packages.iter().copied().map(Place::Package));
    places.extend(world.accounts.own.keys().cloned().map(Place::Account));
    places.extend(world.accounts.codes.keys().cloned().map(Place::Code));
    places.extend(world.past.keys().map(|order| Place::Past(order.0)));
    for (order, paid) in &world.top_ups {
        places.extend((0..).zip(paid).map(|(nth, _)| Place::TopUp(order.0, nth)));
    }
    places.extend(world.unpaid_polls.keys().map(|order| Place::Polls(order.0)));
    let told = holders::by_orders(&world.orders, world.pool.known());
    let profiles = (0..).zip(told).filter(|(at, told)| !world.pool.is_as_told(ProfileOrdinal(*at), *told));
    places.extend(profiles.map(|(at, _)| Place::Profile(at)));
    places.extend(world.timers.keys().map(|(moment, nth)| Place::Timer(*moment, *nth)));
    places
}

/// Writes what a world has at a place; `None` if it has nothing there.
fn write(world: &World, place: &Place, to: &mut Vec<u8>) -> Option<()> {
    match place {
        Place::Birth => put(&Birth::of(world), to),
        Place::Head => put(&Head::of(world), to),
        Place::Policy => put(&world.policy, to),
        Place::Package(id) => put(world.stock.packages.get(id)?, to),
        Place::Account(key) => put(world.accounts.own.get(key)?, to),
        Place::Code(key) => put(world.accounts.codes.get(key)?, to),
        Place::Text(at) => {
            to.extend_from_slice(world.texts.get(Symbol(*at)).as_bytes());
            Some(())
        }
        Place::Token(at) => put(world.tokens.get(usize::try_from(*at).ok()?)?, to),
        Place::Order(at) => put(world.order_at(OrderOrdinal(*at))?, to),
        Place::Past(at) => {
            let past = world.past.get(&OrderOrdinal(*at))?.iter();
            let number = |word| STAGES.iter().position(|known| *known == word).unwrap_or_default();
            let steps: Vec<_> = past.map(|(since, word)| (*since, number(*word))).collect();
            put(&steps, to)
        }
        Place::TopUp(order, nth) => {
            put(world.top_ups.get(&OrderOrdinal(*order))?.get(usize::try_from(*nth).ok()?)?, to)
        }
        Place::Polls(at) => put(world.unpaid_polls.get(&OrderOrdinal(*at))?, to),
        Place::Profile(at) => put(&world.pool.row(ProfileOrdinal(*at))?, to),
        Place::Mail(at) => put(world.mail(MailOrdinal(*at))?, to),
        Place::Timer(moment, nth) => put(world.timers.get(&(*moment, *nth))?, to),
        Place::Sim(_) | Place::PlanOrder(_) | Place::Sms(_) | Place::SimEvent(_) => {
            world.sims.as_ref()?.write(place, to)
        }
    }
}

/// Puts a value at the end of what is there.
pub(in crate::domain::world) fn put(value: &impl Serialize, to: &mut Vec<u8>) -> Option<()> {
    struct End<'a>(&'a mut Vec<u8>);
    impl Extend<u8> for End<'_> {
        fn extend<T: IntoIterator<Item = u8>>(&mut self, bytes: T) {
            self.0.extend(bytes);
        }
    }
    // Only what does not know its own length could not be written; everything of ours does.
    postcard::to_extend(value, End(to)).ok().map(|_| ())
}
