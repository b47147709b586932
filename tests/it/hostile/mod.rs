//! Hostile bytes over raw sockets. Whatever comes in: nothing hangs, the answer is what the table says, and the next good call on a new
//! connection is answered.

mod bounds;
mod client;
mod control;
mod crowd;
mod logs;
mod slow;

use std::fmt::Write as _;

use client::{Client, good};
use linksfield_sandbox::Sandbox;
use serde_json::Value;

use crate::support::{builder, documented};

/// One line of the table.
struct Case {
    what: &'static str,
    answers: Vec<&'static str>,
    stays_open: bool,
    writes: Vec<Vec<u8>>,
    half_closes: bool,
}

fn cases() -> Vec<Case> {
    let lines = include_str!("cases.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(case).collect()
}

fn case(line: &'static str) -> Case {
    let mut parts = line.splitn(3, " | ");
    let mut next = || parts.next().unwrap_or_else(|| panic!("three parts: {line}"));
    let (what, expected, sent) = (next(), next(), next());
    let mut answers: Vec<&str> = expected.split(' ').collect();
    let stays_open = match answers.pop() {
        Some("open") => true,
        Some("close") => false,
        _ => panic!("open or close: {line}"),
    };
    let (writes, half_closes) = read(sent);
    Case { what, answers, stays_open, writes, half_closes }
}

/// What is sent, write by write, and whether the sending side is closed then.
fn read(text: &str) -> (Vec<Vec<u8>>, bool) {
    let body = Value::Object(documented()).to_string();
    let (mut writes, mut half_closes, mut rest) = (vec![Vec::new()], false, text);
    while let Some((plain, behind)) = rest.split_once("<<") {
        let (word, behind) = behind.split_once(">>").expect("an end");
        rest = behind;
        writes.last_mut().expect("one").extend(unescaped(plain));
        let bytes = match word {
            "good" => good(),
            "body" => body.clone().into_bytes(),
            "len" => body.len().to_string().into_bytes(),
            "then" => {
                writes.push(Vec::new());
                continue;
            }
            "half" => {
                half_closes = true;
                continue;
            }
            _ => {
                let (times, text) = word.split_once('*').expect("N*text");
                unescaped(text).repeat(times.parse().expect("a number"))
            }
        };
        writes.last_mut().expect("one").extend(bytes);
    }
    writes.last_mut().expect("one").extend(unescaped(rest));
    (writes, half_closes)
}

fn unescaped(text: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes().iter().copied());
    while let Some(byte) = rest.next() {
        bytes.push(match (byte, byte == b'\\') {
            (byte, false) => byte,
            (_, true) => match rest.next().expect("something behind it") {
                b'r' => b'\r',
                b'n' => b'\n',
                b't' => b'\t',
                b'0' => 0,
                b'x' => {
                    let digits = [rest.next().expect("a digit"), rest.next().expect("a digit")];
                    let digits = std::str::from_utf8(&digits).expect("two digits");
                    u8::from_str_radix(digits, 16).expect("hexadecimal")
                }
                other => other,
            },
        });
    }
    bytes
}

/// The next good call on a new connection is answered.
fn is_well(sandbox: &Sandbox, after: &str) {
    let mut client = Client::connect(sandbox);
    client.send(&good());
    assert_eq!(client.answer().as_deref(), Some("200:0"), "the good call after: {after}");
}

#[test]
fn every_case_is_answered_as_the_table_says_and_harms_nobody() {
    let sandbox = builder().start_blocking().expect("the sandbox starts");
    let cases = cases();
    assert!(cases.len() >= 170, "{} cases", cases.len());
    let mut wrong = String::new();
    for case in &cases {
        let mut client = Client::connect(&sandbox);
        case.writes.iter().for_each(|bytes| client.send(bytes));
        if case.half_closes {
            client.half_close();
        }
        let mut seen = Vec::new();
        while seen.len() < case.answers.len()
            && let Some(answer) = client.answer()
        {
            seen.push(answer);
        }
        if case.stays_open {
            client.send(&good());
            seen.push(
                if client.answer().as_deref() == Some("200:0") { "open" } else { "no more" }.to_owned(),
            );
        } else {
            seen.push(client.answer().unwrap_or_else(|| "close".to_owned()));
        }
        let end = if case.stays_open { "open" } else { "close" };
        let expected = [&case.answers[..], &[end]].concat();
        if seen != expected {
            let _ = writeln!(wrong, "{}: {expected:?} was expected, {seen:?} came", case.what);
        }
        is_well(&sandbox, case.what);
    }
    assert_eq!(wrong, "");
}

#[test]
fn each_case_has_a_name_of_its_own() {
    let mut names: Vec<_> = cases().into_iter().map(|case| case.what).collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
}
