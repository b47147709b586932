//! What was used and what was not, by kind; several reports add up to one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::tally::Counts;
use super::{junit, table};
use crate::contract::catalogue::Catalogue;
use crate::domain::stage::EDGES;
use crate::scenario::fault::Fault;
use crate::scenario::magic::Magic;

/// What can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// Endpoints.
    Endpoint,
    /// Codes that an endpoint's card says it can send.
    Code,
    /// Faults.
    Fault,
    /// Magic values.
    Magic,
    /// Rules of scenarios, and armed ones.
    Rule,
    /// Steps that an order takes from one stage to another.
    Edge,
}

/// One thing that can be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Item {
    /// What it is.
    pub kind: Kind,
    /// What it is called.
    pub name: String,
    /// How often it was used.
    pub count: u64,
    /// How well it is known, of endpoints and codes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
}

/// How much of a kind was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Share {
    /// So many.
    pub used: usize,
    /// Of so many.
    pub total: usize,
    /// The share, whole and rounded down, so that 100 is all of them; nothing of nothing is 100.
    pub percent: u8,
    /// Those that were not.
    pub unused: Vec<String>,
}

/// A report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Report {
    /// How many processes it is of.
    pub processes: u64,
    /// All that can be used, kind by kind in the order of the tables.
    pub items: Vec<Item>,
    /// What was used although no table lists it: codes that no card names, calls that led nowhere.
    pub beside: Vec<Item>,
}

/// A report as it is written and read.
#[derive(Serialize, Deserialize)]
struct Written {
    format: u32,
    processes: u64,
    /// For whoever reads the file; it follows from the items.
    #[serde(skip_deserializing)]
    kinds: BTreeMap<Kind, Share>,
    items: Vec<Item>,
    #[serde(default)]
    beside: Vec<Item>,
}

/// The number that a written report begins with.
const FORMAT: u32 = 1;

/// Why a text is no report.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoReport {
    /// It has another shape.
    #[error("{0}")]
    Shape(#[from] serde_json::Error),
    /// It is of another version.
    #[error("its format is {0}, and this version reads {FORMAT}")]
    Format(u32),
}

impl Kind {
    /// All of them.
    pub(crate) const ALL: [Self; 6] =
        [Self::Endpoint, Self::Code, Self::Fault, Self::Magic, Self::Rule, Self::Edge];

    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Endpoint => "endpoint",
            Self::Code => "code",
            Self::Fault => "fault",
            Self::Magic => "magic",
            Self::Rule => "rule",
            Self::Edge => "edge",
        }
    }
}

impl Report {
    /// Puts names to counts: what the tables list is what can be used.
    pub(super) fn new(counts: &Counts, catalogue: &Catalogue, magic: &Magic) -> Self {
        let mut report = Self { processes: 1, items: Vec::new(), beside: Vec::new() };
        report.endpoints(counts, catalogue);
        let board = &counts.board;
        for (at, name) in Fault::NAMES.iter().enumerate() {
            report.add(Kind::Fault, *name, counts.at(board.fault(at)), None);
        }
        for (at, row) in magic.rows().iter().enumerate() {
            report.add(Kind::Magic, &row.trigger, counts.at(board.magic(at)), None);
        }
        for (label, count) in &counts.named.rules {
            report.add(Kind::Rule, &**label, *count, None);
        }
        for (at, (from, to)) in EDGES.iter().enumerate() {
            report.add(Kind::Edge, format!("{from} → {to}"), counts.at(board.edge(at)), None);
        }
        for (status, count) in &counts.named.strays {
            report.add_beside(Kind::Endpoint, format!("no endpoint, status {status}"), *count);
        }
        report
    }

    /// Endpoints, and the codes of each that its card names. What else it sent stands beside.
    fn endpoints(&mut self, counts: &Counts, catalogue: &Catalogue) {
        let board = &counts.board;
        for served in &catalogue.endpoints {
            let calls = board.block(served.at).map(|cell| counts.at(cell)).sum();
            self.add(Kind::Endpoint, served.endpoint.id, calls, Some(served.card.evidence.word()));
        }
        for served in &catalogue.endpoints {
            let id = served.endpoint.id;
            for (row, code) in catalogue.shelf(served).codes.rows.iter().enumerate() {
                let count = counts.at(board.row(served.at, row));
                let name = format!("{id}/{}", code.name);
                match served.card.codes.iter().find(|listed| listed.code == code.name) {
                    Some(listed) => self.add(Kind::Code, name, count, Some(listed.evidence.word())),
                    None => self.add_beside(Kind::Code, name, count),
                }
            }
            let other = counts.at(board.other_code(served.at));
            self.add_beside(Kind::Code, format!("{id}, another code"), other);
            let none = counts.at(board.without_code(served.at));
            self.add_beside(Kind::Code, format!("{id}, no code"), none);
        }
    }

    fn add(&mut self, kind: Kind, name: impl Into<String>, count: u64, evidence: Option<&str>) {
        let evidence = evidence.map(str::to_owned);
        self.items.push(Item { kind, name: name.into(), count, evidence });
    }

