//! `hold`: calls that wait for each other.

use linksfield_sandbox::Recording;
use serde_json::{Value, json};

use super::with;
use crate::support::{PRE_ORDER, Raw, api, documented};

fn arrive(sandbox: &linksfield_sandbox::Sandbox, waiting: usize) -> Raw {
    let mut raw = Raw::connect(sandbox);
    raw.post(PRE_ORDER, &Value::Object(documented()).to_string());
    while api(sandbox, "GET", "sessions/default", "").json()["waiting"] != waiting {
        std::thread::yield_now();
    }
    raw
}

#[test]
fn calls_are_carried_out_once_all_are_here_in_the_order_that_is_asked_for() {
    for (release, first) in [("arrival", 0), ("reverse", 2)] {
        let sandbox = with(&format!(
            r#"{{ "id": "race", "on": "pre-order", "times": {{ "first": 3 }}, "hold": {{ "until": 3, "release": "{release}", "max": "10m" }} }}"#
        ));
        let mut calls = [arrive(&sandbox, 1), arrive(&sandbox, 2), arrive(&sandbox, 0)];
        let ids: Vec<u64> = calls
            .iter_mut()
            .map(|call| call.answer().json()["data"]["id"].as_u64().expect("an id"))
            .collect();
        let wanted =
            if first == 0 { [1_055_293, 1_055_294, 1_055_295] } else { [1_055_295, 1_055_294, 1_055_293] };
        assert_eq!(ids, wanted, "{release}");
        let journal = sandbox.default_session().journal();
        assert_eq!(journal[0]["rule"], "race");
        assert_eq!(journal[0]["wire"], json!(["held until 3 are here"]));
        let note = format!("held: it arrived as {} of 3, and was carried out as 1", first + 1);
        assert_eq!(journal[0]["notes"][0], note);
        let recorded = sandbox.default_session().recorded().expect("nothing was lost");
        let replayed = Recording::parse("race.json", recorded).and_then(|race| race.replay(None));
        assert_eq!(replayed.expect("a recording").difference, None, "a race can be replayed");
        // Used up, it holds nobody.
        let mut next = Raw::connect(&sandbox);
        assert_eq!(next.post(PRE_ORDER, &Value::Object(documented()).to_string()).answer().json()["code"], 0);
    }
}

#[test]
fn whoever_waits_too_long_goes_on_and_takes_the_others_along() {
    let sandbox = with(r#"{ "on": "pre-order", "hold": { "until": 3, "max": "1ms" } }"#);
    let mut raw = Raw::connect(&sandbox);
    raw.post(PRE_ORDER, &Value::Object(documented()).to_string());
    assert_eq!(raw.answer().json()["code"], 0);
    let notes = sandbox.default_session().journal()[0]["notes"].clone();
    assert_eq!(notes[0], "held: it arrived as 1 of 1, and was carried out as 1");
}

#[test]
fn who_leaves_is_not_here_and_a_reset_ends_all_waiting() {
    let sandbox = with(r#"{ "on": "pre-order", "hold": { "until": 2, "max": "10m" } }"#);
    drop(arrive(&sandbox, 1));
    while api(&sandbox, "GET", "sessions/default", "").json()["waiting"] != 0 {
        std::thread::yield_now();
    }
    let mut first = arrive(&sandbox, 1);
    let mut second = arrive(&sandbox, 0);
    assert_eq!(
        [&mut first, &mut second].map(|raw| raw.answer().json()["code"].clone()),
        [json!(0), json!(0)]
    );
    let mut held = arrive(&sandbox, 1);
    sandbox.default_session().reset();
    assert_eq!(held.rest(), "");
    assert!(sandbox.default_session().orders().is_empty());
}

#[test]
fn without_a_wire_nobody_waits() {
    let sandbox = with(r#"{ "id": "race", "on": "pre-order", "hold": { "until": 2 } }"#);
    let session = sandbox.default_session();
    assert_eq!(super::order(session), 0);
    assert_eq!(session.journal()[0]["rule"], "race");
}
