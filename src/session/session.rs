//! The spine: one call in, one reply out, in a fixed order of phases.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use parking_lot::{Mutex, RwLock};

use super::backlog::Backlog;
use super::bell::Bell;
use super::core::{Core, Opening, Shared, begin};
use super::coverage::tally::Tally;
use super::gathering::Gathering;
use super::heads::{Heads, Told};
use super::journal::{Exchange, Journal, Kept, Origin, RefusedUnread};
use super::mishap::{self, Mishap};
use super::render::{Rendered, Renderer};
use super::snapshot::Snapshot;
use super::turn::{Delivery, Turn};
use crate::contract::call::Call;
use crate::contract::card::Evidence;
use crate::contract::catalogue::{Catalogue, Route, Served, Shelf};
use crate::contract::fields::Notes;
use crate::domain::dice::Seed;
use crate::domain::language::Language;
use crate::domain::moment::Moment;
use crate::scenario::rules::RuleSet;
use crate::scenario::script::Script;
use crate::scenario::sight::Probe;
use crate::scenario::spoil::spoil;
use crate::scenario::verdict::{Instead, Verdict};

/// A session.
pub(crate) struct Session {
    /// Itself, for what comes back later.
    pub(super) me: Weak<Self>,
    pub(super) name: Arc<str>,
    heads: Heads,
    pub(super) shared: Shared,
    pub(super) seed: Seed,
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) order_limit: usize,
    body_bound: usize,
    /// World, clock, script counters and turn number under one short lock, so that calls are linearised. Never held
    /// while decoding, rendering, logging or awaiting, and never together with the journal's.
    pub(super) core: Mutex<Core>,
    /// The rules that concern it right now. Looked at before the core's lock is taken, and compared under it.
    pub(super) rules: RwLock<Arc<RuleSet>>,
    pub(super) journal: Arc<Mutex<Journal>>,
    /// Rings when an epoch is over.
    pub(super) epoch_over: Arc<Bell>,
    /// Rings when the journal has grown.
    pub(super) grown: Arc<Bell>,
    /// Rings when it is dropped.
    pub(super) ended: Arc<Bell>,
    /// A port of its own.
    pub(super) port: Mutex<Option<SocketAddr>>,
    told_of_replica: AtomicBool,
    /// How many rules were given a name of ours.
    pub(super) armed_so_far: AtomicU64,
    /// Copies of its state that somebody has named.
    pub(super) snapshots: Mutex<BTreeMap<String, Arc<Snapshot>>>,
    /// What was used in it. A reset goes on counting.
    pub(super) tally: Arc<Tally>,
    /// Calls that wait for each other, by epoch and rule.
    pub(super) waiting: Mutex<BTreeMap<(u64, u64), Arc<Gathering>>>,
    /// One change of rules, scenario or epoch at a time; calls do not wait for it.
    pub(super) steering: Mutex<()>,
    /// The number of the last batch of its rows that was put in.
    pub(super) put: AtomicU64,
    /// One step from outside at a time. Taken before `steering`.
    pub(super) recording: Mutex<()>,
}

