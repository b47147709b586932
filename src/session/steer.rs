//! How a session is steered: reset, scenario, rules, clock. One change at a time; calls go on meanwhile.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::backlog::Backlog;
use super::clock::{Clock, PastTheEnd};
use super::core::{Core, begin};
use super::session::Session;
use super::view::EventView;
use crate::contract::code::Code;
use crate::domain::moment::{Moment, Span};
use crate::domain::payment::Due;
use crate::scenario::progress::Count;
use crate::scenario::rules::RuleSet;
use crate::scenario::script::{Rule, Script};

/// What a reset leaves behind. Dropping a world with a million orders takes a while: whoever gets this drops it where
/// nobody waits.
pub(crate) struct Remains {
    /// Orders in it, for whoever wants to know whether dropping it is worth a thought.
    pub orders: usize,
    _core: Core,
    _journal: Option<super::journal::Journal>,
}

/// A rule as it stands.
pub(crate) struct Standing {
    /// The rule.
    pub rule: Arc<Rule>,
    /// How often it matched and fired.
    pub count: Count,
    /// How often it can still fire; `None` is without end.
    pub left: Option<u64>,
}

impl Session {
    /// A new epoch with the current scenario: world, clock, counters, journal and rules are as at the beginning; held
    /// answers are cancelled, and nothing of the old epoch can arrive later.
    pub(crate) fn reset(&self, real: Moment) -> Remains {
        self.begin(None, real)
    }

    /// A new epoch with another scenario.
    pub(crate) fn begin_anew(&self, script: Arc<Script>, real: Moment) -> Remains {
        self.begin(Some(script), real)
    }

    fn begin(&self, script: Option<Arc<Script>>, real: Moment) -> Remains {
        let script = script.unwrap_or_else(|| self.script());
        self.begin_with(Vec::new(), script, None, real, |_| {})
    }

    /// A given epoch with another scenario: to play what was recorded in it, for tokens hold the epoch.
    pub(crate) fn begin_in(&self, epoch: u64, script: Arc<Script>, real: Moment) -> Remains {
        self.begin_with(Vec::new(), script, Some(epoch), real, |_| {})
    }

    /// A new epoch with these rules, the next one if none is named; `change` sees what it begins with before anybody else does.
    pub(super) fn begin_with(
        &self,
        armed: Vec<Arc<Rule>>,
        script: Arc<Script>,
        epoch: Option<u64>,
        real: Moment,
        change: impl FnOnce(&mut Core),
    ) -> Remains {
        let _one_at_a_time = self.steering.lock();
        let version = self.rules.read().version + 1;
        let rules = Arc::new(RuleSet::new(version, armed, script, self.catalogue.places()));
        let epoch = epoch.unwrap_or_else(|| self.epoch() + 1);
        let mut core =
            begin(self.name(), self.seed, &rules, self.order_limit, epoch, &self.shared.census, real);
        // The same steps get the same ids in every epoch.
        self.armed_so_far.store(0, Ordering::Relaxed);
        core.tell_as_asked(&self.shared);
        change(&mut core);
        let epoch = core.epoch;
        // A world that was put back may be large: what is to be kept of it is told before anybody waits for the lock.
        let rows = self.shared.store.as_ref().map(|_| {
            core.world.keep();
            core.world.take_changed()
        });
        {
            let current = &mut *self.core.lock();
            std::mem::swap(current, &mut core);
            // Whoever drops the old world takes his time: its orders count no longer all the same.
            core.counted.has(0);
            current.count_orders();
            core.deliveries.cancel();
            self.forget_alarm(&mut core);
            self.set_alarm(current, real);
            self.tally.know(&rules);
            *self.rules.write() = rules;
            if let Some(rows) = rows {
                self.keep_instead(&mut core, current, rows);
            }
        }
        self.waiting.lock().clear();
        let journal = self.journal.lock().begin(epoch);
        self.epoch_over.ring();
        self.grown.ring();
        Remains { orders: core.world.orders().len(), _core: core, _journal: journal }
    }

    /// Ends the session: what it still holds is cancelled. Its name may come back with a later epoch.
    pub(crate) fn end(&self) {
        {
            let mut core = self.core.lock();
            self.forget_alarm(&mut core);
            core.deliveries.cancel();
            core.counted.has(0);
        }
        if let (Some(outlet), Some(port)) = (&self.shared.outlet, self.port()) {
            outlet.ports.remove(port.port());
        }
        self.ended.ring_for_ever();
        self.epoch_over.ring_for_ever();
        self.grown.ring();
    }

