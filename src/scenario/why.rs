//! Why a turn came out so: which rules were looked at, and what kept each of them from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::script::Rule;

/// The rules that were looked at, in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Why {
    /// The first of them.
    pub candidates: Vec<Candidate>,
    /// How many more there were.
    pub more: usize,
    /// The states before the turn.
    pub before: BTreeMap<String, Value>,
    /// And after it.
    pub after: BTreeMap<String, Value>,
}

/// A rule that was looked at.
#[derive(Clone)]
pub(crate) struct Candidate {
    /// The rule.
    pub rule: Arc<Rule>,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a rule.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// It fired.
    Fired,
    /// Its outage is over, or has not begun.
    OutsideItsWindow,
    /// This condition does not hold.
    Failed {
        /// Which, from 0.
        condition: usize,
        /// What is there.
        got: Option<String>,
    },
    /// There were not too many calls.
    BelowItsLimit {
        /// So many within the window.
        calls: usize,
        /// So many are let pass.
        limit: usize,
    },
    /// The dice were against it.
    ByChance {
        /// What was drawn.
        drawn: f64,
        /// What it has to be below.
        chance: f64,
    },
    /// It matched, and its `times` let this one pass.
    NotThisTime {
        /// The match, from 1.
        nth: u64,
    },
}

/// So many are kept of a turn.
const MOST: usize = 16;
/// So much of a value is kept.
const LONGEST: usize = 120;

impl Why {
    /// What it weighs in a journal, roughly.
    pub(crate) fn weight(&self) -> usize {
        let got = |one: &Candidate| match &one.outcome {
            Outcome::Failed { got: Some(got), .. } => got.len(),
            _ => 0,
        };
        let states =
            |states: &BTreeMap<String, Value>| states.keys().map(|name| name.len() + 64).sum::<usize>();
        let candidates = self.candidates.iter().map(|one| size_of::<Candidate>() + got(one)).sum::<usize>();
        size_of::<Self>() + candidates + states(&self.before) + states(&self.after)
    }

    /// Whether only those that fire are still told by name.
    pub(super) fn is_full(&self) -> bool {
        self.candidates.len() >= MOST
    }

    /// One more.
    pub(super) fn add(&mut self, rule: &Arc<Rule>, outcome: Outcome) {
        if !self.is_full() || outcome == Outcome::Fired {
            self.candidates.push(Candidate { rule: Arc::clone(rule), outcome });
        } else {
            self.more += 1;
        }
    }
}

impl Outcome {
    /// A condition that does not hold.
    pub(super) fn failed(condition: usize, got: Option<&Value>) -> Self {
        let shown = |value: &Value| {
            let mut text = value.to_string();
            if text.len() > LONGEST {
                let end = (0..=LONGEST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
                text.truncate(end);
                text.push('\u{2026}');
            }
            text
        };
        Self::Failed { condition, got: got.map(shown) }
    }
}

impl std::fmt::Debug for Candidate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Candidate").field(&self.rule.id).field(&self.outcome).finish()
    }
}
