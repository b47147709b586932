//! All sessions of a process, by name: making, finding, dropping, and remembering those that are gone.

mod kept;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};

use parking_lot::{Mutex, RwLock};

use super::claims::{Book, Claims, Held as Claimed};
use super::coverage::report::Report;
use super::gate::{Gate, Stopped};
use super::gone::Gone;
use super::keeping::Place;
use super::plan::Plan;
use super::session::Session;
use super::sweeper::Sweeper;
use super::verify;
use crate::domain::dice::Seed;
use crate::domain::moment::{Moment, Span};
use crate::scenario::script::Script;
use crate::store::{Batch, Trouble};

/// The name of the session that a call belongs to if it names none. It is always there.
pub(crate) const DEFAULT: &str = "default";

/// Locks that names are spread over, so that making and dropping one session does not hold up the calls of another.
const SHARDS: usize = 16;

/// The sessions. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Registry(Arc<Shared>);

struct Shared {
    plan: Plan,
    default: Arc<Session>,
    shards: [RwLock<BTreeMap<String, Held>>; SHARDS],
    live: AtomicUsize,
    made_up: AtomicU64,
    gone: Mutex<Gone>,
    claims: Book,
    sweeper: Sweeper,
    gate: Gate,
}

struct Held {
    session: Arc<Session>,
    idle: Span,
    last_used: AtomicI64,
}

/// Why a session is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Somebody dropped it.
    Dropped,
    /// Nobody used it for so long.
    Idle(Span),
}

/// What a name stands for.
pub(crate) enum Found {
    /// A live session.
    Live(Arc<Session>),
    /// One that is gone.
    Gone(Reason),
    /// None that is remembered.
    Unknown,
}

/// Why no session could be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotMade {
    /// A live session has this name.
    Taken,
    /// There are as many as there may be: how many, and those that were idle longest.
    TooMany {
        /// The cap.
        limit: usize,
        /// Up to five names.
        idlest: Vec<String>,
    },
    /// Another session claims what it was to claim.
    Claimed(Claimed),
    /// It could not be kept.
    NotKept(Trouble),
}

/// What a new session is to be like; everything has a default.
#[derive(Clone, Default)]
pub(crate) struct Order {
    /// Its seed.
    pub seed: Option<u64>,
    /// Its scenario.
    pub script: Option<Arc<Script>>,
    /// How long it may be idle.
    pub idle: Option<Span>,
    /// What it claims.
    pub claims: Claims,
}

impl Registry {
    /// What sessions are made of.
    pub(crate) fn plan(&self) -> &Plan {
        &self.0.plan
    }

    /// What was used so far, in all sessions together, also in those that are gone.
    pub(crate) fn coverage(&self) -> Report {
        let plan = &self.0.plan;
        plan.shared.coverage.report(&plan.catalogue, &plan.shared.magic)
    }

    /// Who claims what.
    pub(crate) fn claims(&self) -> &Book {
        &self.0.claims
    }

    /// The default session.
    pub(crate) fn default_session(&self) -> &Arc<Session> {
        &self.0.default
    }

    /// What a folded name stands for. Looking counts as using.
    pub(crate) fn find(&self, name: &str, real: Moment) -> Found {
        if name == DEFAULT {
            return Found::Live(Arc::clone(&self.0.default));
        }
        {
            let shard = self.shard(name).read();
            if let Some(held) = shard.get(name) {
                if !held.is_idle_too_long(real) {
                    held.last_used.store(real.millis(), Ordering::Relaxed);
                    return Found::Live(Arc::clone(&held.session));
                }
            } else {
                drop(shard);
                return self.find_gone(name);
            }
        }
        self.sweep_one(name, real);
        self.find_gone(name)
    }

    /// What a folded name stands for; looking does not count as using.
    pub(crate) fn peek(&self, name: &str, real: Moment) -> Found {
        if name == DEFAULT {
            return Found::Live(Arc::clone(&self.0.default));
        }
        let shard = self.shard(name).read();
        if let Some(held) = shard.get(name).filter(|held| !held.is_idle_too_long(real)) {
            return Found::Live(Arc::clone(&held.session));
        }
        drop(shard);
        self.find_gone(name)
    }

