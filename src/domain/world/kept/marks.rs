//! Marks of what changed. What is only ever added to is not marked: how much of it was taken tells what is new.

use serde::{Deserialize, Serialize};

use super::place::Place;
use crate::domain::world::World;

/// The marks of a world that is kept; nothing at all of one that is not. A copy of a world is nobody's to keep.
#[derive(Debug, Default)]
pub(in crate::domain::world) struct Marks(Option<Box<Marked>>);

#[derive(Debug)]
struct Marked {
    places: Vec<Place>,
    /// Whether one of them is worth a write.
    has_news: bool,
    seen: Lengths,
}

/// How much there is of what is only added to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::domain::world) struct Lengths {
    pub(in crate::domain::world) texts: u32,
    pub(in crate::domain::world) tokens: u32,
    pub(in crate::domain::world) orders: u32,
    pub(in crate::domain::world) mails: u32,
    pub(in crate::domain::world) sims: u32,
    pub(in crate::domain::world) plan_orders: u32,
    pub(in crate::domain::world) sms: u32,
    /// The first event that is kept, and the first that has not happened.
    pub(in crate::domain::world) events: (u64, u64),
}

impl Clone for Marks {
    fn clone(&self) -> Self {
        Self(None)
    }
}

#[cfg(test)]
impl PartialEq for Marks {
    /// Worlds are alike whoever keeps them.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Marks {
    /// A row has changed, is new or is gone.
    #[inline]
    pub(in crate::domain::world) fn mark(&mut self, place: impl FnOnce() -> Place) {
        if let Some(marked) = &mut self.0 {
            marked.places.push(place());
            marked.has_news = true;
        }
    }

    /// The same of something that waits for the next change.
    #[inline]
    pub(in crate::domain::world) fn mark_in_passing(&mut self, place: impl FnOnce() -> Place) {
        if let Some(marked) = &mut self.0 {
            marked.places.push(place());
        }
    }

    /// Marks from now on.
    pub(super) fn begin(&mut self, places: Vec<Place>, seen: Lengths) {
        let has_news = !places.is_empty();
        self.0 = Some(Box::new(Marked { places, has_news, seen }));
    }

    /// Whether anything is marked at all.
    pub(super) fn are_made(&self) -> bool {
        self.0.is_some()
    }

    /// All places that are to be written, in their order; `None` if nothing is worth it. They are not marked any more.
    pub(super) fn take(&mut self, now: Lengths) -> Option<Vec<Place>> {
        let marked = self.0.as_mut().filter(|marked| marked.has_news || marked.seen != now)?;
        let mut places = std::mem::take(&mut marked.places);
        let seen = std::mem::replace(&mut marked.seen, now);
        marked.has_news = false;
        places.push(Place::Head);
        places.extend((seen.texts..now.texts).map(Place::Text));
        places.extend((seen.tokens..now.tokens).map(Place::Token));
        places.extend((seen.orders..now.orders).map(Place::Order));
        places.extend((seen.mails..now.mails).map(Place::Mail));
        places.extend((seen.sims..now.sims).map(Place::Sim));
        places.extend((seen.plan_orders..now.plan_orders).map(Place::PlanOrder));
        places.extend((seen.sms..now.sms).map(Place::Sms));
        let forgotten = seen.events.0..now.events.0.min(seen.events.1);
        places.extend(forgotten.chain(now.events.0.max(seen.events.1)..now.events.1).map(Place::SimEvent));
        places.sort_unstable();
        places.dedup();
        Some(places)
    }
}

impl Lengths {
    pub(super) fn of(world: &World) -> Self {
        let small = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let from = world.forgotten_sim_events();
        let (sims, events) = world.fleet_lengths();
        Self {
            texts: small(world.texts.len()),
            tokens: small(world.tokens.len()),
            orders: small(world.orders.len()),
            mails: small(world.outbox.len()),
            sims: small(sims),
            plan_orders: small(world.plan_order_count()),
            sms: small(world.sms_count()),
            events: (from, from + events),
        }
    }
}
