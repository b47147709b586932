//! What a scenario says, part by part, before it is a script: so that one can be laid over another.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::Lowered;
use crate::document::Diagnostic;
use crate::domain::moment::Moment;
use crate::domain::order::Numbers;
use crate::domain::payment::Payer;
use crate::domain::policy::Policy;
use crate::domain::profile::Supply;
use crate::domain::stock::Stock;
use crate::scenario::expect::Expectation;
use crate::scenario::file::ClockMode;
use crate::scenario::script::{PlannedCall, Rule, Script, Source};

/// The parts of one scenario, or of several that were laid over each other. What is `None` was not said.
pub(super) struct Parts {
    pub(super) name: String,
    pub(super) note: Option<String>,
    pub(super) made_of: Vec<String>,
    pub(super) seed: Option<u64>,
    pub(super) clock: Option<(Option<Moment>, ClockMode)>,
    /// Only what was said: a setting that nobody names is not set back.
    pub(super) vendor: Vec<(String, String)>,
    pub(super) payer: Option<Payer>,
    pub(super) numbers: Option<Numbers>,
    pub(super) stock: Arc<Stock>,
    pub(super) supply: Option<Supply>,
    pub(super) callbacks: Option<Vec<(String, String)>>,
    pub(super) changes_world: bool,
    pub(super) rules: Vec<Rule>,
    pub(super) calls: Vec<PlannedCall>,
    pub(super) expect: Vec<Expectation>,
    /// The bodies that rules answer with.
    pub(super) fixtures: BTreeSet<String>,
}

impl Parts {
    /// Nothing but a stock.
    pub(super) fn on(stock: &Arc<Stock>) -> Self {
        Self {
            name: String::new(),
            note: None,
            made_of: Vec::new(),
            seed: None,
            clock: None,
            vendor: Vec::new(),
            payer: None,
            numbers: None,
            stock: Arc::clone(stock),
            supply: None,
            callbacks: None,
            changes_world: false,
            rules: Vec::new(),
            calls: Vec::new(),
            expect: Vec::new(),
            fixtures: BTreeSet::new(),
        }
    }

    /// A later scenario laid over this one. Rules and settings add up, the later one that says anything else wins; name, note,
    /// calls and expectations are the later one's alone. Its stock has been made from this one's.
    pub(super) fn then(self, later: Self) -> Self {
        fn all<T>(mut earlier: Vec<T>, later: Vec<T>) -> Vec<T> {
            earlier.extend(later);
            earlier
        }
        Self {
            made_of: all(self.made_of, later.made_of),
            seed: later.seed.or(self.seed),
            clock: later.clock.or(self.clock),
            vendor: all(self.vendor, later.vendor),
            payer: later.payer.or(self.payer),
            numbers: later.numbers.or(self.numbers),
            supply: later.supply.or(self.supply),
            callbacks: later.callbacks.or(self.callbacks),
            changes_world: self.changes_world || later.changes_world,
            rules: all(self.rules, later.rules),
            fixtures: self.fixtures.into_iter().chain(later.fixtures).collect(),
            ..later
        }
    }

    /// The script that comes of it.
    pub(super) fn lowered((parts, warnings): (Self, Vec<Diagnostic>)) -> Lowered {
        let mut policy = Policy::default();
        for (key, value) in &parts.vendor {
            // Each was judged where it was read.
            let _ = policy.set(key, value);
        }
        let mut rules = parts.rules;
        for (at, rule) in rules.iter_mut().enumerate() {
            // A key is the place in the joined list.
            rule.key = at as u64;
        }
        let (start, clock) = parts.clock.unwrap_or((None, ClockMode::Real));
        let script = Script {
            name: parts.name,
            note: parts.note,
            key: None,
            made_of: parts.made_of,
            seed: parts.seed,
            start,
            clock,
            policy,
            payer: parts.payer,
            numbers: parts.numbers,
            stock: parts.stock,
            supply: parts.supply.unwrap_or(Supply::Unbounded),
            callbacks: parts.callbacks.unwrap_or_default(),
            changes_world: parts.changes_world,
            rules: rules.into_iter().map(Arc::new).collect(),
            calls: parts.calls,
            expect: parts.expect,
            is_recorded: false,
            source: Source::default(),
            stock_digest: OnceLock::new(),
        };
        Lowered { script, warnings, fixtures: parts.fixtures }
    }
}