    /// Another scenario's rules, settings and expectations over the world as it is.
    pub(crate) fn keep_world(&self, script: Arc<Script>, real: Moment) {
        let _one_at_a_time = self.steering.lock();
        // What is due by now was due under the old settings.
        self.wake(real);
        let (policy, now) = (script.policy.clone(), Arc::clone(&script));
        let old = Arc::clone(&self.rules.read());
        self.change_rules(old.armed.clone(), script, |core| {
            core.mark_scenario(&now);
            core.owe_head();
            core.world.set_policy(policy);
            // The new rules count from the start, the armed ones go on.
            core.progress.forget_script_rules();
        });
        // A shorter limit may have something due sooner.
        self.wake(real);
    }

    /// An id for a rule that names none.
    pub(crate) fn next_rule_id(&self) -> String {
        // Even if the rule turns out to be none: a number that was given is not given again.
        self.core.lock().mark();
        let rules = Arc::clone(&self.rules.read());
        let is_taken = |id: &str| rules.armed.iter().chain(&rules.script.rules).any(|rule| *rule.id == *id);
        loop {
            let id = format!("armed-{}", self.armed_so_far.fetch_add(1, Ordering::Relaxed) + 1);
            if !is_taken(&id) {
                return id;
            }
        }
    }

    /// Arms a rule in front of all others; one with the same id goes.
    pub(crate) fn arm(&self, mut rule: Rule) {
        let _one_at_a_time = self.steering.lock();
        let old = Arc::clone(&self.rules.read());
        let mut armed = self.not_used_up(&old);
        armed.retain(|other| other.id != rule.id);
        rule.key = ARMED + old.version;
        armed.insert(0, Arc::new(rule));
        self.change_rules(armed, Arc::clone(&old.script), Core::mark);
    }

    /// Takes armed rules away: the one with this id, or all. How many went.
    pub(crate) fn disarm(&self, id: Option<&str>) -> usize {
        let _one_at_a_time = self.steering.lock();
        let old = Arc::clone(&self.rules.read());
        let before = self.not_used_up(&old);
        let armed: Vec<_> =
            before.iter().filter(|rule| id.is_some_and(|id| *rule.id != *id)).cloned().collect();
        let gone = before.len() - armed.len();
        self.change_rules(armed, Arc::clone(&old.script), Core::mark);
        gone
    }

    /// Armed rules that can still fire, newest first; then the script's.
    pub(crate) fn standing_rules(&self) -> (Vec<Standing>, Vec<Standing>) {
        let rules = Arc::clone(&self.rules.read());
        let core = self.core.lock();
        let standing = |rule: &Arc<Rule>| Standing {
            rule: Arc::clone(rule),
            count: core.progress.count(rule),
            left: core.progress.left(rule),
        };
        let by_rules = rules.waiting.iter().filter(|rule| core.progress.has_armed(rule));
        let armed =
            by_rules.chain(&rules.armed).map(standing).filter(|standing| standing.left != Some(0)).collect();
        (armed, rules.script.rules.iter().map(standing).collect())
    }

    fn not_used_up(&self, rules: &RuleSet) -> Vec<Arc<Rule>> {
        let core = self.core.lock();
        rules.armed.iter().filter(|rule| core.progress.left(rule) != Some(0)).cloned().collect()
    }

    /// Puts a new set of rules in place; calls that have looked at the old one look again.
    fn change_rules(&self, armed: Vec<Arc<Rule>>, script: Arc<Script>, also: impl FnOnce(&mut Core)) {
        let version = self.rules.read().version + 1;
        let rules = Arc::new(RuleSet::new(version, armed, script, self.catalogue.places()));
        let core = &mut *self.hold();
        core.rules_version = version;
        core.progress.forget_all_but(&rules);
        also(core);
        self.tally.know(&rules);
        *self.rules.write() = rules;
    }

    /// Which life of its name this is, counted from 1.
    pub(crate) fn epoch(&self) -> u64 {
        self.core.lock().epoch
    }

    /// Its clock and what it shows.
    pub(crate) fn clock(&self, real: Moment) -> (Clock, Moment) {
        let core = self.core.lock();
        (core.clock, core.clock.now(real).max(core.world.now()))
    }

