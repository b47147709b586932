//! What a folder holds of sessions, read back at the start: all of it, or why it cannot be used.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::head::{Head, Pulse, Source, key};
use super::{Keeper, Place};
use crate::document::{Document, draw};
use crate::domain::dice::Seed;
use crate::domain::moment::Moment;
use crate::domain::world::{Beginning, World};
use crate::scenario::progress::Progress;
use crate::scenario::rules::RuleSet;
use crate::scenario::script::Script;
use crate::session::callbacks::deliveries::Deliveries;
use crate::session::census::Counted;
use crate::session::clock::Clock;
use crate::session::core::{Core, Shared};
use crate::session::gone::Gone;
use crate::session::loaded::{Loaded, Unfit};
use crate::session::steps::{Gap, Steps};
use crate::store::{Folder, Table, Why};

/// What a folder holds.
#[derive(Default)]
pub(crate) struct Contents {
    /// Sessions.
    pub(in crate::session) sessions: Vec<Restored>,
    /// Names that are gone.
    pub(in crate::session) gone: Gone,
}

/// A session as it was.
pub(in crate::session) struct Restored {
    pub(in crate::session) name: String,
    pub(in crate::session) seed: Seed,
    pub(in crate::session) script: Arc<Script>,
    pub(in crate::session) place: Place,
    pub(in crate::session) core: RestoredCore,
}

/// What stood under its lock.
pub(in crate::session) struct RestoredCore {
    space: u64,
    pub(in crate::session) epoch: u64,
    world: World,
    clock: Clock,
    turn: u64,
    opened: Moment,
    began: Arc<Script>,
    deliveries: Deliveries,
}

/// Why a folder's sessions cannot go on.
#[derive(Debug)]
pub(crate) enum NotRead {
    /// The rows are not what was written.
    Damaged(Why),
    /// A scenario or a stock is not the one that the rows were written under.
    Differs(String),
}

impl From<Why> for NotRead {
    fn from(why: Why) -> Self {
        Self::Damaged(why)
    }
}

/// Reads all of it.
pub(crate) fn read(folder: &Folder, loaded: &Loaded, order_limit: usize) -> Result<Contents, NotRead> {
    let mut contents = Contents { gone: read_gone(folder)?, ..Contents::default() };
    let mut names = BTreeSet::new();
    for space in folder.spaces() {
        let restored = restore(folder, *space, loaded, order_limit)?;
        if !names.insert(restored.name.clone()) {
            return Err(damaged(&format!("two sessions are called {:?}", restored.name)));
        }
        contents.sessions.push(restored);
    }
    Ok(contents)
}

fn read_gone(folder: &Folder) -> Result<Gone, NotRead> {
    let gone = folder.rows(Table::Gone, (&[], key::END), |rows| Gone::of_rows(rows))?;
    gone.ok_or_else(|| damaged("a name that is gone cannot be read"))
}

fn restore(folder: &Folder, space: u64, loaded: &Loaded, order_limit: usize) -> Result<Restored, NotRead> {
    let table = Table::Space(space);
    let head: Head = one(folder, table, key::HEAD)?;
    let pulse: Pulse = one(folder, table, key::PULSE)?;
    let script = find_script(loaded, &head.name, &head.script)?;
    let began = find_script(loaded, &head.name, &head.began)?;
    if began.stock_digest() != head.stock {
        return Err(NotRead::Differs(format!(
            "the session {:?} began with other packages, accounts or SIMs than its scenario {:?} has now, and a session takes new ones only \
             at a reset. Give it the files that it began with, or name a new folder with --data",
            head.name, began.name
        )));
    }
    let (seed, opened) = (Seed(head.seed), Moment::from_millis(pulse.opened));
    let beginning = Beginning {
        session: head.name.clone(),
        epoch: head.epoch,
        seed,
        policy: began.policy.clone(),
        stock: Arc::clone(&began.stock),
        numbers: began.numbers,
        supply: began.supply,
        order_limit,
        now: opened,
    };
    let world = folder.rows(table, (&[], key::OWN), |rows| World::restore(beginning, rows))?;
    let world = world.map_err(|bad| damaged(&format!("session {:?}, {bad}", head.name)))?;
    let deliveries = folder.rows(table, (key::CALLBACKS, key::END), |rows| Deliveries::of_rows(rows))?;
    let deliveries = deliveries.ok_or_else(|| damaged("a delivery cannot be read"))?;
    let place = head.place().ok_or_else(|| damaged("a claim cannot be read"))?;
    let (clock, turn, epoch) = (pulse.clock(), pulse.turn, head.epoch);
    let core = RestoredCore { space, epoch, world, clock, turn, opened, began, deliveries };
    Ok(Restored { name: head.name, seed, script, place, core })
}

/// The scenario under which a session goes on.
fn find_script(loaded: &Loaded, session: &str, source: &Source) -> Result<Arc<Script>, NotRead> {
    let differs = |why: String| {
        NotRead::Differs(format!(
            "the session {session:?} cannot go on: {why}. Give it the scenario that it had, or name a new folder with --data"
        ))
    };
    match source {
        Source::Named(name) => loaded.named(name).map_err(|unfit| match unfit {
            Unfit::Unknown { name, help } => differs(format!("no scenario is called {name:?}; {help}")),
            Unfit::Invalid(found, text) => {
                differs(format!("its scenario is not valid\n{}", draw(&found, &text)))
            }
        }),
        Source::Document(text) => {
            let read = Document::parse("scenario", text).and_then(|document| loaded.read(&document));
            read.map_err(|found| differs(format!("its scenario is not valid\n{}", draw(&found, text))))
        }
    }
}

fn one<T: DeserializeOwned>(folder: &Folder, table: Table, key: &[u8]) -> Result<T, NotRead> {
    let row = folder.row(table, key)?.ok_or_else(|| damaged("a session has no head"))?;
    serde_json::from_slice(&row).map_err(|error| damaged(&format!("the head of a session: {error}")))
}

fn damaged(why: &str) -> NotRead {
    NotRead::Damaged(Why::Damaged(why.to_owned()))
}

impl RestoredCore {
    /// As it stood under the lock, and kept on.
    pub(in crate::session) fn core(self, rules: &RuleSet, place: Place, shared: &Shared) -> Core {
        let Self { space, epoch, mut world, clock, turn, opened, began, mut deliveries } = self;
        let mut steps = Steps::under(&rules.script);
        steps.gap = Some(Gap::Restarted);
        if !deliveries.has_own_targets() {
            deliveries.go_to(shared.targets(&rules.script));
        }
        world.forget_emissions();
        let mut counted = Counted::of(&shared.census);
        counted.has(world.orders_made());
        let keeper = shared.store.as_ref().map(|store| Keeper::new(store, space, place, clock, false));
        Core {
            world,
            clock,
            progress: Progress::default(),
            turn,
            epoch,
            rules_version: rules.version,
            opened,
            began,
            alarm: None,
            steps,
            deliveries,
            is_played: rules.script.is_recorded,
            counted,
            keeper,
        }
    }
}
