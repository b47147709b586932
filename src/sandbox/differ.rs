//! The first difference between two journals, field by field, for a person.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::Value;

/// Most fields that are told of.
const MOST_FIELDS: usize = 12;
/// Longest value that is shown whole, in characters.
const LONGEST: usize = 200;

/// The first entry that differs; `None` if there is none.
pub(super) fn difference(recorded: &[String], replayed: &[String]) -> Option<String> {
    let same = recorded.iter().zip(replayed).take_while(|(one, other)| is_same(one, other)).count();
    match (recorded.get(same), replayed.get(same)) {
        (None, None) => None,
        (Some(one), Some(other)) => Some(of_entries(one, other)),
        (Some(one), None) => Some(of_lengths(recorded, replayed, "missing from the replay", one)),
        (None, Some(other)) => Some(of_lengths(recorded, replayed, "not in the recording", other)),
    }
}

/// To the byte as it was recorded. What somebody has written in another style since can only be compared by what it says.
fn is_same(recorded: &str, replayed: &str) -> bool {
    let is_as_it_was = recorded.starts_with("{\"turn\":");
    recorded == replayed || !is_as_it_was && parsed(recorded).is_some_and(|one| parsed(replayed) == Some(one))
}

fn of_lengths(recorded: &[String], replayed: &[String], what: &str, entry: &str) -> String {
    let (recorded, replayed) = (recorded.len(), replayed.len());
    format!(
        "the recording has {recorded} entries, the replay {replayed}; the first that is {what}:\n  {}",
        clipped(entry)
    )
}

fn of_entries(recorded: &str, replayed: &str) -> String {
    let (Some(one), Some(other)) = (parsed(recorded), parsed(replayed)) else {
        return of_bytes("an entry", recorded, replayed);
    };
    let turn = match &one["turn"] {
        Value::Null => "an entry".to_owned(),
        turn => format!("turn {turn}"),
    };
    let mut found = Vec::new();
    compare("", Some(&one), Some(&other), &mut found);
    if found.is_empty() {
        return of_bytes(&turn, recorded, replayed);
    }
    let target = one["request"]["target"].as_str().unwrap_or_default();
    let method = one["request"]["method"].as_str().unwrap_or_default();
    let mut text = format!("{turn} differs ({method} {target}):");
    for (place, one, other) in found.iter().take(MOST_FIELDS) {
        let _ = write!(text, "\n  {place}\n    recorded: {}\n    replayed: {}", shown(*one), shown(*other));
    }
    if found.len() > MOST_FIELDS {
        let _ = write!(text, "\n  and {} more fields", found.len() - MOST_FIELDS);
    }
    text
}

/// Two entries that say the same and are written otherwise.
fn of_bytes(what: &str, recorded: &str, replayed: &str) -> String {
    let same = recorded.chars().zip(replayed.chars()).take_while(|(one, other)| one == other).count();
    let from = same.saturating_sub(40);
    let piece = |text: &str| text.chars().skip(from).take(LONGEST).collect::<String>();
    let (one, other) = (piece(recorded), piece(replayed));
    format!("{what} differs from character {} on:\n    recorded: …{one}\n    replayed: …{other}", same + 1)
}

/// All leaves that differ, with their places.
fn compare<'v>(
    place: &str,
    one: Option<&'v Value>,
    other: Option<&'v Value>,
    found: &mut Vec<(String, Option<&'v Value>, Option<&'v Value>)>,
) {
    match (one, other) {
        (Some(Value::Object(one)), Some(Value::Object(other))) => {
            let mut seen = BTreeSet::new();
            for key in one.keys().chain(other.keys()).filter(|key| seen.insert(key.as_str())) {
                compare(&format!("{place}/{key}"), one.get(key), other.get(key), found);
            }
        }
        (Some(Value::Array(one)), Some(Value::Array(other))) => {
            for at in 0..one.len().max(other.len()) {
                compare(&format!("{place}/{at}"), one.get(at), other.get(at), found);
            }
        }
        _ if one == other => {}
        _ => found.push((place.to_owned(), one, other)),
    }
}

fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".to_owned(), |value| clipped(&value.to_string()))
}

fn clipped(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
    }
}

fn parsed(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::difference;

    fn lines(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn the_first_entry_that_differs_is_told_field_by_field() {
        let entry = |code: i64| {
            format!(
                r#"{{"turn":2,"request":{{"method":"POST","target":"/x"}},"response":{{"code":{code},"body":[1,{code}]}}}}"#
            )
        };
        let (one, other) = ([entry(0), entry(1)], [entry(0), entry(7)]);
        assert_eq!(difference(&one, &one), None);
        insta::assert_snapshot!(difference(&one, &other).expect("a difference"), @r"
        turn 2 differs (POST /x):
          /response/code
            recorded: 1
            replayed: 7
          /response/body/1
            recorded: 1
            replayed: 7
        ");
    }

    #[test]
    fn bytes_count_unless_the_style_is_another_one() {
        let (as_written, spaced, formatted) =
            (r#"{"turn":1,"a":[1,2]}"#, r#"{"turn":1,"a":[1, 2]}"#, r#"{ "turn": 1, "a": [1, 2] }"#);
        assert_eq!(difference(&lines(&[formatted]), &lines(&[as_written])), None);
        insta::assert_snapshot!(difference(&lines(&[spaced]), &lines(&[as_written])).expect("a difference"), @r#"
        turn 1 differs from character 18 on:
            recorded: …{"turn":1,"a":[1, 2]}
            replayed: …{"turn":1,"a":[1,2]}
        "#);
    }

    #[test]
    fn journals_of_different_lengths_are_told_as_such() {
        let (short, long) = (lines(&[r#"{"turn":1}"#]), lines(&[r#"{"turn":1}"#, r#"{"turn":2}"#]));
        insta::assert_snapshot!(difference(&long, &short).expect("a difference"), @r#"
        the recording has 2 entries, the replay 1; the first that is missing from the replay:
          {"turn":2}
        "#);
        insta::assert_snapshot!(difference(&short, &long).expect("a difference"), @r#"
        the recording has 1 entries, the replay 2; the first that is not in the recording:
          {"turn":2}
        "#);
    }
}
