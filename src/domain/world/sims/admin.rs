//! What the vendor's staff does, not the partner: by the control API only.

use super::World;
use crate::domain::refusal::Refusal;
use crate::domain::sim::SimOrdinal;
use crate::domain::sim::event::Change;
use crate::domain::sim::order::{Act, PlanOrder, PlanOrderOrdinal, Status};
use crate::domain::sim::refusal::SimRefusal;

impl World {
    /// Takes cycles from an order that have not begun (1010).
    pub(crate) fn reduce_cycles(&mut self, at: PlanOrderOrdinal, by: u16) -> Result<(), Refusal> {
        self.wake_fleet();
        self.takes(at, Act::Reduce)?;
        let Some(order) = self.plan_order(at) else { return Ok(()) };
        let left = order.periods.saturating_sub(order.begun(self.now).max(1));
        if by == 0 || by > left {
            return Err(SimRefusal::CyclesBegun { left }.into());
        }
        self.set_periods(at, |before| before.saturating_sub(by));
        self.tell(at, Change::CyclesReduced);
        Ok(())
    }

    /// Lets the SIM of an order in use load its IMSI once more (1012).
    pub(crate) fn download_imsi(&mut self, at: PlanOrderOrdinal) -> Result<(), Refusal> {
        self.wake_fleet();
        self.takes(at, Act::DownloadImsi)?;
        let Some(sim) = self.plan_order(at).map(|order| order.sim) else { return Ok(()) };
        if !self.sim(sim).is_some_and(|sim| sim.is_ota) {
            return Err(SimRefusal::NotOta { what: self.iccid_of(sim) }.into());
        }
        if let Some(state) = self.sim_state_mut(sim) {
            state.imsi_loads = state.imsi_loads.saturating_add(1);
        }
        self.tell(at, Change::ImsiDownloaded);
        Ok(())
    }

    /// A SIM is gone for good: what runs on it ends early, what waits is cancelled.
    pub(crate) fn terminate_sim(&mut self, sim: SimOrdinal) -> Result<(), Refusal> {
        self.wake_fleet();
        self.is_alive(sim)?;
        for at in self.orders_of_sim(sim).to_vec() {
            let is_running = self.plan_order(at).is_some_and(PlanOrder::is_running);
            if is_running {
                self.close(at, Status::Ended);
                self.tell(at, Change::EndedEarly);
            } else if self.takes(at, Act::Cancel).is_ok() {
                self.close(at, Status::Cancelled);
                self.tell(at, Change::Cancelled);
            }
        }
        let now = self.now;
        if let Some(state) = self.sim_state_mut(sim) {
            state.gone = Some(now);
        }
        Ok(())
    }
}
