//! `demo --group csss`: the story of a SIM, whole, and the same each time.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use serde_json::{Map, Value, json};

use crate::process::run;

/// The story that a seed tells.
fn story(args: &[&str]) -> String {
    let (code, out, err) = run(&[&["demo", "--group", "csss"], args].concat());
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    out
}

/// What arrived at the partner's server, with its digest, its id and what it was answered.
fn callbacks(out: &str) -> Vec<(Map<String, Value>, String, String, String)> {
    let lines: Vec<&str> = out.lines().map(str::trim).collect();
    let arrived = lines.windows(3).filter_map(|three| {
        let body = three[0].strip_prefix("↳ POST /hook  ")?;
        let id = three[1].strip_prefix("x-lf-delivery: ")?.to_owned();
        let (digest, judged) =
            three[2].strip_prefix("x-lf-md5: ")?.split_once("  (checked: it is the body's); answered ")?;
        Some((serde_json::from_str(body).expect("a body"), digest.to_owned(), id, judged.to_owned()))
    });
    arrived.collect()
}

#[test]
fn a_sim_is_ordered_enabled_used_warned_renewed_and_expires_and_each_callback_arrives() {
    let out = story(&[]);
    assert_eq!(story(&[]), out, "the same seed, the same bytes");
    let arrived = callbacks(&out);
    let told: Vec<&str> = arrived
        .iter()
        .map(|(body, ..)| {
            ["event", "percent", "text_message"].iter().find_map(|key| body.get(*key)?.as_str())
        })
        .map(|told| told.expect("an event, a percentage or a text"))
        .collect();
    let want = ["1000", "1005", "80", "1009", "80", "1008", "anybody there?", "anybody there?"];
    assert_eq!(told, want, "{out}");
    for (body, digest, ..) in &arrived {
        let mut pairs: Vec<String> =
            body.iter().map(|(key, value)| format!("{key}={}", value.as_str().expect("a text"))).collect();
        pairs.sort();
        pairs.push("replica-notify-secret".to_owned());
        assert_eq!(*digest, STANDARD.encode(Md5::digest(pairs.join("&").as_bytes())), "{body:?}");
    }
    let [.., (_, _, refused, first), (_, _, taken, second)] = &arrived[..] else { panic!("{out}") };
    assert_eq!((refused, first.as_str(), second.as_str()), (taken, "503", "200"));
    assert_eq!(out.matches(r#"< 200 OK {"code":"0000""#).count(), 5, "{out}");
    assert!(out.contains(r#"< 200 OK {"code":"R003""#), "{out}");
    assert!(!out.contains("by hand"), "with the seed of the story the warning comes by itself: {out}");
}

#[test]
fn a_sim_that_uses_too_little_for_a_warning_has_one_by_hand() {
    let out = story(&["--seed", "7"]);
    assert!(out.contains("it is told by hand"), "{out}");
    let warned =
        callbacks(&out).iter().filter(|(body, ..)| body.get("percent") == Some(&json!("80"))).count();
    assert_eq!(warned, 1, "{out}");
}

#[test]
fn a_scenario_makes_its_own_calls_so_that_it_has_no_group() {
    let (code, _, err) = run(&["demo", "--group", "csss", "--scenario", "flaky"]);
    assert_eq!((code, err.contains("cannot be used with")), (Some(2), true), "{err}");
}