impl Session {
    /// Opens a session; `real` is the real moment at which it does.
    pub(crate) fn open(opening: Opening, real: Moment) -> Arc<Self> {
        let Opening { name, seed, catalogue, script, trace, journal, order_limit, epoch, shared, restored } =
            opening;
        let rules = RuleSet::new(0, Vec::new(), script, catalogue.places());
        let core = match restored {
            Some((restored, place)) => restored.core(&rules, place, &shared),
            None => {
                let mut core = begin(&name, seed, &rules, order_limit, epoch, &shared.census, real);
                core.tell_as_asked(&shared);
                core
            }
        };
        let tally = shared.coverage.join();
        tally.know(&rules);
        let session = |me: &Weak<Self>| Self {
            me: Weak::clone(me),
            heads: Heads::new(&name, trace),
            name: name.into(),
            journal: shared.archive.open(journal, epoch),
            shared,
            seed,
            catalogue,
            order_limit,
            body_bound: journal.body,
            core: Mutex::new(core),
            rules: RwLock::new(Arc::new(rules)),
            epoch_over: Arc::default(),
            grown: Arc::default(),
            ended: Arc::default(),
            port: Mutex::new(None),
            told_of_replica: AtomicBool::new(false),
            armed_so_far: AtomicU64::new(0),
            snapshots: Mutex::default(),
            waiting: Mutex::default(),
            tally,
            steering: Mutex::new(()),
            put: AtomicU64::new(0),
            recording: Mutex::new(()),
        };
        Arc::new_cyclic(session)
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Its seed.
    pub(crate) fn seed(&self) -> Seed {
        self.seed
    }

    /// What it serves.
    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// What is to happen in it.
    pub(crate) fn script(&self) -> Arc<Script> {
        Arc::clone(&self.rules.read().script)
    }

    /// One call: route, admit, decide, act, render.
    pub(crate) fn exchange(&self, call: &Call, real: Moment) -> Delivery {
        let before = self.last_put();
        match catch_unwind(AssertUnwindSafe(|| self.exchange_unguarded(call, real))) {
            Ok(mut delivery) => {
                delivery.written = self.unwritten_since(before);
                delivery
            }
            Err(_) => {
                let path = call.uri().path();
                tracing::error!(
                    session = &*self.name,
                    ?path,
                    "an exchange panicked: this is a bug of the sandbox"
                );
                Delivery::of(mishap::our_bug())
            }
        }
    }

    fn exchange_unguarded(&self, call: &Call, real: Moment) -> Delivery {
        // Route: which endpoint. What leads nowhere takes a turn as well, so that the journal tells of it.
        let route = self.catalogue.route(call.method(), call.uri().path());
        let Route::Found(served) = route else {
            let (reply, code) = mishap::nowhere(&self.catalogue, call, &route);
            let rendered = Rendered::plain(reply, Some(code));
            return self.close(call, None, self.empty_turn(real), rendered, Notes::default());
        };
        // Claim and decode, outside the lock.
        let (mut rules, mut probe) = self.rules_for(served, call);
        let prepared = self.prepare(call, served, &rules);
        if let Some(trouble) = self.trouble().filter(|_| prepared.writes()) {
            let (reply, code) = mishap::reply(&self.catalogue, call, &mishap::not_kept(trouble));
            let rendered = Rendered::plain(reply, Some(code));
            return self.close(call, Some(served), self.empty_turn(real), rendered, prepared.notes);
        }
        let (shelf, language) = (prepared.shelf, prepared.language);
        // Admit, decide, act, count: one hold of the lock, and before it what was due until now.
        let mut backlog = Backlog::default();
        let (turn, notes) = {
            let mut core = self.now(real, &mut backlog);
            while core.rules_version != rules.version {
                // The rules were changed in between: look again, and not under the lock.
                drop(core);
                (rules, probe) = self.rules_for(served, call);
                core = self.now(real, &mut backlog);
            }
            let done = self.carry_out(&mut core, prepared, &rules, &probe, &mut backlog);
            self.attend(&mut core, &mut backlog);
            self.set_alarm(&mut core, real);
            done
        };
        self.work_off(backlog);
        // Render.
        let rendered = self.render(served, shelf, language, &turn);
        self.close(call, Some(served), turn, rendered, notes)
    }

    /// The rules of this moment, and the call as they need to see it.
    fn rules_for<'a>(&self, served: &Served, call: &'a Call) -> (Arc<RuleSet>, Probe<'a>) {
        let rules = Arc::clone(&self.rules.read());
        let probe = rules.probe(served.at, call);
        (rules, probe)
    }

    /// A call that never became whole: it takes a turn, and the journal tells of it.
    pub(crate) fn refuse(&self, call: &Call, mishap: &Mishap, real: Moment) -> Delivery {
        let (mut reply, code) = mishap::reply(&self.catalogue, call, mishap);
        reply.extensions_mut().insert(RefusedUnread(mishap.text.as_str().into()));
        let (before, rendered) = (self.last_put(), Rendered::plain(reply, Some(code)));
        let mut delivery = self.close(call, None, self.empty_turn(real), rendered, Notes::default());
        delivery.written = self.unwritten_since(before);
        delivery
    }

