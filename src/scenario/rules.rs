//! The rules that concern a session right now: those armed by the control API, newest in front, then the script's.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use serde_json::Value;

use super::file::{ExpireSpec, Outcome, PerSpec};
use super::script::{Rule, Script};
use super::verdict::Verdict;
use crate::domain::ids::ordinal_of;
use crate::domain::moment::Moment;
use crate::domain::order::OrderOrdinal;

/// Keys of magic values begin here: they always stand behind all other rules.
pub(super) const MAGIC: u64 = 1 << 63;

/// A set of rules. Immutable: a change makes a new one, with a higher version.
pub(crate) struct RuleSet {
    /// Rises with every change, so that who decides can see whether it still looks at the right rules.
    pub version: u64,
    /// Armed rules, newest first.
    pub armed: Vec<Arc<Rule>>,
    /// The scenario.
    pub script: Arc<Script>,
    by_place: Vec<Vec<Arc<Rule>>>,
}

/// What changes while rules run: part of a session's state.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress {
    /// By rule, then by what it counts by.
    counts: BTreeMap<(u64, u64), Count>,
    state: BTreeMap<String, Value>,
}

/// How often a rule matched, and how often it fired.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Count {
    /// Matches of `on` and `when`.
    pub matches: u64,
    /// Times it fired.
    pub hits: u64,
}

/// A call, as rules look at it. The body becomes a tree only when a rule asks for it.
pub(crate) struct Probe<'a> {
    place: usize,
    headers: &'a HeaderMap,
    body: Option<Value>,
}

/// Whom and what a call concerns, as the world knows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    /// The session's clock.
    pub now: Moment,
    /// What it showed when the session's epoch began.
    pub opened: Moment,
    /// The order.
    pub order: Option<OrderOrdinal>,
    /// The account, by its address.
    pub user: Option<&'a str>,
}

impl RuleSet {
    /// Puts armed rules in front of a script's.
    pub(crate) fn new(version: u64, armed: Vec<Arc<Rule>>, script: Arc<Script>, places: usize) -> Self {
        let mut by_place = vec![Vec::new(); places];
        for rule in armed.iter().chain(&script.rules) {
            for place in &rule.on {
                by_place[*place].push(Arc::clone(rule));
            }
        }
        Self { version, armed, script, by_place }
    }

    /// A call as these rules need to see it; outside the lock.
    pub(crate) fn probe<'a>(&self, endpoint: usize, headers: &'a HeaderMap, body: &Bytes) -> Probe<'a> {
        let wanted = self.by_place[endpoint].iter().any(|rule| rule.when.look_at_body());
        // A body that is not JSON has no places: matchers see that nothing is there.
        let body = if wanted { serde_json::from_slice(body).ok() } else { None };
        Probe { place: endpoint, headers, body }
    }

    /// What happens to a call, or to a mail: the first rule that matches and decides wins; those that only watch fire on the way.
    /// Magic values come last.
    pub(crate) fn decide(
        &self,
        probe: &Probe<'_>,
        subject: Subject<'_>,
        magic: &[Arc<Rule>],
        progress: &mut Progress,
    ) -> Verdict {
        let mut verdict = Verdict::default();
        let magic = magic.iter().filter(|rule| rule.on.contains(&probe.place));
        for rule in self.by_place[probe.place].iter().chain(magic) {
            if rule.window.is_some_and(|window| !window.is_open(subject.now, subject.opened)) {
                continue;
            }
            if !rule.when.hold(probe.headers, probe.body.as_ref(), &progress.state) {
                continue;
            }
            // What is typed may be anything: counts of it would add up for ever, where nobody asks for them.
            let is_counted = rule.key < MAGIC || !rule.times.is_always();
            let per = match rule.times.per {
                None => 0,
                Some(PerSpec::Order) => subject.order.map_or(0, |order| u64::from(order.0) + 1),
                Some(PerSpec::User) => subject.user.map_or(0, ordinal_of),
            };
            if is_counted {
                let count = progress.counts.entry((rule.key, per)).or_default();
                count.matches += 1;
                if !rule.times.fires(count.matches) {
                    continue;
                }
                count.hits += 1;
            }
            if rule.then.is_some() {
                verdict.fired.push(Arc::clone(rule));
            }
            if let Some((answer, wire)) = &rule.decision {
                verdict.rule = Some(Arc::clone(&rule.id));
                verdict.answer = answer.clone();
                verdict.wire.clone_from(wire);
                break;
            }
        }
        verdict
    }
}

impl<'a> Probe<'a> {
    /// A mail: it has neither headers nor a body that rules could look at.
    pub(crate) fn of_mail(place: usize, nothing: &'a HeaderMap) -> Self {
        Self { place, headers: nothing, body: None }
    }
}

impl Progress {
    /// What the rules that fired do once the outcome is known; what is to end is given back.
    pub(crate) fn follow_up(&mut self, verdict: &Verdict, succeeded: bool) -> Vec<ExpireSpec> {
        let mut expired = Vec::new();
        for then in verdict.fired.iter().filter_map(|rule| rule.then.as_ref()) {
            let due = match then.only_if {
                Outcome::Succeeded => succeeded,
                Outcome::Refused => !succeeded,
                Outcome::Always => true,
            };
            if due {
                self.state.extend(then.set.iter().cloned());
                expired.extend(then.expire);
            }
        }
        expired
    }

    /// Forgets the counts of rules that are gone.
    pub(crate) fn forget_all_but(&mut self, rules: &RuleSet) {
        let keys: BTreeSet<u64> =
            rules.armed.iter().chain(&rules.script.rules).map(|rule| rule.key).collect();
        self.counts.retain(|(key, _), _| *key >= MAGIC || keys.contains(key));
    }

    /// Another script's rules count from the start; armed ones, whose keys lie above any place in a script, go on.
    pub(crate) fn forget_script_rules(&mut self) {
        self.counts.retain(|(key, _), _| *key > u64::from(u32::MAX));
    }

    /// How often a rule matched and fired, whatever it counts by.
    pub(crate) fn count(&self, rule: &Rule) -> Count {
        let counts = self.counts.range((rule.key, 0)..=(rule.key, u64::MAX));
        counts.fold(Count::default(), |sum, (_, count)| Count {
            matches: sum.matches + count.matches,
            hits: sum.hits + count.hits,
        })
    }

    /// How often a rule can still fire; `None` is without end, as of one that counts each order by itself.
    pub(crate) fn left(&self, rule: &Rule) -> Option<u64> {
        rule.times
            .first
            .filter(|_| rule.times.per.is_none())
            .map(|first| first.saturating_sub(self.count(rule).hits))
    }
}
