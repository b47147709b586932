//! The SIMs of a world. They sleep until somebody looks: a session that never asks for a SIM pays for none.
//!
//! Verbs that change something wake them. Whoever only reads calls [`World::wake_fleet`] first: a sleeping fleet shows no SIM.

mod admin;
mod change;
mod events;
mod kept;
pub(crate) mod look;
pub(crate) mod order;
mod sms;
mod standing;
#[cfg(test)]
mod tests;
mod timing;
pub(crate) mod usage;
mod wake;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::{Place, World};
use crate::domain::moment::Moment;
use crate::domain::refusal::Refusal;
use crate::domain::sim::event::SimEvent;
use crate::domain::sim::fleet::Roster;
use crate::domain::sim::order::{PlanOrder, PlanOrderOrdinal};
use crate::domain::sim::refusal::SimRefusal;
use crate::domain::sim::sms::Sms;
use crate::domain::sim::{Life, Sim, SimOrdinal};
use standing::Standing;

pub(super) use kept::FleetRows;

const DAY: i64 = 86_400_000;

type ByName = BTreeMap<Arc<str>, PlanOrderOrdinal>;
type Names = BTreeMap<PlanOrderOrdinal, Arc<str>>;

/// The fleet of a session that is awake.
#[derive(Clone, Debug)]
#[cfg_attr(test, derive(PartialEq))]
pub(super) struct Sims {
    roster: Arc<Roster>,
    sims: Vec<SimState>,
    orders: Vec<PlanOrder>,
    /// Orders whose ids are not made like those of a session.
    named: ByName,
    names: Names,
    texts: Vec<Sms>,
    events: VecDeque<SimEvent>,
    /// Events before this one have been forgotten.
    events_from: u64,
}

/// What has become of a SIM.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(PartialEq))]
struct SimState {
    orders: Vec<PlanOrderOrdinal>,
    /// Those that run.
    standing: Standing,
    /// When its last order was over, if none runs.
    idle_since: Option<Moment>,
    /// When it was gone for good, if it was so before its time.
    gone: Option<Moment>,
    last_downlink: Option<Moment>,
    imsi_loads: u32,
}

impl World {
    /// Whether the SIMs are awake.
    pub(crate) fn is_fleet_awake(&self) -> bool {
        self.sims.is_some()
    }

    /// Plans and SIMs, as the world began with them.
    pub(crate) fn roster(&self) -> &Roster {
        self.sims.as_ref().map_or_else(|| self.stock.fleet.roster(), |sims| &sims.roster)
    }

    /// The SIM with this ICCID.
    pub(crate) fn find_sim(&self, iccid: &str) -> Option<SimOrdinal> {
        self.sims.as_ref()?.roster.find_sim(iccid)
    }

    /// A SIM as the world began with it.
    pub(crate) fn sim(&self, at: SimOrdinal) -> Option<&Sim> {
        self.sims.as_ref()?.roster.sim(at)
    }

    /// How far a SIM has come in its life.
    pub(crate) fn sim_life(&self, at: SimOrdinal) -> Life {
        let Some(state) = self.sim_state(at).filter(|state| state.gone.is_none()) else {
            return Life::Terminated;
        };
        if state.standing.has_in_use() {
            return Life::Activation;
        }
        if state.standing.has_paused() {
            return Life::Paused;
        }
        let Some(since) = state.idle_since else { return Life::PreActivation };
        match (self.now.millis() - since.millis()) / DAY {
            days if days < Life::GRACE[0] => Life::PreDeactivation,
            days if days < Life::GRACE[1] => Life::Expired,
            _ => Life::Terminated,
        }
    }

    /// The orders of a SIM, oldest first.
    pub(crate) fn orders_of_sim(&self, at: SimOrdinal) -> &[PlanOrderOrdinal] {
        self.sim_state(at).map_or(&[], |state| &state.orders)
    }

    /// How often an IMSI was loaded once more.
    pub(crate) fn imsi_loads(&self, at: SimOrdinal) -> u32 {
        self.sim_state(at).map_or(0, |state| state.imsi_loads)
    }

    /// An order.
    pub(crate) fn plan_order(&self, at: PlanOrderOrdinal) -> Option<&PlanOrder> {
        self.sims.as_ref()?.orders.get(usize::try_from(at.0).ok()?)
    }

    /// How many orders there are, those of the beginning among them.
    pub(crate) fn plan_order_count(&self) -> usize {
        self.sims.as_ref().map_or(0, |sims| sims.orders.len())
    }

    /// How many were made since the beginning.
    pub(in crate::domain::world) fn plan_orders_made(&self) -> usize {
        self.sims.as_ref().map_or(0, |sims| sims.orders.len() - sims.roster.orders.len())
    }

    fn sim_state(&self, at: SimOrdinal) -> Option<&SimState> {
        self.sims.as_ref()?.sims.get(usize::try_from(at.0).ok()?)
    }

    /// The fleet, awake and to be changed.
    fn fleet(&mut self) -> Option<&mut Sims> {
        self.wake_fleet();
        self.sims.as_mut().map(Arc::make_mut)
    }

    fn sim_state_mut(&mut self, at: SimOrdinal) -> Option<&mut SimState> {
        self.marks.mark(|| Place::Sim(at.0));
        self.fleet()?.sims.get_mut(usize::try_from(at.0).ok()?)
    }

    fn plan_order_mut(&mut self, at: PlanOrderOrdinal) -> Option<&mut PlanOrder> {
        self.marks.mark(|| Place::PlanOrder(at.0));
        self.fleet()?.orders.get_mut(usize::try_from(at.0).ok()?)
    }

    /// An order whose status has been changed; `None` if there is no such order.
    fn restated(&mut self, at: PlanOrderOrdinal, change: impl FnOnce(&mut PlanOrder)) -> Option<&PlanOrder> {
        self.fleet()?.restate(at, change);
        self.marks.mark(|| Place::PlanOrder(at.0));
        self.plan_order(at)
    }

    /// A partner's SIM.
    fn own_sim(&self, partner: &str, iccid: &str) -> Result<SimOrdinal, Refusal> {
        let asked = || clip(iccid);
        let at = self.find_sim(iccid).ok_or_else(|| SimRefusal::UnknownSim { asked: asked() })?;
        match self.sim(at) {
            Some(sim) if *sim.partner == *partner => Ok(at),
            Some(_) | None => Err(SimRefusal::SimOfAnotherPartner { asked: asked() }.into()),
        }
    }

    /// A partner's order.
    fn own_order(&self, partner: &str, id: &str) -> Result<PlanOrderOrdinal, Refusal> {
        let asked = || clip(id);
        let at = self.find_plan_order(id).ok_or_else(|| SimRefusal::UnknownPlanOrder { asked: asked() })?;
        match self.plan_order(at).and_then(|order| self.sim(order.sim)) {
            Some(sim) if *sim.partner == *partner => Ok(at),
            Some(_) | None => Err(SimRefusal::PlanOrderOfAnotherPartner { asked: asked() }.into()),
        }
    }

    fn iccid_of(&self, at: SimOrdinal) -> Arc<str> {
        self.sim(at).map_or_else(|| "".into(), |sim| Arc::clone(&sim.iccid))
    }
}

/// What was sent, short enough to be shown.
fn clip(text: &str) -> String {
    text.chars().take(64).collect()
}