    /// Moves the clock forward by a span; what happened on the way, in its order.
    pub(crate) fn advance(&self, by: Span, real: Moment) -> Result<(Moment, Vec<EventView>), PastTheEnd> {
        let mut backlog = Backlog::with_events();
        let advanced = {
            let mut core = self.now(real, &mut backlog);
            // What fell due until now is carried out, whether or not the clock can be moved on from here.
            let advanced = core.clock.advance(by, real).map(|now| now.max(core.world.now()));
            if let Ok(now) = advanced {
                self.pass_time(&mut core, now, &mut backlog);
                self.forget_alarm(&mut core);
            }
            self.set_alarm(&mut core, real);
            let events = backlog.events.take().unwrap_or_default();
            advanced
                .map(|now| (now, events.into_iter().map(|fired| EventView::of(&core.world, fired)).collect()))
        };
        self.work_off(backlog);
        self.grown.ring();
        advanced
    }

    /// Changes how the clock runs, and where it stands. It never moves back: an earlier moment is refused with the present
    /// one.
    pub(crate) fn set_clock(&self, pace: Pace, at: Option<Moment>, real: Moment) -> Result<Moment, Moment> {
        let mut backlog = Backlog::default();
        let set = {
            let mut core = self.now(real, &mut backlog);
            let now = core.world.now();
            let at = at.unwrap_or(now);
            if at < now {
                Err(now)
            } else {
                core.clock = match pace {
                    Pace::Real => Clock::real(Some(at), real),
                    Pace::Frozen => Clock::frozen(Some(at), real),
                    Pace::Scaled(factor) => Clock::Scaled { from: real, shown: at, factor },
                };
                self.pass_time(&mut core, at, &mut backlog);
                self.forget_alarm(&mut core);
                self.set_alarm(&mut core, real);
                Ok(at)
            }
        };
        self.work_off(backlog);
        self.grown.ring();
        set
    }

    /// Reports a payment now, in the place of a partner's server; the codes of the answers, and the turns in the journal.
    /// `None` if there is no such order, or if nothing that is served takes a payment.
    pub(crate) fn report_payments(&self, dues: &[Due], real: Moment) -> Option<Vec<(u64, Code)>> {
        let mut backlog = Backlog::default();
        let answers = {
            let mut core = self.now(real, &mut backlog);
            let mut answers = Some(Vec::new());
            core.mark();
            for due in dues {
                let code = self.report_payment(&mut core, *due, &mut backlog);
                self.attend(&mut core, &mut backlog);
                answers =
                    answers.zip(code).map(|(answers, code)| [answers, vec![(core.turn, code)]].concat());
            }
            self.set_alarm(&mut core, real);
            answers
        };
        self.work_off(backlog);
        answers
    }

    /// Goes on after a restart: what was being sent is sent again, and what was due meanwhile happens now.
    pub(super) fn resume(&self, real: Moment) {
        let mut backlog = Backlog::default();
        {
            let mut core = self.now(real, &mut backlog);
            self.send_again(&mut core, &mut backlog);
            if !core.deliveries.targets().is_empty() {
                core.world.wake_fleet();
            }
            self.set_alarm(&mut core, real);
        }
        self.work_off(backlog);
    }

    /// Does what has fallen due by itself, and says when the next thing does.
    pub(crate) fn wake(&self, real: Moment) {
        let mut backlog = Backlog::default();
        {
            let mut core = self.now(real, &mut backlog);
            self.forget_alarm(&mut core);
            self.set_alarm(&mut core, real);
        }
        self.work_off(backlog);
        self.grown.ring();
    }

    /// What was asked for no longer holds: the clock or the world is another one.
    pub(super) fn forget_alarm(&self, core: &mut Core) {
        if let Some(at) = core.alarm.take() {
            self.shared.alarm.forget(at, &self.name);
        }
    }

    /// Asks to be woken when the next thing falls due by itself, if that is sooner than what was asked before.
    pub(super) fn set_alarm(&self, core: &mut Core, real: Moment) {
        let due = core.world.next_due().and_then(|due| core.clock.real_time_of(due, real));
        if let Some(due) = due.filter(|due| core.alarm.is_none_or(|set| *due < set)) {
            self.shared.alarm.set(due, core.alarm.replace(due), &self.name);
        }
    }
}

/// How a clock is to run.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pace {
    /// As real time does.
    Real,
    /// Not at all.
    Frozen,
    /// So many times as fast.
    Scaled(u32),
}

/// Keys of armed rules begin here; those of a script are their places in it.
const ARMED: u64 = 1 << 32;
