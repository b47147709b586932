//! What changes while rules run: counts and states. Part of a session's state, and bounded whatever clients send.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::Value;

use super::file::Outcome;
use super::rules::{MAGIC, RuleSet};
use super::script::{Over, Rule, Then, root};
use super::verdict::{Fired, Verdict};
use crate::domain::moment::Moment;

/// Counts and states.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress {
    tallies: BTreeMap<u64, Tally>,
    pub(super) state: BTreeMap<String, Value>,
    /// Keys of the rules that other rules have armed.
    pub(super) armed: BTreeSet<u64>,
}

/// How often a rule matched, and how often it fired.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Count {
    /// Matches of `on` and `when`.
    pub matches: u64,
    /// Times it fired.
    pub hits: u64,
}

/// The counts of one rule.
#[derive(Clone, Debug, Default)]
struct Tally {
    total: Count,
    /// By what it counts by.
    by: BTreeMap<u64, Count>,
    /// When the last calls came, by what it counts them by.
    recent: BTreeMap<u64, VecDeque<Moment>>,
}

/// More values than these are not told apart: those that were seen least are forgotten.
const MOST_VALUES: usize = 10_000;
/// More magic values than these are not counted.
const MOST_TALLIES: usize = 20_000;

impl Progress {
    /// One more match of a rule; whether it is the one that fires, and which it is.
    pub(super) fn fires(&mut self, rule: &Rule, per: u64) -> (bool, u64) {
        let tally = self.tally(rule.key);
        tally.total.matches += 1;
        if rule.times.per.is_none() {
            let nth = tally.total.matches;
            let fires = rule.times.fires(nth);
            tally.total.hits += u64::from(fires);
            return (fires, nth);
        }
        if tally.by.len() >= MOST_VALUES && !tally.by.contains_key(&per) {
            let mut seen: Vec<u64> = tally.by.values().map(|count| count.matches).collect();
            let middle = seen.len() / 2;
            let middle = *seen.select_nth_unstable(middle).1;
            let before = tally.by.len();
            tally.by.retain(|_, count| count.matches > middle);
            if tally.by.len() == before {
                tally.by.clear();
            }
        }
        let count = tally.by.entry(per).or_default();
        count.matches += 1;
        let (nth, fires) = (count.matches, rule.times.fires(count.matches));
        count.hits += u64::from(fires);
        tally.total.hits += u64::from(fires);
        (fires, nth)
    }

    /// One more call within a window; how many there are now, as far as it matters.
    pub(super) fn within(&mut self, key: u64, over: &Over, per: u64, now: Moment) -> usize {
        let recent = &mut self.tally(key).recent;
        if recent.len() >= MOST_VALUES && !recent.contains_key(&per) {
            // Whoever has not called within the window counts from nothing anyway.
            recent.retain(|_, calls| calls.back().is_some_and(|last| is_within(*last, over, now)));
            if recent.len() >= MOST_VALUES {
                recent.clear();
            }
        }
        let calls = recent.entry(per).or_default();
        calls.push_back(now);
        while calls.len() > over.limit + 1 || calls.front().is_some_and(|first| !is_within(*first, over, now))
        {
            calls.pop_front();
        }
        calls.len()
    }

    /// Takes over what another has counted of one rule.
    pub(crate) fn take_count(&mut self, other: &Self, key: u64) {
        if let Some(tally) = other.tallies.get(&key) {
            self.tallies.insert(key, tally.clone());
        }
    }

    fn tally(&mut self, key: u64) -> &mut Tally {
        if self.tallies.len() >= MOST_TALLIES && !self.tallies.contains_key(&key) {
            // What is typed may be anything.
            self.tallies.retain(|key, _| *key < MAGIC);
        }
        self.tallies.entry(key).or_default()
    }

    /// What the rules that fired do once the outcome is known: states are set, the rest is for whoever knows the world.
    pub(crate) fn follow_up<'v>(&mut self, verdict: &'v mut Verdict, succeeded: bool) -> Vec<&'v Then> {
        let mut due = Vec::new();
        let Verdict { fired, why, .. } = verdict;
        for rule in fired.iter().filter_map(Fired::rule) {
            let Some(then) = &rule.then else { continue };
            let is_due = match then.only_if {
                Outcome::Succeeded => succeeded,
                Outcome::Refused => !succeeded,
                Outcome::Always => true,
            };
            if is_due {
                self.state.extend(then.set.iter().cloned());
                if let Some(armed) = rule.arms() {
                    // Armed again, it counts from the start.
                    self.tallies.remove(&armed.key);
                    self.armed.insert(armed.key);
                }
                due.push(then);
            }
        }
        if let Some(why) = why {
            why.after.clone_from(&self.state);
        }
        due
    }

    /// Forgets the counts of rules that are gone.
    pub(crate) fn forget_all_but(&mut self, rules: &RuleSet) {
        let keys: BTreeSet<u64> =
            rules.armed.iter().chain(&rules.script.rules).map(|rule| rule.key).collect();
        self.tallies.retain(|key, _| *key >= MAGIC || keys.contains(&root(*key)));
        self.armed.retain(|key| keys.contains(&root(*key)));
    }

    /// Another script's rules count from the start; armed ones, whose keys lie above any place in a script, go on.
    pub(crate) fn forget_script_rules(&mut self) {
        self.tallies.retain(|key, _| root(*key) > u64::from(u32::MAX));
        self.armed.retain(|key| root(*key) > u64::from(u32::MAX));
    }

    /// How often a rule matched and fired, whatever it counts by.
    pub(crate) fn count(&self, rule: &Rule) -> Count {
        self.tallies.get(&rule.key).map(|tally| tally.total).unwrap_or_default()
    }

    /// Whether another rule has armed this one.
    pub(crate) fn has_armed(&self, rule: &Rule) -> bool {
        self.armed.contains(&rule.key)
    }

    /// How often a rule can still fire; `None` is without end, as of one that counts each order by itself.
    pub(crate) fn left(&self, rule: &Rule) -> Option<u64> {
        rule.times
            .first
            .filter(|_| rule.times.per.is_none())
            .map(|first| first.saturating_sub(self.count(rule).hits))
    }
}

fn is_within(call: Moment, over: &Over, now: Moment) -> bool {
    call.plus(over.window).is_none_or(|end| now < end)
}
