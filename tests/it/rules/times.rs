//! `times`, `over`, `chance`: how often a rule fires.

use std::time::Duration;

use serde_json::{Value, json};

use super::{code, order, poll, with};
use crate::support::{changed, documented, pre_order, scenario_file};

#[test]
fn a_rule_counts_by_a_field_of_the_call() {
    let sandbox = with(
        r#"{ "on": "pre-order", "times": { "first": 1, "per": "receive_qr_email" }, "answer": { "code": 7 } }"#,
    );
    let order = |mail: &str| {
        code(&pre_order(sandbox.default_session(), &changed(json!({ "receive_qr_email": mail }))))
    };
    assert_eq!(["a@x.example", "b@x.example", "a@x.example", "b@x.example"].map(order), [7, 7, 0, 0]);
}

#[test]
fn too_many_calls_are_those_above_the_limit_within_the_window_of_the_sessions_clock() {
    let sandbox = with(
        r#"{ "on": "poll", "over": { "limit": 2, "window": "10s", "per": "order.id" },
             "answer": { "http": { "status": 429, "retryAfter": 3 } } }"#,
    );
    let session = sandbox.default_session();
    for _ in 0..2 {
        order(session);
    }
    let status = |order: u64| {
        let request = crate::support::request(super::POLL, json!({ "orderId": order }).to_string());
        session.call(&request).status().as_u16()
    };
    assert_eq!([1_055_293; 3].map(status), [200, 200, 429]);
    assert_eq!(status(1_055_294), 200, "each order by itself");
    session.clock().advance(Duration::from_secs(10)).expect("within the calendar");
    assert_eq!([1_055_293; 3].map(status), [200, 200, 429]);
}

#[test]
fn chance_is_the_same_for_one_seed_and_about_as_often_as_it_says() {
    let codes = |seed: u64, times: &str| -> Vec<i64> {
        let file = scenario_file(&format!(
            r#"{{ "format": 1, "scenario": "test", "numbers": {{ "orderSerial": 0, "orderId": 1055293 }},
                "rules": [{{ "on": "poll", "chance": 0.3, {times} "answer": {{ "code": 9999 }} }}] }}"#
        ));
        let builder = linksfield_sandbox::Sandbox::builder().seed(seed).scenario(file.path());
        let sandbox = builder.start_blocking().expect("the sandbox starts");
        let session = sandbox.default_session();
        for _ in 0..100 {
            order(session);
        }
        (0..300).map(|n| poll(session, 1_055_293 + n % 100)).collect()
    };
    let one = codes(7, "");
    assert_eq!(one, codes(7, ""));
    assert_ne!(one, codes(8, ""));
    let hits = one.iter().filter(|code| **code == 9999).count();
    assert!((60..=120).contains(&hits), "{hits} of 300");
    // By order: who is unlucky stays so, in whatever order the calls come.
    let by_order = codes(7, r#""times": { "every": 1, "per": "order.id" },"#);
    assert_eq!((&by_order[..100], &by_order[..100]), (&by_order[100..200], &by_order[200..]));
}

#[test]
fn what_clients_type_does_not_fill_the_memory() {
    let sandbox = with(
        r#"{ "id": "each", "on": "pre-order", "times": { "first": 1, "per": "receive_qr_email" }, "answer": { "code": 7 } }"#,
    );
    let session = sandbox.default_session();
    let order = |n: u32| {
        code(&pre_order(session, &changed(json!({ "receive_qr_email": format!("u{n}@x.example") }))))
    };
    assert!((0..10_500).all(|n| order(n) == 7));
    let rules = crate::support::api(&sandbox, "GET", "sessions/default/rules", "").json();
    assert_eq!((&rules["rules"][0]["matches"], &rules["rules"][0]["hits"]), (&json!(10_500), &json!(10_500)));
}

#[test]
fn a_rule_that_is_used_up_lets_the_next_one_decide() {
    let sandbox = with(
        r#"{ "on": "pre-order", "times": { "skip": 1, "first": 1 }, "answer": { "code": 7 } },
           { "on": "pre-order", "times": { "every": 2 }, "answer": { "code": 9999 } }"#,
    );
    let session = sandbox.default_session();
    let codes: Vec<i64> = (0..6).map(|_| code(&pre_order(session, &Value::Object(documented())))).collect();
    assert_eq!(codes, [0, 7, 9999, 0, 9999, 0]);
}
