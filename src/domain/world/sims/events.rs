//! What happened to SIMs, kept for whoever tells the partner's server.

use super::World;
use crate::domain::sim::SimOrdinal;
use crate::domain::sim::event::{Change, EventOrdinal, Happening, SimEvent};
use crate::domain::sim::order::PlanOrderOrdinal;
use crate::domain::world::Notice;

/// Most events that a session keeps. Whoever delivers them takes each as it is noticed, so older ones are for looking at only.
const MOST_EVENTS: usize = 10_000;

impl World {
    /// The event with this number; `None` if it was forgotten.
    pub(crate) fn sim_event(&self, at: EventOrdinal) -> Option<&SimEvent> {
        let sims = self.sims.as_ref()?;
        sims.events.get(usize::try_from(at.0.checked_sub(sims.events_from)?).ok()?)
    }

    /// All events that are kept, with their numbers, oldest first.
    pub(crate) fn sim_events(&self) -> impl DoubleEndedIterator<Item = (EventOrdinal, &SimEvent)> {
        let from = self.forgotten_sim_events();
        let events = self.sims.iter().flat_map(|sims| sims.events.iter().enumerate());
        events.map(move |(at, event)| (EventOrdinal(from + u64::try_from(at).unwrap_or(0)), event))
    }

    /// How many older ones were forgotten.
    pub(crate) fn forgotten_sim_events(&self) -> u64 {
        self.sims.as_ref().map_or(0, |sims| sims.events_from)
    }

    /// Tells of something that did not happen, as the vendor's staff can: nothing but the telling is done.
    pub(crate) fn announce(&mut self, sim: SimOrdinal, what: Happening) -> Option<EventOrdinal> {
        self.happen(sim, what);
        self.sim_events().next_back().map(|(at, _)| at)
    }

    /// Something happened to a SIM.
    pub(super) fn happen(&mut self, sim: SimOrdinal, what: Happening) {
        let at = self.now;
        let Some(sims) = self.fleet() else { return };
        if sims.events.len() >= MOST_EVENTS {
            sims.events.pop_front();
            sims.events_from += 1;
        }
        let ordinal = sims.events_from + u64::try_from(sims.events.len()).unwrap_or(0);
        sims.events.push_back(SimEvent { at, sim, what });
        self.notices.push(Notice::Sim(EventOrdinal(ordinal)));
    }

    /// An order changed.
    pub(super) fn tell(&mut self, order: PlanOrderOrdinal, change: Change) {
        if let Some(sim) = self.plan_order(order).map(|order| order.sim) {
            self.happen(sim, Happening::Order { order, change });
        }
    }
}
