//! Same seed and same calls, same bytes; and numbers that never come twice.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{PRE_ORDER, changed, documented, pre_order, request, under_text};

const FROZEN: &str =
    r#"{ "format": 1, "scenario": "test", "clock": { "start": "2026-03-01T08:00:00Z", "mode": "frozen" } }"#;

/// Everything that a client and the control API see of these calls.
fn transcript(seed: u64) -> String {
    let file = crate::support::scenario_file(FROZEN);
    let builder = linksfield_sandbox::Sandbox::builder().seed(seed).scenario(file.path());
    let sandbox = builder.start_blocking().expect("the sandbox starts");
    let session = sandbox.default_session();
    let mut all = String::new();
    for step in 0..50_u64 {
        let body = changed(json!({ "periodNum": step % 14, "partnerCode": format!("P{:06}", step % 7) }));
        let answer = session.call(&request(PRE_ORDER, body.to_string()));
        all += &String::from_utf8_lossy(answer.body());
        session.clock().advance(Duration::from_mins(step)).expect("within the calendar");
    }
    all + &Value::Array(session.orders()).to_string() + &Value::Array(session.journal()).to_string()
}

#[test]
fn same_seed_and_same_calls_give_the_same_bytes_and_another_seed_gives_others() {
    let one = transcript(42);
    assert_eq!(one, transcript(42));
    assert_ne!(one, transcript(43));
}

#[test]
fn a_hundred_thousand_orders_have_no_number_twice_and_both_rise_strictly() {
    let sandbox = under_text(FROZEN);
    let session = sandbox.default_session();
    let body = Value::Object(documented());
    let mut last = (0, String::new());
    for _ in 0..100_000 {
        let data = &pre_order(session, &body)["data"];
        let (id, number) =
            (data["id"].as_u64().expect("an id"), data["orderNo"].as_str().expect("a number").to_owned());
        assert_eq!((number.len(), id.to_string().len()), (21, 7));
        assert!(id > last.0 && number > last.1, "{id} {number} after {last:?}");
        last = (id, number);
    }
}

#[test]
fn numbers_are_realistic_and_begin_where_the_ruling_says() {
    let sandbox = under_text(FROZEN);
    let answer = pre_order(sandbox.default_session(), &Value::Object(documented()));
    let id = answer["data"]["id"].as_u64().expect("an id");
    assert!((1_055_293..2_055_296).contains(&id), "{id}");
    let number = answer["data"]["orderNo"].as_str().expect("a number");
    let serial: u64 = number.strip_prefix("ESIM_L20260301").expect("the date").parse().expect("digits");
    assert!((1..1_000_004).contains(&serial), "{serial}");
}
