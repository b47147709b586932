//! Looking at a session, and changing its world from outside of a call.

use std::net::SocketAddr;
use std::sync::Arc;

use super::backlog::Backlog;
use super::bell::Ring;
use super::core::Core;
use super::journal::Exchange;
use super::session::Session;
use super::view::{MailView, OrderView};
use crate::domain::moment::Moment;
use crate::domain::policy::Cors;
use crate::domain::world::World;

impl Session {
    /// Looks at the world, after time has passed until `real`.
    pub(crate) fn look<T>(&self, real: Moment, look: impl FnOnce(&World) -> T) -> T {
        self.look_at_core(real, |core| look(&core.world))
    }

    /// Whether it sold the order of this id or number, or the eSIM of this ICCID. No time passes for it by being asked.
    pub(crate) fn has_sold(&self, what: &str) -> bool {
        let core = self.core.lock();
        core.world.find_order(what).or_else(|| core.world.owner_of_esim(what)).is_some()
    }

    /// Looks at all that stands under the lock, after time has passed until `real`.
    pub(super) fn look_at_core<T>(&self, real: Moment, look: impl FnOnce(&Core) -> T) -> T {
        let mut backlog = Backlog::default();
        let seen = look(&self.now(real, &mut backlog));
        self.work_off(backlog);
        seen
    }

    /// All orders, oldest first.
    pub(crate) fn orders(&self, real: Moment) -> Vec<OrderView> {
        self.pages(real, OrderView::page)
    }

    /// All mails, oldest first.
    pub(crate) fn mails(&self, real: Moment) -> Vec<MailView> {
        self.pages(real, MailView::page)
    }

    /// All of something.
    fn pages<T>(&self, real: Moment, page: fn(&World, usize, usize) -> Vec<T>) -> Vec<T> {
        let mut all = Vec::new();
        self.each(real, page, |one| all.push(one));
        all
    }

    /// Sees all of something one by one, oldest first, without ever having all of it at hand. The lock is let go between pages, so
    /// that calls do not wait for a long list.
    pub(super) fn each<T>(
        &self,
        real: Moment,
        page: fn(&World, usize, usize) -> Vec<T>,
        mut see: impl FnMut(T),
    ) {
        const PAGE: usize = 500;
        let mut seen = 0;
        loop {
            let next = self.look(real, |world| page(world, seen, PAGE));
            let is_last = next.len() < PAGE;
            seen += next.len();
            next.into_iter().for_each(&mut see);
            if is_last {
                return;
            }
        }
    }

    /// Changes the world, after time has passed until `real`.
    pub(crate) fn change<T>(&self, real: Moment, change: impl FnOnce(&mut World) -> T) -> T {
        let mut backlog = Backlog::default();
        let changed = {
            let mut core = self.now(real, &mut backlog);
            core.mark();
            let changed = change(&mut core.world);
            self.attend(&mut core, &mut backlog);
            self.set_alarm(&mut core, real);
            changed
        };
        self.work_off(backlog);
        // A change is news for whoever waits for one.
        self.grown.ring();
        changed
    }

    /// Whether web pages of other origins may call it.
    pub(crate) fn is_cors_on(&self) -> bool {
        self.core.lock().world.policy().cors == Cors::On
    }

    /// How many orders and turns it has.
    pub(crate) fn counts(&self) -> (usize, u64) {
        let core = self.core.lock();
        (core.world.orders().len(), core.turn)
    }

    /// The address of a port of its own, if it has one.
    pub(crate) fn port(&self) -> Option<SocketAddr> {
        *self.port.lock()
    }

    /// It has a port of its own from now on.
    pub(crate) fn set_port(&self, address: SocketAddr) {
        *self.port.lock() = Some(address);
        if let Some(outlet) = &self.shared.outlet {
            outlet.ports.add(address.port());
        }
    }

    /// The next growth of its journal, or the end of its epoch.
    pub(crate) fn next_growth(&self) -> Ring {
        self.grown.next()
    }

    /// Its end.
    pub(crate) fn next_end(&self) -> Ring {
        self.ended.next()
    }

    /// Forgets the journal; the world stays.
    pub(crate) fn clear_journal(&self) {
        let old = self.journal.lock().clear();
        drop(old);
    }

    /// The kept exchanges, oldest first, and how many fell out.
    pub(crate) fn journal(&self) -> (Vec<Arc<Exchange>>, u64) {
        let journal = self.journal.lock();
        (journal.entries(), journal.dropped())
    }
}
