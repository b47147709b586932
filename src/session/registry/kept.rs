//! What becomes of all sessions when a folder is opened, when it fails, and when it is closed.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};

use parking_lot::{Mutex, RwLock};

use super::{Book, DEFAULT, Gate, Held, Place, Plan, Registry, Shared, Sweeper};
use crate::domain::moment::Moment;
use crate::session::keeping::reading::{Contents, Restored};
use crate::store::{Batch, Store, Trouble, Written};

impl Registry {
    /// A registry that holds the default session, and those that were kept.
    pub(crate) fn new(plan: Plan, kept: Contents, real: Moment) -> Self {
        let Contents { mut sessions, gone } = kept;
        let default = sessions.iter().position(|session| session.name == DEFAULT);
        let default = match default.map(|at| sessions.swap_remove(at)) {
            Some(restored) => plan.open_again(restored, real),
            None => {
                let made = plan.open(DEFAULT.to_owned(), plan.seed, plan.script(), 1, real);
                made.begin_keeping(Place::default(), Batch::default());
                made
            }
        };
        let registry = Self(Arc::new(Shared {
            plan,
            default,
            shards: std::array::from_fn(|_| RwLock::default()),
            live: AtomicUsize::new(0),
            made_up: AtomicU64::new(0),
            gone: Mutex::new(gone),
            claims: Book::default(),
            sweeper: Sweeper::default(),
            gate: Gate::default(),
        }));
        for restored in sessions {
            registry.put_back(restored, real);
        }
        registry
    }

    /// A session that was kept lives again; its time of being idle begins anew.
    pub(super) fn put_back(&self, restored: Restored, real: Moment) {
        let shared = &self.0;
        let (name, place) = (restored.name.clone(), restored.place.clone());
        let session = shared.plan.open_again(restored, real);
        // They were each other's before the restart, so none of them can be taken.
        let _ = shared.claims.enter(&name, &place.claims);
        let idle = place.idle.unwrap_or(shared.plan.idle);
        let held = Held { session, idle, last_used: AtomicI64::new(real.millis()) };
        shared.live.fetch_add(1, Ordering::Relaxed);
        self.shard(&name).write().insert(name, held);
    }

    /// Lets all sessions go on after a restart.
    pub(crate) fn resume(&self, real: Moment) {
        if self.0.plan.shared.store.is_some() {
            self.all().iter().for_each(|session| session.resume(real));
        }
    }

    /// Keeps what is left to be kept, and closes the folder. Nothing can be changed afterwards.
    pub(crate) fn close(&self) {
        let Some(store) = &self.0.plan.shared.store else { return };
        if store.trouble().is_none() {
            self.all().iter().for_each(|session| session.keep_rest());
        }
        store.close();
    }

    /// The number of the last batch that was put in, of all sessions together.
    pub(crate) fn last_put(&self) -> u64 {
        self.0.plan.shared.store.as_ref().map_or(0, Store::last)
    }

    /// What an answer that concerns more than one session has to wait for, see [`unwritten_since`](crate::session::session::Session::unwritten_since).
    pub(crate) fn unwritten_since(&self, before: u64) -> Option<Written> {
        let store = self.0.plan.shared.store.as_ref()?;
        let last = store.last();
        if last == before && store.trouble().is_some() { None } else { store.written(last) }
    }

    /// Why nothing is kept any more, if it is to be kept.
    pub(crate) fn trouble(&self) -> Option<&Trouble> {
        self.0.plan.shared.store.as_ref()?.trouble()
    }

    /// Puts in what is not of a session's own rows.
    pub(super) fn put(&self, batch: Batch) {
        if let Some(store) = self.0.plan.shared.store.as_ref().filter(|_| !batch.is_empty()) {
            store.put(batch);
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // Nobody is left who could put anything in; the folder must not stay locked.
        if let Some(store) = &self.plan.shared.store {
            store.close();
        }
    }
}
