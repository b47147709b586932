//! Texts to SIMs and from them.

use super::{Place, World};
use crate::domain::dice::Kind;
use crate::domain::moment::{Moment, Span};
use crate::domain::refusal::Refusal;
use crate::domain::sim::choices::SmsWindow;
use crate::domain::sim::event::{Happening, Message};
use crate::domain::sim::refusal::SimRefusal;
use crate::domain::sim::sms::{Outcome, Sms, SmsOrdinal};
use crate::domain::sim::{Life, SimOrdinal};
use crate::domain::world::time::{Timer, What};

/// Most texts that a session keeps.
const MOST_TEXTS: usize = 10_000;
/// Most characters, or bytes, of a text. Ours: four of the usual parts.
const LONGEST: usize = 640;
/// What arrives so long after a text to a SIM counts as coming from it: documented.
const WINDOW: i64 = 24 * 3_600_000;

impl World {
    /// Takes a text to a SIM. Its outcome is told some seconds later.
    pub(crate) fn send_sms(&mut self, partner: &str, iccid: &str, text: &str) -> Result<SmsOrdinal, Refusal> {
        self.wake_fleet();
        let sim = self.own_sim(partner, iccid)?;
        has_length(text.chars().count())?;
        let (has_sms, life) = (self.sim(sim).is_some_and(|sim| sim.has_sms), self.sim_life(sim));
        if !has_sms || life == Life::Terminated {
            return Err(SimRefusal::NoSms { sim: self.iccid_of(sim), life }.into());
        }
        let count = self.sms_count();
        if count >= MOST_TEXTS {
            return Err(SimRefusal::Full { of: "texts", limit: MOST_TEXTS }.into());
        }
        let at = SmsOrdinal(u32::try_from(count).unwrap_or(u32::MAX));
        // Two to nine seconds.
        let takes = 2_000 + self.seed.draw(Kind::SmsDelay, u64::from(at.0)).below(7_000);
        let due = Span::from_millis(takes).and_then(|takes| self.now.plus(takes)).unwrap_or(Moment::LAST);
        let sent = self.now;
        if let Some(fleet) = self.fleet() {
            fleet.texts.push(Sms { sim, text: text.into(), sent, due, outcome: None });
        }
        if let Some(state) = self.sim_state_mut(sim) {
            state.last_downlink = Some(sent);
        }
        self.at(due, Timer::Sms(at));
        Ok(at)
    }

    /// A text comes from a SIM. Outside of the 24 hours after one to it, it is not the vendor's to tell.
    pub(crate) fn receive_sms(&mut self, sim: SimOrdinal, message: Message) -> Result<(), Refusal> {
        self.wake_fleet();
        has_length(match &message {
            Message::Text(text) => text.chars().count(),
            Message::Binary(bytes) => bytes.len(),
        })?;
        let life = self.sim_life(sim);
        let is_off = matches!(life, Life::Terminated | Life::Expired | Life::Paused);
        if is_off || !self.sim(sim).is_some_and(|sim| sim.has_sms) {
            return Err(SimRefusal::NoSms { sim: self.iccid_of(sim), life }.into());
        }
        let last = self.sim_state(sim).and_then(|state| state.last_downlink);
        let is_within = last.is_some_and(|last| self.now.millis() - last.millis() <= WINDOW);
        if self.policy.sms_window == SmsWindow::Enforced && !is_within {
            return Err(SimRefusal::OutsideWindow { sim: self.iccid_of(sim), last }.into());
        }
        self.happen(sim, Happening::Uplink { message });
        Ok(())
    }

    /// A text to a SIM.
    pub(crate) fn sms(&self, at: SmsOrdinal) -> Option<&Sms> {
        self.sims.as_ref()?.texts.get(usize::try_from(at.0).ok()?)
    }

    /// How many texts to SIMs were taken.
    pub(crate) fn sms_count(&self) -> usize {
        self.sims.as_ref().map_or(0, |sims| sims.texts.len())
    }

    /// A text's time has come.
    pub(in crate::domain::world) fn sms_is_due(&mut self, at: SmsOrdinal) {
        let Some(sim) = self.sms(at).map(|sms| sms.sim) else { return };
        let outcome = match self.sim_life(sim) {
            Life::PreActivation | Life::Activation | Life::PreDeactivation => Outcome::Delivered,
            Life::Paused | Life::Expired | Life::Terminated => Outcome::Failed,
        };
        let place = usize::try_from(at.0).unwrap_or(usize::MAX);
        self.marks.mark(|| Place::Sms(at.0));
        if let Some(sms) = self.fleet().and_then(|fleet| fleet.texts.get_mut(place)) {
            sms.outcome = Some(outcome);
        }
        self.happen(sim, Happening::Downlink { sms: at, outcome });
        self.fire(What::SmsSettled(at));
    }
}

fn has_length(length: usize) -> Result<(), Refusal> {
    if (1..=LONGEST).contains(&length) {
        return Ok(());
    }
    Err(SimRefusal::WrongText { longest: LONGEST }.into())
}
