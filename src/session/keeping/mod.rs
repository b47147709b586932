//! What of a session is kept on disk, if anything is. Rows that a hold of its lock has changed are put in when the hold ends, so that
//! the order of turns is the order of the file; who has to be sure of them waits afterwards, without the lock.

pub(super) mod head;
mod hold;
pub(crate) mod reading;

use std::sync::atomic::Ordering;

use super::claims::Claims;
use super::clock::Clock;
use super::core::Core;
use super::session::Session;
use crate::domain::moment::Span;
use crate::domain::world::kept::Rows;
use crate::store::{Batch, See, Store, Table, Trouble, Written};
use head::{Head, Pulse, key};
pub(super) use hold::Hold;

/// How rows are written: what stands below the world's own rows, and those.
pub(crate) fn format() -> String {
    format!("{}.{}", head::FORMAT, crate::domain::world::kept::FORMAT)
}

/// What keeps a session: under its lock.
pub(super) struct Keeper {
    store: Store,
    /// The rows of this epoch.
    space: u64,
    /// What the registry knows of it.
    place: Place,
    /// What of the clock is on disk.
    clock: Clock,
    /// Whether its head is still to be written.
    owes_head: bool,
}

/// What the registry knows of a session.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    /// What it claims.
    pub claims: Claims,
    /// How long it may be idle; `None` is for ever.
    pub idle: Option<Span>,
}

impl Keeper {
    pub(super) fn new(store: &Store, space: u64, place: Place, clock: Clock, owes_head: bool) -> Self {
        Self { store: store.clone(), space, place, clock, owes_head }
    }
}

impl Core {
    /// What is kept of it has another head.
    pub(super) fn owe_head(&mut self) {
        if let Some(keeper) = &mut self.keeper {
            keeper.owes_head = true;
        }
    }
}

impl Session {
    /// Keeps it from now on, whole, together with what the batch says already.
    pub(super) fn begin_keeping(&self, place: Place, batch: Batch) {
        let Some(store) = &self.shared.store else { return };
        let core = &mut *self.core.lock();
        core.keeper = Some(Keeper::new(store, store.new_space(), place, core.clock, true));
        core.world.keep();
        core.deliveries.keep_all();
        let rows = core.world.take_changed();
        self.keep(core, rows, batch);
    }

    /// A new epoch takes the place of what is kept, in one batch. `rows` are those of its world.
    pub(super) fn keep_instead(&self, old: &mut Core, new: &mut Core, rows: Rows) {
        let Some(Keeper { store, space, place, .. }) = old.keeper.take() else { return };
        let mut batch = Batch::default();
        batch.drop_space(space);
        new.keeper = Some(Keeper::new(&store, store.new_space(), place, new.clock, true));
        new.deliveries.keep_all();
        self.keep(new, rows, batch);
    }

    /// Keeps it no longer: what takes its rows away.
    pub(super) fn stop_keeping(&self) -> Batch {
        let mut batch = Batch::default();
        if let Some(keeper) = self.core.lock().keeper.take() {
            batch.drop_space(keeper.space);
        }
        batch
    }

    /// Puts in what the hold that ends has changed.
    fn keep_changed(&self, core: &mut Core) {
        let rows = core.world.take_changed();
        self.keep(core, rows, Batch::default());
    }

    /// Puts in what would not be worth a write of its own as well.
    pub(super) fn keep_rest(&self) {
        let core = &mut *self.core.lock();
        if core.keeper.is_some() {
            let rows = core.world.take_rest();
            core.owe_head();
            self.keep(core, rows, Batch::default());
        }
    }

    fn keep(&self, core: &mut Core, rows: Rows, mut batch: Batch) {
        let Some(keeper) = &mut core.keeper else { return };
        let deliveries = core.deliveries.take_changed();
        let is_same = rows.is_empty() && deliveries.is_empty() && keeper.clock == core.clock;
        if is_same && batch.is_empty() && !keeper.owes_head {
            return;
        }
        let mut own = deliveries;
        own.push((key::PULSE.to_vec(), Some(Pulse::of(core.turn, core.clock, core.opened).bytes())));
        if keeper.owes_head {
            let script = self.script();
            let head = Head::of(self.name(), self.seed, core.epoch, (&core.began, &script), &keeper.place);
            own.push((key::HEAD.to_vec(), Some(head.bytes())));
        }
        (keeper.clock, keeper.owes_head) = (core.clock, false);
        let feed = move |see: See<'_>| {
            rows.iter().for_each(|(key, value)| see(key, value));
            for (key, value) in &own {
                see(key, value.as_deref());
            }
        };
        batch.rows(Table::Space(keeper.space), Box::new(feed));
        // Under the lock, so that nobody can find it changed and take it for written.
        self.put.store(keeper.store.put(batch), Ordering::Release);
    }

    /// The number of the last batch of rows of it that was put in.
    pub(super) fn last_put(&self) -> u64 {
        self.put.load(Ordering::Acquire)
    }

    /// What an answer has to wait for that was made since a batch: all that was put in of its session. Once nothing is written any
    /// more, only what was put in since is waited for, and told that it is lost; looking goes on.
    pub(super) fn unwritten_since(&self, before: u64) -> Option<Written> {
        let store = self.shared.store.as_ref()?;
        let last = self.last_put();
        if last == before && store.trouble().is_some() { None } else { store.written(last) }
    }

    /// Why nothing of it is kept any more, if it is to be kept.
    pub(crate) fn trouble(&self) -> Option<&Trouble> {
        self.shared.store.as_ref()?.trouble()
    }

    /// Does something once all that was put in so far is on disk; at once if nothing is kept.
    pub(super) fn once_written(&self, job: impl FnOnce(&Self) + Send + 'static) {
        match &self.shared.store {
            None => job(self),
            Some(store) => {
                let me = self.me.clone();
                store.afterwards(move || {
                    if let Some(session) = me.upgrade() {
                        job(&session);
                    }
                });
            }
        }
    }
}

/// In words, for whoever is refused because of it.
pub(crate) fn words(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Failed(why) => format!(
            "nothing can be changed any more, since the change could not be kept: {why}. Looking goes on. Mend that, and start the \
             server again: it goes on from the last change that was answered"
        ),
        Trouble::Closed => {
            "nothing can be changed any more: the sandbox has stopped, and its folder is closed".to_owned()
        }
    }
}
