//! `docs/faults.md`: what clients and a proxy make of each fault. Written and read here, so that a run can be held against it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use crate::comparing::major;
use crate::support::root;

/// Columns of the second table; all others stand in the first.
pub(super) const PROXIES: [&str; 1] = ["nginx"];

const INTRODUCTION: &str = "\
# What arrives of each fault

This page is made by a test run. `COMPARE_CLIENTS=1 cargo test --test it faults::clients` runs every client that is on the machine and compares;
`RENEW_TABLES=1 cargo test --test it faults::clients` runs each of them three times and writes the page anew. A client that is not there,
or whose major version is another one, is left out, which is said on stderr, and its column stays.

A cell with `or` saw both in three runs.
";

const CLIENTS: &str = "
## In a client's hands

Each client makes a pre-order that fails once, with a time-out of two seconds and without any other setting: on a new connection and, where
another thing comes of it, on one that was kept alive behind a good answer. **Sent 2 times** means that the client sent the call again by
itself: with `\"commit\": true` there are two orders. The drivers are in `tests/clients/faults/`.

- curl: its exit code. It judges no body; `--max-time` is for the whole answer.
- urllib3 and requests: the exception. Their time-out is for each read, so a slow answer that keeps coming is no error.
- Node: `fetch` and `answer.json()` under `AbortSignal.timeout`, which is for the whole answer.
- Java: `HttpClient` with `HttpRequest.timeout`. That ends with the head of an answer: `waits on` is a body that is still waited for after
  five seconds. Java reads no JSON by itself, so a whole answer is told by its status.
";

const PROXY: &str = "
## Behind nginx

What a client sees that calls through nginx: a plain `proxy_pass` with `proxy_http_version 1.1`, buffering as it is by default, and a
`proxy_read_timeout` of two seconds (the default is sixty).
";

/// Of one client: what it is, and what it made of each fault, several things if runs differ.
pub(super) struct Column {
    pub(super) name: &'static str,
    /// `curl 7.88.1`.
    pub(super) version: String,
    pub(super) cells: BTreeMap<String, BTreeSet<String>>,
}

/// The page as it is committed.
pub(super) struct Page {
    /// Version and cells by the name of the column.
    pub(super) columns: BTreeMap<String, (String, BTreeMap<String, String>)>,
}

pub(super) fn path() -> PathBuf {
    root().join("docs/faults.md")
}

impl Page {
    /// Reads the committed page; empty if there is none.
    pub(super) fn read() -> Self {
        let text = std::fs::read_to_string(path()).unwrap_or_default();
        let mut columns: BTreeMap<String, (String, BTreeMap<String, String>)> = BTreeMap::new();
        let mut names: Vec<String> = Vec::new();
        for line in text.lines() {
            let Some(cells) = line.strip_prefix("| ").and_then(|line| line.strip_suffix(" |")) else {
                continue;
            };
            let mut cells = cells.split(" | ").map(str::to_owned);
            let fault = cells.next().unwrap_or_default();
            if fault == "fault" {
                names = cells.collect();
                continue;
            }
            for (name, cell) in names.iter().zip(cells) {
                let (version, column) = columns.entry(name.clone()).or_default();
                if fault == VERSION { *version = cell } else { drop(column.insert(fault.clone(), cell)) }
            }
        }
        Self { columns }
    }

    /// The page with these columns in the place of what it had.
    pub(super) fn renewed(mut self, found: Vec<Column>, order: &[&str], faults: &[String]) -> String {
        for Column { name, version, cells } in found {
            let joined = |seen: BTreeSet<String>| seen.into_iter().collect::<Vec<_>>().join(OR);
            let cells = cells.into_iter().map(|(fault, seen)| (fault, joined(seen))).collect();
            self.columns.insert(name.to_owned(), (version, cells));
        }
        let (proxies, clients): (Vec<&str>, Vec<&str>) =
            order.iter().partition(|name| PROXIES.contains(name));
        let mut text = INTRODUCTION.to_owned();
        for (words, names) in [(CLIENTS, clients), (PROXY, proxies)] {
            text += words;
            writeln!(text, "\n| fault | {} |\n|---|{}", names.join(" | "), "---|".repeat(names.len()))
                .expect("a text");
            for fault in faults.iter().map(String::as_str).chain([VERSION]) {
                let of = |name: &&str| match self.columns.get(*name) {
                    Some((version, _)) if fault == VERSION => version.as_str(),
                    Some((_, cells)) => cells.get(fault).map_or("", String::as_str),
                    None => "",
                };
                let cells: Vec<&str> = names.iter().map(of).collect();
                writeln!(text, "| {fault} | {} |", cells.join(" | ")).expect("a text");
            }
        }
        text
    }

    /// What a run saw otherwise than the page says, fault by fault; `None` if the page is about another major version.
    pub(super) fn differences(&self, found: &Column) -> Option<Vec<String>> {
        let empty = (found.version.clone(), BTreeMap::new());
        let (version, cells) = self.columns.get(found.name).unwrap_or(&empty);
        if major(version) != major(&found.version) {
            return None;
        }
        let differs = found.cells.iter().filter_map(|(fault, seen)| {
            let known = cells.get(fault).map_or("", String::as_str);
            let is_known = seen.iter().all(|seen| known.split(OR).any(|known| known == seen));
            let seen = || seen.iter().cloned().collect::<Vec<_>>().join(OR);
            (!is_known).then(|| format!("{} of {fault}\n  - {known}\n  + {}", found.name, seen()))
        });
        Some(differs.collect())
    }
}

/// The last row of a table.
const VERSION: &str = "made with";
const OR: &str = " or ";
