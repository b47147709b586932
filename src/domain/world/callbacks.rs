//! When callbacks are due: the world keeps the moments, so that they pass in their order; what is sent is not its business.

use super::notice::Notice;
use super::time::{Timer, What};
use super::{Place, World};
use crate::domain::moment::Moment;

impl World {
    /// The callback of this number is due at a moment. What that stands under, for whoever takes it back.
    pub(crate) fn call_back_at(&mut self, moment: Moment, number: u64) -> (Moment, u64) {
        self.at(moment, Timer::Callback(number))
    }

    /// It is due no more: what it stood under says which.
    pub(crate) fn forget_callback(&mut self, timer: (Moment, u64)) {
        self.take_timer(timer);
    }

    /// The event of this number, which somebody ordered, is told at a moment.
    pub(crate) fn emit_at(&mut self, moment: Moment, number: u64) {
        self.at(moment, Timer::Emission(number));
    }

    /// Forgets all callbacks that are due: this world is a copy, and nobody sends for it what belongs to another.
    pub(crate) fn forget_callbacks(&mut self) {
        self.forget(|timer| matches!(timer, Timer::Callback(_) | Timer::Emission(_)));
    }

    /// Forgets the events that were to be told later: what they were is known to whoever ordered them, and he is gone.
    pub(crate) fn forget_emissions(&mut self) {
        self.forget(|timer| matches!(timer, Timer::Emission(_)));
    }

    fn forget(&mut self, which: impl Fn(&Timer) -> bool) {
        let marks = &mut self.marks;
        self.timers.retain(|(moment, nth), timer| {
            let stays = !which(timer);
            if !stays {
                marks.mark(|| Place::Timer(*moment, *nth));
            }
            stays
        });
    }

    pub(super) fn callback_is_due(&mut self, number: u64) {
        self.notices.push(Notice::Callback(number));
        self.fire(What::CallbackDue(number));
    }

    pub(super) fn emission_is_due(&mut self, number: u64) {
        self.notices.push(Notice::Emission(number));
        self.fire(What::EmissionDue(number));
    }
}
