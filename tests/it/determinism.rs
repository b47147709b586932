//! Same seed and same calls, same bytes; and numbers that never come twice.

use std::time::Duration;

use linksfield_sandbox::SessionHandle;
use proptest::prelude::*;
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

const LIVELY: &str = r#"{
    "format": 1, "scenario": "test", "seed": 9, "clock": { "start": "2026-03-01T08:00:00Z", "mode": "frozen" },
    "vendor": { "settle": { "polls": 1 } }, "payer": { "after": "40m" }, "world": { "profiles": { "free": 4 } },
    "rules": [
        { "on": "webhook", "times": { "every": 3 }, "answer": { "code": "ERROR" } },
        { "on": "mail/qr", "times": { "every": 2 }, "fault": { "delay": "2h" } }
    ]
}"#;

/// One step of a client: which call, about which order, and how many minutes pass first.
fn step(session: &SessionHandle, (what, which, minutes): (u8, usize, u64)) {
    session.clock().advance(Duration::from_mins(minutes)).expect("within the calendar");
    let order = session.orders().get(which).map_or(json!(7), |order| order["id"].clone());
    let (path, body) = match what {
        0 => (PRE_ORDER, changed(json!({ "receive_qr_email": "a+poll-0x1@b.example" }))),
        1 => (PRE_ORDER, Value::Object(documented())),
        2 => (
            "/v1.1/payment/webhook",
            json!({ "dateTime": "1", "orderId": order, "partnerCode": "1000000005",
            "payAmount": "1", "payCurrency": "USD", "type": "payment_intent.succeeded" }),
        ),
        3 => ("/package/queryOrdStatusAndEmail", json!({ "orderId": order })),
        4 => ("/v1.1/order/myEsimDetail", json!({ "orderId": order })),
        5 => ("/user/emailLogin", json!({ "email": "a@b.example", "passwd": "x", "partnerCode": "P001101" })),
        _ => ("/nowhere", json!({})),
    };
    session.call(&request(path, body.to_string()));
}

fn seen(session: &SessionHandle) -> String {
    format!("{:?}{:?}{:?}", session.journal(), session.orders(), session.outbox())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_steps_make_the_same_journal_orders_and_mails(
        steps in proptest::collection::vec((0..7_u8, 0..6_usize, 0..50_u64), 0..25)
    ) {
        let (one, other) = (under_text(LIVELY), under_text(LIVELY));
        for each in &steps {
            step(one.default_session(), *each);
        }
        for each in &steps {
            step(other.default_session(), *each);
        }
        prop_assert_eq!(seen(one.default_session()), seen(other.default_session()));
    }
}
