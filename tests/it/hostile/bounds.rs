//! Limits of the whole process: bytes in flight, journals, orders.

use linksfield_sandbox::{Limit, Sandbox};
use serde_json::{Value, json};

use super::is_well;
use crate::support::{Raw, api, builder, changed, documented, pre_order, request, scenario_file};

#[test]
fn answers_that_are_held_count_as_in_flight_until_they_go() {
    let text = json!({
        "format": 1, "scenario": "test",
        "rules": [{ "on": "pre-order", "when": { "header": { "x-slow": "1" } },
            "answer": { "http": { "status": 200, "body": "x".repeat(60_000) } }, "commit": false,
            "fault": { "delay": "10m" } }],
    });
    let file = scenario_file(&text.to_string());
    let sandbox = builder().scenario(file.path()).limit(Limit::InFlight(100_000)).start_blocking();
    let sandbox = sandbox.expect("the sandbox starts");
    let body = Value::Object(documented()).to_string();
    let slow = format!("x-slow: 1\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let mut held: Vec<Raw> = Vec::new();
    for count in 1..=2 {
        is_well(&sandbox, "nothing or little in flight");
        let mut raw = Raw::connect(&sandbox);
        raw.send(format!("POST {} HTTP/1.1\r\nHost: x\r\n{slow}", crate::support::PRE_ORDER));
        held.push(raw);
        while sandbox.default_session().journal().len() < 2 * count {
            std::thread::yield_now();
        }
    }
    let refused = Raw::connect(&sandbox).post(crate::support::PRE_ORDER, &body).answer();
    assert_eq!((refused.status, refused.header("x-sandbox-error")), (503, Some("too-much-in-flight")));
    assert!(refused.body.contains("100000 bytes of requests and answers are in flight"), "{}", refused.body);
    // Not even a call without a body comes in.
    assert_eq!(api(&sandbox, "GET", "sessions", "").status, 503);
    // The clients of the two leave.
    drop(held);
    while api(&sandbox, "GET", "sessions", "").status == 503 {
        std::thread::yield_now();
    }
    is_well(&sandbox, "too much in flight");
}

#[test]
fn answers_that_are_sent_are_in_flight_no_longer() {
    let sandbox = builder().limit(Limit::InFlight(20_000)).start_blocking().expect("the sandbox starts");
    // A hundred times more than may be in flight at a time, over one connection and over many.
    let mut raw = Raw::connect(&sandbox);
    for _ in 0..20 {
        let asked = "GET /__sandbox/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n";
        assert_eq!(raw.send(asked).answer().status, 200);
        assert_eq!(Raw::connect(&sandbox).send(asked).answer().status, 200);
    }
    is_well(&sandbox, "much that was sent");
}

fn journal(sandbox: &Sandbox, name: &str) -> (usize, u64) {
    let journal = api(sandbox, "GET", &format!("sessions/{name}/journal"), "").json();
    (journal["entries"].as_array().expect("a list").len(), journal["dropped"].as_u64().expect("a number"))
}

#[test]
fn journals_are_bounded_together_and_the_largest_gives_way() {
    let sandbox = builder().limit(Limit::Journals(400_000)).start_blocking().expect("the sandbox starts");
    let session = |name: &str| sandbox.session(name).expect("a session");
    let (small, large) = (session("small"), session("large"));
    let call = |session: &linksfield_sandbox::SessionHandle| {
        session.call(&request("/nowhere", "x".repeat(10_000)));
    };
    (0..5).for_each(|_| call(&small));
    (0..60).for_each(|_| call(&large));
    // Some 10,500 bytes each: the large one has given way, the small one has lost nothing, and both say so.
    let (kept, dropped) = journal(&sandbox, "large");
    assert!(kept < 36 && kept as u64 + dropped == 60, "{kept} kept, {dropped} dropped");
    assert_eq!(journal(&sandbox, "small"), (5, 0));
    // A reset gives its room back.
    large.reset();
    (0..25).for_each(|_| call(&small));
    assert_eq!(journal(&sandbox, "small"), (30, 0));
}

#[test]
fn orders_are_counted_over_all_sessions_those_for_sims_included() {
    let sandbox = builder().limit(Limit::Orders(3)).start_blocking().expect("the sandbox starts");
    let session = |name: &str| sandbox.session(name).expect("a session");
    let (one, other) = (session("one"), session("other"));
    let order = |session: &linksfield_sandbox::SessionHandle| {
        pre_order(session, &Value::Object(documented()))["code"] == 0
    };
    assert!(order(&one) && order(&one) && order(&other));
    let refused = pre_order(&other, &changed(json!({ "packageNum": 1 })));
    let message = refused["message"].as_str().expect("a message");
    assert!(message.contains('3') && message.contains("--max-orders"), "{message}");
    assert!(!order(&one) && !order(sandbox.default_session()), "the limit is one for all");
    assert_eq!((one.orders().len(), other.orders().len()), (2, 1), "a refusal takes nothing");
    // What goes makes room: by a reset, and by an end.
    one.reset();
    assert!(order(&other) && order(&other) && !order(&other));
    let restored = api(&sandbox, "DELETE", "sessions/other", "");
    assert!((200..300).contains(&restored.status), "{restored:?}");
    assert!(order(&one) && order(&one) && order(&one) && !order(&one));
    // What a rule says in the place of a call makes no order; a copy of a session has its own.
    let forked = api(&sandbox, "POST", "sessions/one/fork", r#"{ "name": "copy" }"#);
    assert!((200..300).contains(&forked.status), "{forked:?}");
    one.reset();
    assert!(!order(&one), "the copy has three");
}

#[test]
fn sessions_above_the_limit_are_refused_and_none_is_evicted() {
    let sandbox = builder().limit(Limit::Sessions(2)).start_blocking().expect("the sandbox starts");
    let make = |name: &str| api(&sandbox, "POST", "sessions", &json!({ "name": name }).to_string());
    assert!(make("a").status < 300 && make("b").status < 300);
    let refused = make("c");
    assert_eq!(refused.status, 429, "{refused:?}");
    assert!(refused.body.contains("--max-sessions"), "{}", refused.body);
    let order = crate::support::order_at(&sandbox, "/s/d/v1.2/package/preOrderPackage", "");
    assert_eq!(order.status, 429, "{order:?}");
    for name in ["a", "b"] {
        assert_eq!(api(&sandbox, "GET", &format!("sessions/{name}"), "").status, 200, "{name}");
    }
    assert_eq!(api(&sandbox, "DELETE", "sessions/a", "").status / 100, 2);
    assert!(make("c").status < 300);
}
