//! The rules that concern a session right now: those armed by the control API, newest in front, then the script's.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::condition::Place;
use super::index::Index;
use super::progress::Progress;
use super::script::{Per, Rule, Script};
use super::sight::{Probe, Sight, Subject, Wants};
use super::verdict::{Fired, Verdict};
use super::why::{Outcome, Why};
use crate::contract::call::Call;
use crate::domain::dice::Kind;
use crate::domain::ids::ordinal_of;

/// Longer rows have an index.
const LONG: usize = 32;

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
    /// Rules that others arm. They stand in front, and count for nothing until then.
    pub waiting: Vec<Arc<Rule>>,
    /// Whether some rule makes calls wait for each other.
    holds: bool,
    by_place: Vec<Shelf>,
}

/// The rules that name one endpoint or kind of mail. Places that several rules look at are looked at once a call.
#[derive(Default)]
struct Shelf {
    early: Row,
    rules: Row,
    places: Vec<Place>,
    wants: Wants,
    /// Whether some rule makes calls wait for each other.
    holds: bool,
}

/// Rules in their order. Of a long row the index knows which of them a call can match.
#[derive(Default)]
struct Row {
    entries: Vec<Entry>,
    index: Option<Index>,
}

/// A rule, and where its conditions stand among the places of its shelf.
struct Entry {
    rule: Arc<Rule>,
    /// Whether another rule has to arm it first.
    waits: bool,
    places: Box<[usize]>,
}

/// Where a rule comes from.
#[derive(Clone, Copy)]
enum Origin<'a> {
    /// The scenario, or somebody who armed it; where its conditions stand.
    Script(&'a [usize]),
    /// A magic value, by its row.
    Magic(usize),
}

/// When a decision is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Before the caller is known.
    BeforeAdmission,
    /// Once he is let in.
    Admitted,
}

/// What was found at the places of a shelf so far.
type Found<'s> = [OnceCell<Option<Cow<'s, Value>>>];

impl RuleSet {
    /// Puts armed rules in front of a script's.
    pub(crate) fn new(version: u64, armed: Vec<Arc<Rule>>, script: Arc<Script>, places: usize) -> Self {
        let mut by_place: Vec<Shelf> = Vec::new();
        by_place.resize_with(places, Shelf::default);
        let mut known = vec![BTreeMap::new(); places];
        let waiting: Vec<Arc<Rule>> = armed.iter().chain(&script.rules).flat_map(all_armed_by).collect();
        let each = waiting.iter().map(|rule| (rule, true));
        for (rule, waits) in each.chain(armed.iter().chain(&script.rules).map(|rule| (rule, false))) {
            for place in &rule.on {
                by_place[*place].add(rule, waits, &mut known[*place]);
            }
        }
        let holds = by_place.iter().any(|shelf| shelf.holds);
        for row in by_place.iter_mut().flat_map(|shelf| [&mut shelf.early, &mut shelf.rules]) {
            let rules = row.entries.iter().map(|entry| (&*entry.rule, entry.waits));
            row.index = (row.entries.len() > LONG).then(|| Index::of(rules));
        }
        Self { version, armed, script, waiting, holds, by_place }
    }

    /// A call as these rules need to see it; outside the lock.
    pub(crate) fn probe<'a>(&self, endpoint: usize, call: &'a Call) -> Probe<'a> {
        Probe::new(endpoint, call, self.by_place[endpoint].wants)
    }

    /// Whether some rule makes calls to this place wait for each other.
    pub(crate) fn may_hold(&self, place: usize) -> bool {
        self.by_place.get(place).is_some_and(|shelf| shelf.holds)
    }

    /// The same of any place.
    pub(crate) fn may_hold_any(&self) -> bool {
        self.holds
    }

    /// Whether some rule looks at what goes to this place.
    pub(crate) fn concerns(&self, place: usize) -> bool {
        let shelf = self.by_place.get(place);
        shelf.is_some_and(|shelf| !shelf.rules.entries.is_empty() || !shelf.early.entries.is_empty())
    }

    /// Whether some rule acts on this call before its caller is known.
    pub(crate) fn has_early(&self, probe: &Probe<'_>) -> bool {
        !self.by_place[probe.place].early.entries.is_empty()
    }

    /// What happens to a call, or to a mail: the first rule that matches and decides wins; those that only watch fire on the way.
    /// Magic values come last.
    pub(crate) fn decide(
        &self,
        stage: Stage,
        probe: &Probe<'_>,
        subject: &Subject<'_>,
        magic: &[(usize, Arc<Rule>)],
        progress: &mut Progress,
        verdict: &mut Verdict,
    ) {
        let shelf = &self.by_place[probe.place];
        let Row { entries, index } = match stage {
            Stage::BeforeAdmission => &shelf.early,
            Stage::Admitted => &shelf.rules,
        };
        if entries.is_empty() && magic.is_empty() {
            return;
        }
        let mut why = verdict.why.take().unwrap_or_else(|| {
            let before = progress.state.clone();
            Box::new(Why { before, ..Why::default() })
        });
        // A watching rule's `then` waits for the outcome, so states do not change meanwhile.
        let state = std::mem::take(&mut progress.state);
        let awake = std::mem::take(&mut progress.armed);
        let sight = Sight::new(probe, subject, &state);
        let mut found: Vec<OnceCell<_>> = Vec::new();
        found.resize_with(shelf.places.len(), OnceCell::new);
        // Whether the search ends with this rule.
        let mut decides = |rule: &Arc<Rule>, origin: Origin<'_>, why: &mut Why| {
            let failing = match origin {
                Origin::Script(places) => first_failing(rule, places, &shelf.places, &found, &sight),
                Origin::Magic(_) => rule.when.first_failing(&sight),
            };
            if failing.is_some() && why.is_full() {
                why.more += 1;
                return false;
            }
            // Who has waited was counted when he arrived.
            let outcome = match probe.waited {
                Some(key) if key == rule.key => Outcome::Fired,
                _ => judge(rule, failing, subject, &sight, progress),
            };
            let fires = outcome == Outcome::Fired;
            if fires {
                verdict.fired.push(match origin {
                    Origin::Script(_) => Fired::Rule(Arc::clone(rule)),
                    Origin::Magic(row) => Fired::Magic(row, Arc::clone(rule)),
                });
            }
            why.add(rule, outcome);
            let Some((answer, wire)) = rule.decision.as_ref().filter(|_| fires) else { return false };
            verdict.rule = Some(Arc::clone(&rule.id));
            verdict.answer = answer.clone();
            verdict.wire.clone_from(wire);
            true
        };
        let is_awake = |entry: &Entry| !entry.waits || awake.contains(&entry.rule.key);
        let mut is_decided = false;
        let mut hops = None;
        let mut at = 0;
        while let Some(entry) = entries.get(at).filter(|_| !is_decided) {
            is_decided = is_awake(entry) && decides(&entry.rule, Origin::Script(&entry.places), &mut why);
            at += 1;
            // What is told one by one is looked at one by one; of the rest, what the call can match.
            if let Some(index) = index.as_ref().filter(|_| why.is_full() && !is_decided) {
                let next = hops.get_or_insert_with(|| index.hops(probe, at, entries.len())).next();
                let next = next.unwrap_or(entries.len());
                why.more += next - at;
                at = next;
            }
        }
        let mut typed = magic.iter().filter(|(_, rule)| rule.on.contains(&probe.place));
        if !is_decided {
            typed.any(|(row, rule)| decides(rule, Origin::Magic(*row), &mut why));
        }
        verdict.why = Some(why);
        progress.state = state;
        progress.armed = awake;
    }
}