    fn add_beside(&mut self, kind: Kind, name: String, count: u64) {
        if count > 0 {
            self.beside.push(Item { kind, name, count, evidence: None });
        }
    }

    /// Reads what [`Report::json`] wrote.
    pub(crate) fn read(text: &str) -> Result<Self, NoReport> {
        let Written { format, processes, items, beside, .. } = serde_json::from_str(text)?;
        if format != FORMAT {
            return Err(NoReport::Format(format));
        }
        Ok(Self { processes, items, beside })
    }

    /// Adds what other processes have used. What only they know of comes behind its kind.
    pub(crate) fn merge(&mut self, other: Self) {
        self.processes = self.processes.saturating_add(other.processes);
        merge(&mut self.items, other.items);
        merge(&mut self.beside, other.beside);
    }

    /// The things of a kind.
    pub(crate) fn of(&self, kind: Kind) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| item.kind == kind)
    }

    /// How much of a kind was used.
    pub(crate) fn share(&self, kind: Kind) -> Share {
        let total = self.of(kind).count();
        let unused: Vec<String> =
            self.of(kind).filter(|item| item.count == 0).map(|item| item.name.clone()).collect();
        let used = total - unused.len();
        let percent = (used * 100).checked_div(total).and_then(|percent| u8::try_from(percent).ok());
        Share { used, total, percent: percent.unwrap_or(100), unused }
    }

    /// As JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        let written = Written {
            format: FORMAT,
            processes: self.processes,
            kinds: Kind::ALL.into_iter().map(|kind| (kind, self.share(kind))).collect(),
            items: self.items.clone(),
            beside: self.beside.clone(),
        };
        // Words, numbers and texts always have a JSON form.
        serde_json::to_value(written).unwrap_or_default()
    }

    /// As JUnit XML.
    pub(crate) fn junit(&self) -> String {
        junit::write(self)
    }

    /// As a table for a terminal.
    pub(crate) fn table(&self) -> String {
        table::write(self)
    }
}

/// Adds counts up by kind and name.
fn merge(into: &mut Vec<Item>, items: Vec<Item>) {
    let mut places: BTreeMap<(Kind, String), usize> =
        into.iter().enumerate().map(|(at, item)| ((item.kind, item.name.clone()), at)).collect();
    for item in items {
        let at = *places.entry((item.kind, item.name.clone())).or_insert(into.len());
        match into.get_mut(at) {
            None => into.push(item),
            Some(known) => {
                known.count = known.count.saturating_add(item.count);
                known.evidence = known.evidence.take().or(item.evidence);
            }
        }
    }
    into.sort_by_key(|item| item.kind);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(items: &[(Kind, &str, u64)]) -> Report {
        let mut report = Report { processes: 1, items: Vec::new(), beside: Vec::new() };
        for (kind, name, count) in items {
            report.add(*kind, *name, *count, None);
        }
        report
    }

    #[test]
    fn reports_add_up_and_keep_what_only_one_of_them_knows() {
        let mut one = report(&[(Kind::Endpoint, "a", 1), (Kind::Endpoint, "b", 0), (Kind::Edge, "e", 0)]);
        one.merge(report(&[(Kind::Endpoint, "b", 2), (Kind::Endpoint, "c", 0), (Kind::Edge, "e", u64::MAX)]));
        one.merge(report(&[(Kind::Edge, "e", 1)]));
        let expected = [
            (Kind::Endpoint, "a", 1),
            (Kind::Endpoint, "b", 2),
            (Kind::Endpoint, "c", 0),
            (Kind::Edge, "e", u64::MAX),
        ];
        assert_eq!(one, Report { processes: 3, ..report(&expected) });
    }

    #[test]
    fn a_hundred_percent_is_all_of_them_and_nothing_of_nothing() {
        let items: Vec<(String, u64)> = (0..200).map(|n| (format!("{n}"), u64::from(n > 0))).collect();
        let items: Vec<(Kind, &str, u64)> =
            items.iter().map(|(name, count)| (Kind::Code, name.as_str(), *count)).collect();
        let mut report = report(&items);
        let share = report.share(Kind::Code);
        assert_eq!(
            (share.used, share.total, share.percent, share.unused),
            (199, 200, 99, vec!["0".to_owned()])
        );
        report.items[0].count = 1;
        assert_eq!(report.share(Kind::Code).percent, 100);
        assert_eq!(report.share(Kind::Rule).percent, 100);
    }

    #[test]
    fn what_is_written_is_read_back_and_anything_else_is_refused() {
        let report = report(&[(Kind::Magic, "slow-{span}", 3), (Kind::Edge, "waiting → paid", 0)]);
        assert_eq!(Report::read(&report.json().to_string()).expect("a report"), report);
        let refused = |text: &str| Report::read(text).expect_err("no report").to_string();
        assert!(refused("{}").contains("missing field"));
        let later = r#"{ "format": 2, "processes": 1, "items": [] }"#;
        assert_eq!(refused(later), "its format is 2, and this version reads 1");
    }
}
