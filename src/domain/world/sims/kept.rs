//! The rows of a fleet that is awake. Those that sleep have none: they wake as they would have.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::wake::names_of;
use super::{Place, SimState, Sims, World};
use crate::domain::moment::Moment;
use crate::domain::sim::event::SimEvent;
use crate::domain::sim::fleet::Roster;
use crate::domain::sim::order::{PlanOrder, PlanOrderOrdinal};
use crate::domain::sim::sms::Sms;
use crate::domain::world::kept::marks::Lengths;
use crate::domain::world::kept::{Damaged, follows, get, put};

/// What has become of a SIM, but for what its orders tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct SimRow {
    idle_since: Option<Moment>,
    gone: Option<Moment>,
    last_downlink: Option<Moment>,
    imsi_loads: u32,
}

/// What has been read of a fleet so far.
#[derive(Default)]
pub(in crate::domain::world) struct FleetRows {
    sims: Vec<(u32, SimRow)>,
    orders: Vec<PlanOrder>,
    texts: Vec<Sms>,
    events: VecDeque<SimEvent>,
    events_from: u64,
}

impl World {
    /// How many SIMs are awake, and how many events are kept.
    pub(in crate::domain::world) fn fleet_lengths(&self) -> (usize, u64) {
        self.sims
            .as_ref()
            .map_or((0, 0), |sims| (sims.sims.len(), u64::try_from(sims.events.len()).unwrap_or(u64::MAX)))
    }
}

impl Sims {
    /// Writes what there is at a place; `None` if there is nothing, or nothing worth a row.
    pub(in crate::domain::world) fn write(&self, place: &Place, to: &mut Vec<u8>) -> Option<()> {
        match place {
            Place::Sim(at) => {
                let row = SimRow::of(self.sims.get(usize::try_from(*at).ok()?)?);
                put(Some(row).as_ref().filter(|row| **row != SimRow::default())?, to)
            }
            Place::PlanOrder(at) => put(self.orders.get(usize::try_from(*at).ok()?)?, to),
            Place::Sms(at) => put(self.texts.get(usize::try_from(*at).ok()?)?, to),
            Place::SimEvent(at) => {
                put(self.events.get(usize::try_from(at.checked_sub(self.events_from)?).ok()?)?, to)
            }
            _ => None,
        }
    }
}

impl SimRow {
    fn of(state: &SimState) -> Self {
        let SimState { orders: _, standing: _, idle_since, gone, last_downlink, imsi_loads } = *state;
        Self { idle_since, gone, last_downlink, imsi_loads }
    }
}

impl FleetRows {
    /// Takes a row in, or says what is wrong with it.
    pub(in crate::domain::world) fn put(&mut self, place: &Place, value: &[u8]) -> Result<(), &'static str> {
        match place {
            Place::Sim(at) => self.sims.push((*at, get(value)?)),
            Place::PlanOrder(at) => {
                follows(*at, self.orders.len())?;
                self.orders.push(get(value)?);
            }
            Place::Sms(at) => {
                follows(*at, self.texts.len())?;
                self.texts.push(get(value)?);
            }
            Place::SimEvent(at) => {
                if self.events.is_empty() {
                    self.events_from = *at;
                }
                let place = at - self.events_from;
                follows(u32::try_from(place).unwrap_or(u32::MAX), self.events.len())?;
                self.events.push_back(get(value)?);
            }
            _ => return Err("it is no row of a fleet"),
        }
        Ok(())
    }

    /// How much there is.
    pub(in crate::domain::world) fn lengths(&self) -> Lengths {
        let small = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let events = u64::try_from(self.events.len()).unwrap_or(u64::MAX);
        Lengths {
            plan_orders: small(self.orders.len()),
            sms: small(self.texts.len()),
            events: (self.events_from, self.events_from.saturating_add(events)),
            ..Lengths::default()
        }
    }

    /// The fleet, or what does not fit to what is known of its SIMs and plans.
    pub(in crate::domain::world) fn finish(
        self,
        roster: Arc<Roster>,
        events_from: u64,
    ) -> Result<Sims, Damaged> {
        let no_sim = |place: Place| Damaged::new(&place, "it is of a SIM or a plan that there is not");
        let mut sims = vec![SimState::default(); roster.sims.len()];
        for (at, SimRow { idle_since, gone, last_downlink, imsi_loads }) in self.sims {
            let state = usize::try_from(at).ok().and_then(|at| sims.get_mut(at));
            *state.ok_or_else(|| no_sim(Place::Sim(at)))? =
                SimState { idle_since, gone, last_downlink, imsi_loads, ..SimState::default() };
        }
        for (at, order) in (0..).zip(&self.orders) {
            let state = usize::try_from(order.sim.0).ok().and_then(|at| sims.get_mut(at));
            let state = state.filter(|_| roster.plan(order.plan).is_some());
            let state = state.ok_or_else(|| no_sim(Place::PlanOrder(at)))?;
            state.orders.push(PlanOrderOrdinal(at));
            state.standing.find(PlanOrderOrdinal(at), order);
        }
        if let Some((at, _)) = (0..).zip(&self.texts).find(|(_, sms)| roster.sim(sms.sim).is_none()) {
            return Err(no_sim(Place::Sms(at)));
        }
        let mut events = (events_from..).zip(&self.events);
        if let Some((at, _)) = events.find(|(_, event)| roster.sim(event.sim).is_none()) {
            return Err(no_sim(Place::SimEvent(at)));
        }
        let (named, names) = names_of(&roster);
        let Self { orders, texts, events, .. } = self;
        Ok(Sims { roster, sims, orders, named, names, texts, events, events_from })
    }
}
