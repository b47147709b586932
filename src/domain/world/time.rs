//! Time passes.

use super::World;
use crate::domain::moment::{Day, Moment, Zone};

/// The date that the world has reached, in the zone of its policy.
#[derive(Clone, Copy, Debug)]
pub(super) struct Today {
    pub(super) day: Day,
    /// The first moment of the next one.
    pub(super) ends: Moment,
    /// How many orders it has seen.
    pub(super) orders: u32,
}

impl Today {
    pub(super) fn of(now: Moment, zone: Zone) -> Self {
        Self { day: now.civil(zone).day, ends: now.next_midnight(zone), orders: 0 }
    }
}

impl World {
    /// Lets time pass until `now`; a moment that is already past changes nothing.
    pub(crate) fn advance_to(&mut self, now: Moment) {
        if now <= self.now {
            return;
        }
        self.now = now;
        if now >= self.today.ends {
            let today = Today::of(now, self.policy.order_date_zone);
            // Another zone may still call it the same date, or the one before: then its numbers go on.
            self.today =
                if today.day > self.today.day { today } else { Today { ends: today.ends, ..self.today } };
        }
    }
}
