//! The rules that concern a session right now: those armed by the control API, newest in front, then the script's.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use serde_json::Value;

use super::file::Outcome;
use super::script::{Rule, Script};
use super::verdict::Verdict;

/// A set of rules. Immutable: a change makes a new one, with a higher version.
pub(crate) struct RuleSet {
    /// Rises with every change, so that who decides can see whether it still looks at the right rules.
    pub version: u64,
    /// Armed rules, newest first.
    pub armed: Vec<Arc<Rule>>,
    /// The scenario.
    pub script: Arc<Script>,
    by_endpoint: Vec<Vec<Arc<Rule>>>,
}

/// What changes while rules run: part of a session's state.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress {
    counts: BTreeMap<u64, Count>,
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
    endpoint: usize,
    headers: &'a HeaderMap,
    body: Option<Value>,
}

impl RuleSet {
    /// Puts armed rules in front of a script's.
    pub(crate) fn new(version: u64, armed: Vec<Arc<Rule>>, script: Arc<Script>, endpoints: usize) -> Self {
        let mut by_endpoint = vec![Vec::new(); endpoints];
        for rule in armed.iter().chain(&script.rules) {
            for endpoint in &rule.on {
                by_endpoint[*endpoint].push(Arc::clone(rule));
            }
        }
        Self { version, armed, script, by_endpoint }
    }

    /// A call as these rules need to see it; outside the lock.
    pub(crate) fn probe<'a>(&self, endpoint: usize, headers: &'a HeaderMap, body: &Bytes) -> Probe<'a> {
        let wanted = self.by_endpoint[endpoint].iter().any(|rule| rule.when.look_at_body());
        // A body that is not JSON has no places: matchers see that nothing is there.
        let body = if wanted { serde_json::from_slice(body).ok() } else { None };
        Probe { endpoint, headers, body }
    }

    /// What happens to a call: the first rule that matches and decides wins; those that only watch fire on the way.
    pub(crate) fn decide(&self, probe: &Probe<'_>, progress: &mut Progress) -> Verdict {
        let mut verdict = Verdict::default();
        for rule in &self.by_endpoint[probe.endpoint] {
            if !rule.when.hold(probe.headers, probe.body.as_ref(), &progress.state) {
                continue;
            }
            let count = progress.counts.entry(rule.key).or_default();
            count.matches += 1;
            if !rule.times.fires(count.matches) {
                continue;
            }
            count.hits += 1;
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

impl Progress {
    /// What the rules that fired do once the outcome is known.
    pub(crate) fn follow_up(&mut self, verdict: &Verdict, succeeded: bool) {
        for then in verdict.fired.iter().filter_map(|rule| rule.then.as_ref()) {
            let due = match then.only_if {
                Outcome::Succeeded => succeeded,
                Outcome::Refused => !succeeded,
                Outcome::Always => true,
            };
            if due {
                self.state.extend(then.set.iter().cloned());
            }
        }
    }

    /// Forgets the counts of rules that are gone.
    pub(crate) fn forget_all_but(&mut self, rules: &RuleSet) {
        let keys: BTreeSet<u64> =
            rules.armed.iter().chain(&rules.script.rules).map(|rule| rule.key).collect();
        self.counts.retain(|key, _| keys.contains(key));
    }

    /// Another script's rules count from the start; armed ones, whose keys lie above any place in a script, go on.
    pub(crate) fn forget_script_rules(&mut self) {
        self.counts.retain(|key, _| *key > u64::from(u32::MAX));
    }

    /// How often a rule matched and fired.
    pub(crate) fn count(&self, rule: &Rule) -> Count {
        self.counts.get(&rule.key).copied().unwrap_or_default()
    }

    /// How often a rule can still fire; `None` is without end.
    pub(crate) fn left(&self, rule: &Rule) -> Option<u64> {
        rule.times.first.map(|first| first.saturating_sub(self.count(rule).hits))
    }
}
