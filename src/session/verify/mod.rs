//! Holds expectations against what came of a session's calls: the one place that decides whether they are met.

mod calls;
mod diff;
mod things;

use serde::Serialize;
use serde_json::Value;

use super::session::Session;
use crate::contract::code::Code;
use crate::domain::moment::Moment;
use crate::scenario::count::{Count, Holds};
use crate::scenario::expect::{Expectation, Expected};
use crate::scenario::miss::Miss;
use calls::Past;

/// How many near things are shown of a row.
const NEAREST: usize = 3;
/// How many numbers of what was found are listed.
const LISTED: usize = 10;

/// What came of all rows.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Findings {
    /// Row by row.
    pub rows: Vec<Row>,
    /// Rules of the scenario and armed ones that never fired.
    pub unused_rules: Vec<String>,
}

/// What came of one row.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    /// Where it stands.
    pub pointer: String,
    /// As it is written.
    pub row: Value,
    /// Whether it is met.
    pub state: State,
    /// What was expected, in words.
    pub expected: String,
    /// What was found, in words.
    pub found: String,
    /// Both in a sentence.
    pub message: String,
    /// Of a row that is not met: what misses the fewest of its conditions; or what meets them all, where that is too many.
    pub nearest: Vec<Near>,
}

/// Whether a row is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    /// It is.
    Met,
    /// It is not.
    Unmet,
    /// What could decide it was not kept.
    Unknown,
}

/// Something near to what was expected.
#[derive(Debug, Serialize)]
pub(crate) struct Near {
    /// What it is.
    #[serde(flatten)]
    pub what: Thing,
    /// What it lacks.
    pub misses: Vec<Miss>,
}

/// A call, an order, a mail or a delivery.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Thing {
    /// A journal entry.
    Call {
        /// Its number.
        turn: u64,
        /// The endpoint's id, or null.
        endpoint: Option<&'static str>,
        /// Method and path.
        request: String,
        /// The answer's status.
        status: u16,
        /// The answer's business code, or null.
        code: Option<Code>,
    },
    /// An order.
    Order {
        /// Its id.
        order: u64,
    },
    /// A mail.
    Mail {
        /// Its id.
        mail: u64,
    },
    /// A delivery of a callback.
    Delivery {
        /// Its number.
        delivery: u64,
    },
}

/// Holds the session's own script to its word.
pub(crate) fn own(session: &Session, real: Moment) -> Findings {
    let script = session.script();
    verify(session, &script.expect, real)
}

/// Holds these expectations against what came of the session's calls since its epoch began.
pub(crate) fn verify(session: &Session, expectations: &[Expectation], real: Moment) -> Findings {
    // What is due by now has happened, and is in the journal if it is a call.
    session.wake(real);
    let past = Past::of(session);
    let row = |expectation: &Expectation| {
        let verdict = match &expectation.of {
            Expected::Calls(calls, count) => past.count(calls, count),
            Expected::Sequence(steps) => past.sequence(steps, &expectation.pointer),
            Expected::Orders(fields, count) => things::orders(session, fields, count, real),
            Expected::Mails(fields, count) => things::mails(session, fields, count, real),
            Expected::Deliveries(fields, count) => things::deliveries(session, fields, count, real),
        };
        verdict.row(expectation)
    };
    let (armed, script) = session.standing_rules();
    let unused = armed.iter().chain(&script).filter(|standing| standing.count.hits == 0);
    Findings {
        rows: expectations.iter().map(row).collect(),
        unused_rules: unused.map(|standing| standing.rule.id.to_string()).collect(),
    }
}

/// What was found of a row.
struct Verdict {
    state: State,
    expected: String,
    found: String,
    nearest: Vec<Near>,
}

impl Verdict {
    fn row(self, expectation: &Expectation) -> Row {
        let Self { state, expected, found, nearest } = self;
        Row {
            pointer: expectation.pointer.clone(),
            row: expectation.written.clone(),
            state,
            message: format!("expected {expected}, found {found}"),
            expected,
            found,
            nearest,
        }
    }
}

impl Findings {
    /// Met only if every row is; unknown if that is the worst of them.
    pub(crate) fn state(&self) -> State {
        let has = |state| self.rows.iter().any(|row| row.state == state);
        match (has(State::Unmet), has(State::Unknown)) {
            (true, _) => State::Unmet,
            (false, true) => State::Unknown,
            (false, false) => State::Met,
        }
    }

    /// Rows that are not met.
    pub(crate) fn broken(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.state != State::Met)
    }

    /// How it stands, in a sentence.
    pub(crate) fn summary(&self) -> String {
        let all = self.rows.len();
        let rows = |state| self.rows.iter().filter(|row| row.state == state).count();
        let are = |count: usize, what: &str| {
            let verb = if count == 1 { "is" } else { "are" };
            format!("{count} of {all} expectations {verb} {what}")
        };
        let parts = [
            (State::Unmet, "not met"),
            (State::Unknown, "unknown, since the journal no longer has all of the calls"),
        ];
        let parts =
            parts.into_iter().map(|(state, what)| (rows(state), what)).filter(|(count, _)| *count > 0);
        let parts: Vec<String> = parts.map(|(count, what)| are(count, what)).collect();
        if parts.is_empty() { are(all, "met") } else { parts.join(", ") }
    }
}

impl State {
    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Unmet => "unmet",
            Self::Unknown => "unknown",
        }
    }

    /// What a count comes to, if there are as many as `least` and may be as many as `most`.
    fn of(count: &Count, least: u64, most: u64) -> Self {
        match count.over(least, most) {
            Holds::Always => Self::Met,
            Holds::Never => Self::Unmet,
            Holds::Sometimes => Self::Unknown,
        }
    }
}

/// Whether more of them could be right.
fn wants_more(count: &Count, found: u64) -> bool {
    count.over(found.saturating_add(1), u64::MAX) != Holds::Never
}

/// `3 (turns 1, 2, 3)`, or `none`; of many, only the first are listed.
fn numbered([one, several]: [&str; 2], count: u64, numbers: &[u64]) -> String {
    let shown: Vec<String> = numbers.iter().take(LISTED).map(u64::to_string).collect();
    let word = if count == 1 { one } else { several };
    match count.saturating_sub(LISTED as u64) {
        _ if count == 0 => "none".to_owned(),
        0 => format!("{count} ({word} {})", shown.join(", ")),
        more => format!("{count} ({word} {} and {more} more)", shown.join(", ")),
    }
}

/// The best so far, at most so many.
struct Best<R> {
    ranked: Vec<(R, Near)>,
}

impl<R: Ord> Best<R> {
    fn none() -> Self {
        Self { ranked: Vec::new() }
    }

    /// Takes one in, if it is among the best.
    fn offer(&mut self, rank: R, near: impl FnOnce() -> Near) {
        let at = self.ranked.partition_point(|(other, _)| *other <= rank);
        if at < NEAREST {
            self.ranked.insert(at, (rank, near()));
            self.ranked.truncate(NEAREST);
        }
    }

    fn has(&self, is_such: impl Fn(&R) -> bool) -> bool {
        self.ranked.iter().any(|(rank, _)| is_such(rank))
    }

    fn keep(&mut self, is_such: impl Fn(&R) -> bool) {
        self.ranked.retain(|(rank, _)| is_such(rank));
    }

    fn take(self) -> Vec<Near> {
        self.ranked.into_iter().map(|(_, near)| near).collect()
    }
}