    /// A name that nobody has used.
    pub(crate) fn made_up_name(&self, real: Moment) -> String {
        loop {
            let name = format!("session-{}", self.0.made_up.fetch_add(1, Ordering::Relaxed) + 1);
            if matches!(self.peek(&name, real), Found::Unknown) {
                return name;
            }
        }
    }

    fn find_gone(&self, name: &str) -> Found {
        self.0.gone.lock().reason(name).map_or(Found::Unknown, Found::Gone)
    }

    /// Makes a session of a folded name. A name that is gone comes back with its next epoch.
    pub(crate) fn make(&self, name: &str, order: Order, real: Moment) -> Result<Arc<Session>, NotMade> {
        let shared = &self.0;
        if name == DEFAULT {
            return Err(NotMade::Taken);
        }
        if let Some(trouble) = self.trouble() {
            return Err(NotMade::NotKept(trouble.clone()));
        }
        // Those that were idle too long make room first.
        if shared.live.load(Ordering::Relaxed) >= shared.plan.max_sessions {
            self.sweep(real);
        }
        // A session that nobody uses any more holds nothing against a new one.
        if let Some(held) = shared.claims.clash(&order.claims) {
            self.sweep_one(&held.holder, real);
        }
        let idle = order.idle.unwrap_or(shared.plan.idle);
        let epoch = shared.gone.lock().next_epoch(name);
        let (seed, script) = shared.plan.seed_and_script(name, order.seed, order.script);
        let session = shared.plan.open(name.to_owned(), seed, script, epoch, real);
        {
            let mut shard = self.shard(name).write();
            // Made and dropped meanwhile counts as taken: an epoch is never given twice.
            let is_next = shared.gone.lock().next_epoch(name) == epoch;
            if shard.contains_key(name) || !is_next {
                return Err(NotMade::Taken);
            }
            let places = shared.live.fetch_add(1, Ordering::Relaxed);
            if places < shared.plan.max_sessions {
                if let Err(held) = shared.claims.enter(name, &order.claims) {
                    shared.live.fetch_sub(1, Ordering::Relaxed);
                    return Err(NotMade::Claimed(held));
                }
                let last_used = AtomicI64::new(real.millis());
                shard.insert(name.to_owned(), Held { session: Arc::clone(&session), idle, last_used });
                let mut batch = Batch::default();
                shared.gone.lock().forget(name, &mut batch);
                // Within the shard's lock: nobody has found it yet, so nothing of it can come before this.
                session.begin_keeping(Place { claims: order.claims, idle: Some(idle) }, batch);
                return Ok(session);
            }
            shared.live.fetch_sub(1, Ordering::Relaxed);
        }
        Err(NotMade::TooMany { limit: shared.plan.max_sessions, idlest: self.idlest(5) })
    }

    /// The session of a folded name, made if it was never heard of.
    pub(crate) fn find_or_make(&self, name: &str, real: Moment) -> Result<Found, NotMade> {
        loop {
            match self.find(name, real) {
                Found::Unknown => {}
                found => return Ok(found),
            }
            match self.make(name, Order::default(), real) {
                Ok(session) => return Ok(Found::Live(session)),
                // Another call made it first.
                Err(NotMade::Taken) => {}
                Err(refused) => return Err(refused),
            }
        }
    }

    /// Drops a session; whether there was one. What it holds is cancelled.
    pub(crate) fn drop_session(&self, name: &str, real: Moment) -> bool {
        let dropped = self.remove(name, |_| Some(Reason::Dropped));
        dropped.map(|held| self.judge_and_let_go(held, real)).is_some()
    }

    /// Takes back a session that nobody was told of: its name is as if it had never been made.
    pub(crate) fn take_back(&self, name: &str) {
        if let Some(held) = self.remove(name, |_| Some(Reason::Dropped)) {
            self.let_go(held);
        }
        let mut batch = Batch::default();
        self.0.gone.lock().forget(name, &mut batch);
        self.put(batch);
    }

    /// Drops all sessions whose names begin so; how many.
    pub(crate) fn drop_prefix(&self, prefix: &str, real: Moment) -> usize {
        let names = self.names();
        let dropped = names.iter().filter(|name| name.starts_with(prefix) && self.drop_session(name, real));
        dropped.count()
    }