impl Shelf {
    fn add(&mut self, rule: &Arc<Rule>, waits: bool, known: &mut BTreeMap<String, usize>) {
        self.holds |= rule.hold().is_some();
        for condition in &rule.when.0 {
            self.wants.add(&condition.place);
        }
        for per in
            [&rule.times.per, &rule.over.as_ref().and_then(|over| over.per.clone())].into_iter().flatten()
        {
            if let Per::Field(_) = per {
                self.wants.add_field();
            }
        }
        let places = rule.when.0.iter().map(|condition| {
            *known.entry(format!("{:?}", condition.place)).or_insert_with(|| {
                self.places.push(condition.place.clone());
                self.places.len() - 1
            })
        });
        let entry = Entry { places: places.collect(), waits, rule: Arc::clone(rule) };
        let row = if rule.is_early { &mut self.early } else { &mut self.rules };
        row.entries.push(entry);
    }
}

/// The rules that a rule arms, that those arm, and so on.
fn all_armed_by(rule: &Arc<Rule>) -> Vec<Arc<Rule>> {
    let mut all: Vec<Arc<Rule>> = Vec::new();
    let mut next = rule.arms();
    while let Some(armed) = next {
        next = armed.arms();
        all.push(armed);
    }
    all
}

/// The first condition that does not hold, and what stands there instead.
fn first_failing<'f, 's>(
    rule: &Rule,
    at: &[usize],
    places: &[Place],
    found: &'f Found<'s>,
    sight: &'s Sight<'_>,
) -> Option<(usize, Option<Cow<'f, Value>>)> {
    rule.when.0.iter().zip(at).enumerate().find_map(|(nth, (condition, at))| {
        let value = found[*at].get_or_init(|| sight.look(&places[*at])).as_deref();
        (!condition.matcher.accepts(value)).then(|| (nth, value.map(Cow::Borrowed)))
    })
}

/// Whether a rule fires, and if not, what keeps it from it.
fn judge(
    rule: &Rule,
    failing: Option<(usize, Option<Cow<'_, Value>>)>,
    subject: &Subject<'_>,
    sight: &Sight<'_>,
    progress: &mut Progress,
) -> Outcome {
    if rule.window.is_some_and(|window| !window.is_open(subject.now, subject.opened)) {
        return Outcome::OutsideItsWindow;
    }
    if let Some((condition, got)) = failing {
        return Outcome::failed(condition, got.as_deref());
    }
    let key_of = |per: &Option<Per>| match per {
        None => 0,
        Some(Per::Order) => subject.order.unwrap_or(0),
        Some(Per::User) => subject.user.map_or(0, ordinal_of),
        Some(Per::Field(path)) => sight.field(path).map_or(0, |field| ordinal_of(&field)),
    };
    if let Some(over) = &rule.over {
        let calls = progress.within(rule.key, over, key_of(&over.per), subject.now);
        if calls <= over.limit {
            return Outcome::BelowItsLimit { calls, limit: over.limit };
        }
    }
    let per = key_of(&rule.times.per);
    if let Some(chance) = rule.chance {
        let by = if rule.times.per.is_some() { per } else { subject.turn };
        let ordinal = ordinal_of(&format!("{} {by}", rule.id));
        let drawn = subject.seed.draw(Kind::Chance, ordinal).fraction();
        if drawn >= chance {
            return Outcome::ByChance { drawn, chance };
        }
    }
    // What is typed may be anything: counts of it would add up for ever, where nobody asks for them.
    if rule.key < MAGIC || !rule.times.is_always() {
        let (fires, nth) = progress.fires(rule, per);
        if !fires {
            return Outcome::NotThisTime { nth };
        }
    }
    Outcome::Fired
}