    fn empty_turn(&self, real: Moment) -> Turn {
        let mut backlog = Backlog::default();
        let turn = {
            let mut core = self.now(real, &mut backlog);
            core.turn += 1;
            core.turn(Verdict::default(), None)
        };
        self.work_off(backlog);
        turn
    }

    /// Says once in a session that a shape is ours, and how to put the true one in its place.
    fn tell_of_replica(&self, served: &Served) {
        if !self.told_of_replica.swap(true, Ordering::Relaxed) {
            let id = served.endpoint.id;
            tracing::info!(
                session = &*self.name,
                "{id} is a replica: nobody could read the vendor's page, so its shape is ours. If you know the true body: \
                 linksfield-sandbox card {id} --write DIR, paste it there, and start with --fixtures DIR"
            );
        }
    }

    /// Trace headers, journal, delivery.
    fn close(
        &self,
        call: &Call,
        served: Option<&Served>,
        turn: Turn,
        rendered: Rendered,
        notes: Notes,
    ) -> Delivery {
        if let Some(served) = served.filter(|served| served.card.evidence == Evidence::Replica) {
            self.tell_of_replica(served);
        }
        self.count(served, &turn, &rendered);
        let (delivery, (epoch, exchange)) = self.record(call, served, turn, rendered, notes);
        self.journal.lock().push(epoch, exchange);
        self.shared.archive.keep_within();
        self.grown.ring();
        delivery
    }

    /// From what came of a call to its reply.
    pub(super) fn render(&self, served: &Served, shelf: &Shelf, language: Language, turn: &Turn) -> Rendered {
        let head = self.heads.of_json(served.card.evidence);
        let renderer = Renderer { shelf, served, language, messages: turn.messages, head };
        match (&turn.verdict.answer, &turn.answer) {
            (Instead::Say(saying) | Instead::HandleThenSay(saying), _) => renderer.saying(saying),
            (Instead::Edit(edit) | Instead::Pretend(Some(edit)), Some(answer)) => {
                renderer.answer(answer, Some(edit))
            }
            (Instead::Handle | Instead::Pretend(None), Some(answer)) => renderer.answer(answer, None),
            (Instead::Edit(_) | Instead::Handle | Instead::Pretend(_), None) => {
                unreachable!("only what is said instead has no answer")
            }
        }
    }

    /// What goes to the client, and what the journal is to keep.
    pub(super) fn record(
        &self,
        call: &Call,
        served: Option<&Served>,
        turn: Turn,
        rendered: Rendered,
        notes: Notes,
    ) -> (Delivery, (u64, Arc<Exchange>)) {
        let Rendered { mut reply, code, is_begun } = rendered;
        let carried = turn.carried();
        let Verdict { rule, wire, why, .. } = turn.verdict;
        spoil(&mut reply, &wire);
        for told in &notes.told {
            tracing::info!(session = &*self.name, "{}", escaped(told));
        }
        let evidence = served.map(|served| served.card.evidence);
        self.heads.tell(&mut reply, is_begun, &Told { turn: turn.number, evidence, rule: rule.as_deref() });
        let exchange = Arc::new(Exchange {
            turn: turn.number,
            origin: Origin::of(call, &reply, &notes),
            at: turn.at,
            kept: Kept::copy(call, reply.body(), self.body_bound),
            endpoint: served.map(|served| served.endpoint.id),
            endpoint_at: served.map(|served| served.at),
            status: reply.status(),
            code,
            rule,
            wire: wire.clone(),
            notes: notes.noted,
            carried,
            why,
        });
        let delivery = Delivery { reply, wire, epoch_over: turn.epoch_over, written: None };
        (delivery, (turn.epoch, exchange))
    }
}

/// A text without anything that steers a terminal or turns its direction: clients have a say in it.
fn escaped(text: &str) -> String {
    let is_odd = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if is_odd(c) { plain.extend(c.escape_unicode()) } else { plain.push(c) }
    }
    plain
}