    /// Holds all sessions that live to what their scenario expects; what keeps the process from passing, those that went before
    /// included.
    pub(crate) fn verdict(&self, real: Moment) -> Option<Stopped> {
        let (others, default) = (self.all().split_off(1), self.default_session());
        for session in &others {
            self.judge(session, real);
        }
        // Where tests have sessions of their own, nobody calls the default one, and nobody expects anything of it.
        let (_, turns) = default.counts();
        if turns > 0 || self.0.gate.judged() == 0 {
            self.judge(default, real);
        }
        self.0.gate.verdict()
    }

    /// Lets go of what a reset left behind.
    pub(crate) fn sweep_up(&self, remains: super::steer::Remains) {
        let orders = remains.orders;
        self.0.sweeper.take(remains, orders);
    }

    /// Drops what was idle too long.
    pub(crate) fn sweep(&self, real: Moment) {
        for name in self.names() {
            self.sweep_one(&name, real);
        }
    }

    fn sweep_one(&self, name: &str, real: Moment) {
        let why = |held: &Held| held.is_idle_too_long(real).then_some(Reason::Idle(held.idle));
        if let Some(held) = self.remove(name, why) {
            self.judge_and_let_go(held, real);
        }
    }

    /// Takes a session out, so that nobody finds it any more.
    fn remove(&self, name: &str, why: impl FnOnce(&Held) -> Option<Reason>) -> Option<Held> {
        let (held, reason) = {
            let mut shard = self.shard(name).write();
            let reason = shard.get(name).and_then(why)?;
            let held = shard.remove(name)?;
            // Within the shard's lock, so that nobody can find it neither live nor gone.
            let mut batch = held.session.stop_keeping();
            self.0.gone.lock().remember(name, held.session.epoch(), reason, &mut batch);
            self.put(batch);
            self.0.claims.strike(name);
            (held, reason)
        };
        self.0.live.fetch_sub(1, Ordering::Relaxed);
        tracing::debug!(session = name, ?reason, "a session is gone");
        Some(held)
    }

    fn judge_and_let_go(&self, held: Held, real: Moment) {
        if self.0.plan.verify_sessions {
            self.judge(&held.session, real);
        }
        self.let_go(held);
    }

    fn judge(&self, session: &Session, real: Moment) {
        self.0.gate.take(session, &verify::own(session, real));
    }

    /// Cancels what a session holds that is out already, and drops it.
    fn let_go(&self, held: Held) {
        held.session.end();
        let (orders, _) = held.session.counts();
        self.0.sweeper.take(held, orders);
    }

    /// Wakes the sessions that have something to do by themselves. That does not count as using them.
    pub(crate) fn wake_due(&self, real: Moment) {
        for name in self.0.plan.shared.alarm.due(real) {
            if let Found::Live(session) = self.peek(&name, real) {
                session.wake(real);
            }
        }
    }

    /// All live sessions, the default one first, then by name.
    pub(crate) fn all(&self) -> Vec<Arc<Session>> {
        let mut all: Vec<Arc<Session>> = Vec::new();
        for shard in &self.0.shards {
            all.extend(shard.read().values().map(|held| Arc::clone(&held.session)));
        }
        all.sort_by(|one, other| one.name().cmp(other.name()));
        all.insert(0, Arc::clone(&self.0.default));
        all
    }

    fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for shard in &self.0.shards {
            names.extend(shard.read().keys().cloned());
        }
        names
    }

    fn idlest(&self, count: usize) -> Vec<String> {
        let mut all = Vec::new();
        for shard in &self.0.shards {
            let entry =
                |(name, held): (&String, &Held)| (held.last_used.load(Ordering::Relaxed), name.clone());
            all.extend(shard.read().iter().map(entry));
        }
        all.sort_unstable();
        all.into_iter().take(count).map(|(_, name)| name).collect()
    }

    fn shard(&self, name: &str) -> &RwLock<BTreeMap<String, Held>> {
        let spread = Seed(0).of_session(name).0;
        let at = usize::try_from(spread % SHARDS as u64).unwrap_or(0);
        &self.0.shards[at]
    }
}

impl Held {
    fn is_idle_too_long(&self, real: Moment) -> bool {
        let last = Moment::from_millis(self.last_used.load(Ordering::Relaxed));
        last.plus(self.idle).is_some_and(|end| real >= end)
    }
}
