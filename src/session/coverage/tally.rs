//! The counters of one session. They stand outside of its lock: a turn adds to them whether or not the lock is held.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use http::StatusCode;
use parking_lot::Mutex;

use super::board::Board;
use crate::contract::catalogue::Shelf;
use crate::contract::code::Code;
use crate::domain::world::StepsTaken;
use crate::scenario::fault::Fault;
use crate::scenario::rules::RuleSet;
use crate::scenario::script::{Rule, Script};
use crate::scenario::verdict::{Fired, Verdict};

/// What was used in a session.
#[derive(Debug)]
pub(crate) struct Tally {
    board: Arc<Board>,
    /// Made when they are first used: a session is made often, and calls few of all endpoints.
    blocks: Box<[OnceLock<Block>]>,
    rare: Mutex<Rare>,
}

type Block = Box<[AtomicU64]>;

/// What has no fixed place, and is counted only where a rule fires or a call leads nowhere.
#[derive(Default)]
struct Rare {
    named: Named,
    /// The script whose rules were put down last. Counters outlive their session for a while, and are not to keep its world.
    known: Weak<Script>,
}

/// Counts by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    /// Rules by label; 0 is one that never fired.
    pub(super) rules: BTreeMap<Arc<str>, u64>,
    /// Answers to calls that reached no endpoint, by status.
    pub(super) strays: BTreeMap<u16, u64>,
}

/// Counts as they stood at a moment.
#[derive(Clone, Debug)]
pub(crate) struct Counts {
    pub(super) board: Arc<Board>,
    pub(super) cells: Vec<u64>,
    pub(super) named: Named,
}

/// Rules of more names than these are told of as one: scenarios can be sent without end.
const MOST_RULES: usize = 10_000;
const FURTHER_RULES: &str = "…";

impl Tally {
    pub(super) fn new(board: &Arc<Board>) -> Self {
        let blocks = (0..board.blocks()).map(|_| OnceLock::new()).collect();
        Self { board: Arc::clone(board), blocks, rare: Mutex::default() }
    }

    /// An endpoint answered a call.
    pub(crate) fn called(&self, shelf: &Shelf, endpoint: usize, code: Option<&Code>) {
        self.add(endpoint, self.board.answer(shelf, code), 1);
    }

    /// A call reached no endpoint.
    pub(crate) fn strayed(&self, status: StatusCode) {
        *self.rare.lock().named.strays.entry(status.as_u16()).or_default() += 1;
    }

    /// The script, armed rules or magic values have decided on a call or a mail. Almost always they have not.
    pub(crate) fn decided(&self, verdict: &Verdict) {
        for fired in verdict.fired() {
            match fired {
                Fired::Rule(rule) => add_rule(&mut self.rare.lock().named.rules, &rule.label, 1),
                Fired::Magic(row, _) | Fired::Payer(row) => self.add_to_last(self.board.magic(*row), 1),
            }
        }
        for fault in &verdict.wire {
            let name = fault.name();
            if let Some(at) = Fault::NAMES.iter().position(|known| *known == name) {
                self.add_to_last(self.board.fault(at), 1);
            }
        }
    }

    /// Orders have gone from stage to stage.
    pub(crate) fn stepped(&self, steps: &StepsTaken) {
        for (edge, count) in steps.iter().enumerate().filter(|(_, count)| **count > 0) {
            self.add_to_last(self.board.edge(edge), u64::from(*count));
        }
    }

    /// These rules can fire from now on.
    pub(crate) fn know(&self, set: &RuleSet) {
        let Rare { named, known } = &mut *self.rare.lock();
        let mut know = |rule: &Arc<Rule>| add_rule(&mut named.rules, &rule.label, 0);
        set.armed.iter().for_each(&mut know);
        if !std::ptr::eq(known.as_ptr(), Arc::as_ptr(&set.script)) {
            set.script.rules.iter().for_each(know);
            *known = Arc::downgrade(&set.script);
        }
    }

    /// What was counted so far.
    pub(super) fn counts(&self) -> Counts {
        let mut counts = Counts::none(&self.board);
        counts.add(self);
        counts
    }

    fn add_to_last(&self, at: usize, count: u64) {
        let last = self.board.last_block();
        self.add(last, at - self.board.block(last).start, count);
    }

    fn add(&self, block: usize, at: usize, count: u64) {
        let empty = || self.board.block(block).map(|_| AtomicU64::new(0)).collect();
        if let Some(cell) = self.blocks[block].get_or_init(empty).get(at) {
            cell.fetch_add(count, Ordering::Relaxed);
        }
    }
}

impl Counts {
    pub(super) fn none(board: &Arc<Board>) -> Self {
        Self { board: Arc::clone(board), cells: vec![0; board.len()], named: Named::default() }
    }

    /// Adds what another session has counted.
    pub(super) fn add(&mut self, tally: &Tally) {
        for (block, cells) in
            tally.blocks.iter().enumerate().filter_map(|(at, block)| Some((at, block.get()?)))
        {
            for (sum, cell) in self.cells[self.board.block(block)].iter_mut().zip(cells) {
                *sum += cell.load(Ordering::Relaxed);
            }
        }
        let rare = tally.rare.lock();
        for (label, count) in &rare.named.rules {
            add_rule(&mut self.named.rules, label, *count);
        }
        for (status, count) in &rare.named.strays {
            *self.named.strays.entry(*status).or_default() += count;
        }
    }

    /// One counter.
    pub(super) fn at(&self, cell: usize) -> u64 {
        self.cells.get(cell).copied().unwrap_or(0)
    }
}

fn add_rule(rules: &mut BTreeMap<Arc<str>, u64>, label: &Arc<str>, count: u64) {
    if let Some(sum) = rules.get_mut(label) {
        *sum += count;
    } else if rules.len() < MOST_RULES {
        rules.insert(Arc::clone(label), count);
    } else {
        *rules.entry(Arc::from(FURTHER_RULES)).or_default() += count;
    }
}

impl std::fmt::Debug for Rare {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.named.fmt(f)
    }
}
