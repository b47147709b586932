//! Copies of a session's state: kept under a name and put back, or given to a session of its own.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::clock::Clock;
use super::core::Core;
use super::session::Session;
use super::steer::Remains;
use super::steps::Gap;
use crate::domain::moment::Moment;
use crate::domain::world::World;
use crate::scenario::progress::Progress;
use crate::scenario::rules::RuleSet;
use crate::scenario::script::Script;

/// Most copies that a session keeps under names. Ours: each may hold a world.
pub(crate) const MOST_SNAPSHOTS: usize = 16;

/// What a session is at a moment, but for its journal.
#[derive(Clone)]
pub(crate) struct Snapshot {
    world: World,
    clock: Clock,
    progress: Progress,
    turn: u64,
    opened: Moment,
    /// The scenario with which the world began.
    began: Arc<Script>,
    rules: Arc<RuleSet>,
    /// Where callbacks went.
    targets: BTreeMap<String, Arc<str>>,
}

/// There are as many snapshots as there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooManySnapshots;

impl Session {
    /// What it is now. Orders are shared with the copy until one of the two changes them.
    pub(crate) fn copy(&self, real: Moment) -> Snapshot {
        let _one_at_a_time = self.steering.lock();
        self.look_at_core(real, |core| Snapshot {
            world: core.world.clone(),
            clock: core.clock,
            progress: core.progress.clone(),
            turn: core.turn,
            opened: core.opened,
            began: Arc::clone(&core.began),
            // They are changed under the same lock.
            rules: Arc::clone(&self.rules.read()),
            targets: core.deliveries.targets().clone(),
        })
    }

    /// Keeps what it is now under a name; an older one of this name goes.
    pub(crate) fn keep_snapshot(&self, name: &str, real: Moment) -> Result<Moment, TooManySnapshots> {
        let copy = self.copy(real);
        let at = copy.world.now();
        let mut kept = self.snapshots.lock();
        if kept.len() >= MOST_SNAPSHOTS && !kept.contains_key(name) {
            return Err(TooManySnapshots);
        }
        kept.insert(name.to_owned(), Arc::new(copy));
        Ok(at)
    }

    /// Names and moments of what is kept.
    pub(crate) fn kept_snapshots(&self) -> Vec<(String, Moment)> {
        self.snapshots.lock().iter().map(|(name, kept)| (name.clone(), kept.world.now())).collect()
    }

    /// Goes back to what is kept under a name, as a new epoch: held answers are cancelled, the journal begins anew, and the clock
    /// shows what it showed then. Tokens that were live then are live again. `None` if nothing has this name.
    pub(crate) fn restore(&self, name: &str, real: Moment) -> Option<Remains> {
        let kept = Arc::clone(self.snapshots.lock().get(name)?);
        Some(self.put_back(Snapshot::clone(&kept), real))
    }

    /// Takes over what another session was: under its own name, so that its tokens are its own.
    /// It tells nobody of what happens until it is told whom: the other session's server gets nothing from it.
    pub(crate) fn take_over(&self, mut copy: Snapshot, real: Moment) -> Remains {
        copy.targets.clear();
        copy.world.rename(self.name(), self.epoch() + 1);
        self.put_back(copy, real)
    }

    fn put_back(&self, copy: Snapshot, real: Moment) -> Remains {
        let Snapshot { mut world, clock, progress, turn, opened, began, rules, targets } = copy;
        // What was on its way belongs to the other epoch.
        world.forget_callbacks();
        let shown = world.now();
        let clock = match clock {
            Clock::Real { .. } => Clock::real(Some(shown), real),
            Clock::Scaled { factor, .. } => Clock::Scaled { from: real, shown, factor },
            Clock::Frozen { .. } => Clock::frozen(Some(shown), real),
        };
        self.begin_with(rules.armed.clone(), Arc::clone(&rules.script), None, real, |core: &mut Core| {
            core.world = world;
            core.clock = clock;
            core.progress = progress;
            core.turn = turn;
            core.opened = opened;
            core.began = began;
            core.deliveries.set_targets(targets);
            core.steps.gap = Some(Gap::Copied);
        })
    }
}
