//! The table of all faults, as the lists show them. Whether `commit` has to be said is read from its own table.

use serde::Serialize;

use super::commit::{Commit, Deed, asked_by_one};

/// A fault as the lists show it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    /// Its name.
    pub name: &'static str,
    /// What a client sees.
    pub about: &'static str,
    /// Forms that can be written.
    pub forms: &'static [&'static str],
    /// Whether a rule has to say if the call is carried out.
    pub commit: &'static str,
}

/// All faults.
pub(crate) fn rows() -> Vec<Row> {
    let rows = TABLE.iter();
    rows.map(|(name, deed, about, forms)| Row { name, about, forms, commit: commit(*deed) }).collect()
}

fn commit(deed: Option<Deed>) -> &'static str {
    match deed.map(asked_by_one) {
        None => "as what happens in it",
        Some(Commit::Required) => "required",
        Some(Commit::FalseByDefault) => "false by default",
        Some(Commit::Forbidden) => "never",
    }
}

type Entry = (&'static str, Option<Deed>, &'static str, &'static [&'static str]);

#[rustfmt::skip]
const TABLE: &[Entry] = &[
    ("lost", Some(Deed::Lost), "the connection is reset in the place of the answer; a mail never arrives",
        &[r#""lost""#]),
    ("cut", Some(Deed::Cut), "the answer ends there, by a reset or in good order",
        &[r#"{ "cut": { "at": "afterHead" } }"#, r#"{ "cut": { "at": 40, "how": "rst" } }"#,
          r#"{ "cut": { "at": "beforeHead", "how": "fin" } }"#]),
    ("stall", Some(Deed::Stall), "silence, until the client leaves or ten minutes are over",
        &[r#""stall""#]),
    ("truncate", Some(Deed::Truncate), "the right length in the head, fewer bytes, the end",
        &[r#"{ "truncate": { "bytes": 30 } }"#, r#"{ "truncate": { "fraction": 0.5 } }"#]),
    ("length", Some(Deed::Length), "the head disagrees with the body by 20 bytes: too big and the client waits, too small, or missing",
        &[r#"{ "length": "tooBig" }"#, r#"{ "length": "tooSmall" }"#, r#"{ "length": { "tooSmall": { "keepOpen": true } } }"#,
          r#"{ "length": "missing" }"#]),
    ("chunkGarbage", Some(Deed::ChunkGarbage), "a chunk with half the body, then rubbish",
        &[r#""chunkGarbage""#]),
    ("malformedJson", Some(Deed::MalformedJson), "good HTTP around a body that is no JSON",
        &[r#"{ "malformedJson": "cut" }"#, r#"{ "malformedJson": "extraComma" }"#, r#"{ "malformedJson": "wrongQuote" }"#,
          r#"{ "malformedJson": "twoValues" }"#, r#"{ "malformedJson": "bom" }"#, r#"{ "malformedJson": "badUtf8" }"#]),
    ("wrongType", Some(Deed::WrongType), "good HTTP around a body of another shape",
        &[r#"{ "wrongType": "stringForNumber" }"#, r#"{ "wrongType": "null" }"#, r#"{ "wrongType": "missingField" }"#,
          r#"{ "wrongType": "extraField" }"#, r#"{ "wrongType": "htmlPage" }"#, r#"{ "wrongType": "contentType" }"#,
          r#"{ "wrongType": "gzipFlag" }"#]),
    ("delay", Some(Deed::Delay), "the whole answer comes later, always by so much or by chance",
        &[r#"{ "delay": "3s" }"#, r#"{ "delay": { "uniform": { "from": "100ms", "to": "2s" } } }"#,
          r#"{ "delay": { "normal": { "mean": "500ms", "deviation": "100ms" } } }"#,
          r#"{ "delay": { "logNormal": { "median": "200ms", "sigma": 0.5, "max": "10s" } } }"#,
          r#"{ "delay": { "percentiles": { "p50": "200ms", "p90": "800ms", "p99": "3s" } } }"#]),
    ("drip", Some(Deed::Drip), "the whole answer comes in pieces",
        &[r#"{ "drip": { "bytes": 16, "every": "20ms" } }"#]),
    ("outage", None, "any of these, or an answer, within a window of the session's clock",
        &[r#"{ "outage": { "from": "30m", "for": "10m", "fault": "lost" } }"#,
          r#"{ "outage": { "for": "10m", "answer": { "code": 9999 } } }"#]),
    ("bounce", Some(Deed::Delay), "of mails only: it comes back from the recipient's server",
        &[r#""bounce""#]),
    ("copies", Some(Deed::Delay), "of callbacks only: it is delivered so many times, with the same id",
        &[r#"{ "copies": 2 }"#]),
    ("down", Some(Deed::Delay), "of callbacks only: your server cannot be reached for so long; tries meanwhile fail, and are made again",
        &[r#"{ "down": "1h" }"#]),
    ("reorder", Some(Deed::Delay), "of callbacks only: it goes after the next one of its SIM, at the latest five seconds later",
        &[r#""reorder""#]),
    ("parallel", Some(Deed::Delay), "of callbacks only: it waits for no earlier one of its SIM",
        &[r#""parallel""#]),
    ("corrupt", Some(Deed::Delay), "of callbacks only: signed with another secret, changed after it was signed, or a day old",
        &[r#"{ "corrupt": "signature" }"#, r#"{ "corrupt": "body" }"#, r#"{ "corrupt": "oldTimestamp" }"#]),
    ("hold", Some(Deed::Hold), "calls wait until so many are here: a race on demand; a key of the rule, beside `fault`",
        &[]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::fault::Fault;

    #[test]
    fn each_fault_but_the_outage_is_counted_by_its_name() {
        let names: Vec<&str> = rows().iter().map(|row| row.name).filter(|name| *name != "outage").collect();
        assert_eq!(names, Fault::NAMES);
    }

    #[test]
    fn each_fault_stands_in_it_once_and_each_has_a_form() {
        let rows = rows();
        for (at, row) in rows.iter().enumerate() {
            assert!(!row.forms.is_empty() || row.name == "hold", "{}", row.name);
            assert!(rows[..at].iter().all(|other| other.name != row.name), "{}", row.name);
        }
    }
}
