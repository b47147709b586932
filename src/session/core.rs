//! What stands under a session's lock, and how it begins.

use std::sync::Arc;

use super::alarm::Alarm;
use super::archive::Archive;
use super::callbacks::deliveries::Deliveries;
use super::callbacks::outlet::Outlet;
use super::census::{Census, Counted};
use super::clock::Clock;
use super::coverage::total::Total;
use super::journal::Bounds;
use super::keeping::reading::RestoredCore;
use super::keeping::{Keeper, Place};
use super::letter::Post;
use super::steps::Steps;
use super::turn::Turn;
use crate::contract::catalogue::Catalogue;
use crate::contract::endpoint::Answer;
use crate::domain::dice::Seed;
use crate::domain::moment::Moment;
use crate::domain::payment::Payer;
use crate::domain::world::{Beginning, World};
use crate::scenario::file::ClockMode;
use crate::scenario::magic::Magic;
use crate::scenario::progress::Progress;
use crate::scenario::rules::RuleSet;
use crate::scenario::script::Script;
use crate::scenario::verdict::Verdict;
use crate::store::Store;

/// World, clock, script counters, turn number.
pub(super) struct Core {
    pub(super) world: World,
    pub(super) clock: Clock,
    pub(super) progress: Progress,
    pub(super) turn: u64,
    pub(super) epoch: u64,
    pub(super) rules_version: u64,
    /// What the clock showed when the epoch began.
    pub(super) opened: Moment,
    /// The real moment at which the session is going to be woken; `None` if nobody has asked for it.
    pub(super) alarm: Option<Moment>,
    /// The scenario with which its world began.
    pub(super) began: Arc<Script>,
    /// What steered it since the epoch began.
    pub(super) steps: Steps,
    /// What the vendor tells the partner's server.
    pub(super) deliveries: Deliveries,
    /// Whether it is a recording that is played: then all that moves the clock stands in it, and rules do not.
    pub(super) is_played: bool,
    /// Its orders, among those of all sessions.
    pub(super) counted: Counted,
    /// What keeps it on disk, if anything does.
    pub(super) keeper: Option<Keeper>,
}

/// What all sessions of a process share beside the catalogue.
#[derive(Clone)]
pub(crate) struct Shared {
    /// Magic values.
    pub magic: Arc<Magic>,
    /// What was used, of all sessions together.
    pub coverage: Arc<Total>,
    /// How many orders there are, in all sessions together.
    pub census: Arc<Census>,
    /// All journals.
    pub archive: Arc<Archive>,
    /// Wakes sessions that have something to do by themselves.
    pub alarm: Arc<Alarm>,
    /// Takes mails to a mail catcher.
    pub post: Option<Arc<Post>>,
    /// Takes callbacks to the partner's server.
    pub outlet: Option<Arc<Outlet>>,
    /// Pays what is ordered, whatever the scenario says.
    pub auto_pay: Option<Payer>,
    /// Keeps what happens on disk.
    pub store: Option<Store>,
}

impl Shared {
    /// Where callbacks go by themselves: where the process was told to send them, else where the scenario says.
    pub(super) fn targets<'s>(&'s self, script: &'s Script) -> &'s [(String, String)] {
        let outlet = self.outlet.as_ref().filter(|outlet| !outlet.targets.is_empty());
        outlet.map_or(&script.callbacks, |outlet| &outlet.targets)
    }
}

impl Core {
    /// A copy that nobody will ever miss.
    pub(super) fn copy(&self) -> Self {
        let Self { clock, turn, epoch, rules_version, opened, is_played, .. } = *self;
        let (world, progress, began) = (self.world.clone(), self.progress.clone(), Arc::clone(&self.began));
        // Nothing steers a copy, and it tells nobody.
        let (steps, deliveries) = (Steps::under(&self.steps.script), Deliveries::default());
        Self {
            world,
            clock,
            progress,
            turn,
            epoch,
            rules_version,
            opened,
            began,
            alarm: None,
            steps,
            deliveries,
            is_played,
            counted: Counted::by_nobody(),
            keeper: None,
        }
    }

    /// Counts its orders among those of all sessions.
    pub(super) fn count_orders(&mut self) {
        self.counted.has(self.world.orders_made());
    }

    /// Callbacks go where the process was told to send them, else where the scenario says.
    pub(super) fn tell_as_asked(&mut self, shared: &Shared) {
        let script = Arc::clone(&self.steps.script);
        let targets = shared.targets(&script);
        if targets.is_empty() {
            return;
        }
        self.world.wake_fleet();
        self.deliveries.go_to(targets);
    }

    /// What the lock gives back.
    pub(super) fn turn(&self, verdict: Verdict, answer: Option<Answer>) -> Turn {
        let messages = self.world.policy().messages;
        Turn {
            number: self.turn,
            epoch: self.epoch,
            epoch_over: None,
            at: self.world.now(),
            verdict,
            answer,
            messages,
        }
    }
}

/// Whether answers carry `x-sandbox-…` headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trace {
    /// They do.
    Headers,
    /// They are as the vendor's, to the header.
    Hidden,
}

/// How a session begins.
pub(crate) struct Opening {
    /// Its name.
    pub name: String,
    /// Its seed.
    pub seed: Seed,
    /// What is served.
    pub catalogue: Arc<Catalogue>,
    /// What is to happen.
    pub script: Arc<Script>,
    /// Whether answers carry `x-sandbox-…` headers.
    pub trace: Trace,
    /// How much its journal keeps.
    pub journal: Bounds,
    /// How many orders all sessions may keep together.
    pub order_limit: usize,
    /// Its first epoch: higher than 1 if the name was used before.
    pub epoch: u64,
    /// What it shares with all others.
    pub shared: Shared,
    /// What it was when it was kept, if it was.
    pub(super) restored: Option<(RestoredCore, Place)>,
}

/// A world, a clock and counters at their beginning, as a script has them.
pub(super) fn begin(
    name: &str,
    seed: Seed,
    rules: &RuleSet,
    order_limit: usize,
    epoch: u64,
    census: &Arc<Census>,
    real: Moment,
) -> Core {
    let script = &rules.script;
    let clock = match script.clock {
        ClockMode::Real => Clock::real(script.start, real),
        ClockMode::Frozen => Clock::frozen(script.start, real),
    };
    let opened = clock.now(real);
    let world = World::new(Beginning {
        session: name.to_owned(),
        epoch,
        seed,
        policy: script.policy.clone(),
        stock: Arc::clone(&script.stock),
        numbers: script.numbers,
        supply: script.supply,
        order_limit,
        now: opened,
    });
    Core {
        world,
        clock,
        progress: Progress::default(),
        turn: 0,
        epoch,
        rules_version: rules.version,
        opened,
        began: Arc::clone(script),
        alarm: None,
        steps: Steps::under(script),
        deliveries: Deliveries::default(),
        is_played: script.is_recorded,
        counted: Counted::of(census),
        keeper: None,
    }
}
