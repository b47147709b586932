//! `then`: what happens after a call that a rule fired on.

use serde_json::{Value, json};

use super::{code, order, poll, with};
use crate::support::{api, changed, documented, pre_order};

fn fired(then: &str) -> linksfield_sandbox::Sandbox {
    with(&format!(r#"{{ "id": "after", "on": "pre-order", "then": {then} }}"#))
}

#[test]
fn an_order_can_be_paid_refused_or_ended_right_after_it_is_made() {
    for (word, status) in [("paid", "paid"), ("failed", "failed"), ("timedOut", "timedOut")] {
        let sandbox =
            fired(&format!(r#"{{ "change": {{ "object": "order", "set": {{ "payStatus": "{word}" }} }} }}"#));
        let session = sandbox.default_session();
        assert_eq!(order(session), 0);
        assert_eq!(session.orders()[0]["payStatus"], status);
    }
}

#[test]
fn a_package_an_account_a_profile_and_a_token_can_be_changed() {
    let sandbox = fired(r#"{ "change": { "object": "package", "set": { "price": { "USD": 6 } } } }"#);
    let session = sandbox.default_session();
    for _ in 0..2 {
        order(session);
    }
    let amounts = [0, 1].map(|at| session.orders()[at]["amount"].clone());
    assert_eq!(amounts, [json!(1), json!(6)], "the price has changed after the first order");

    let sandbox = with(
        r#"{ "on": "detail", "then": { "change": { "object": "user", "set": { "partnerCode": "900017" } } } },
           { "on": "pre-order", "when": { "user": { "partnerCode": "900017" } }, "answer": { "code": 7 } }"#,
    );
    let session = sandbox.default_session();
    assert_eq!(order(session), 0);
    crate::support::get(session, "/v1.1/package/detail?id=1000000");
    // Nobody is known by the detail, which takes no token: the rule changes nobody.
    assert_eq!(order(session), 0);

    for then in [
        r#"{ "expire": "profile" }"#,
        r#"{ "change": { "object": "profile", "set": { "state": "withdrawn" } } }"#,
    ] {
        let sandbox = fired(then);
        let session = sandbox.default_session();
        order(session);
        session.pay(1_055_293).expect("the order is there");
        assert_eq!(session.journal()[1]["response"]["code"], 3005, "{then}");
    }
}

#[test]
fn the_clock_moves_after_the_answer_was_made() {
    let sandbox = fired(r#"{ "advance": "61m" }"#);
    let session = sandbox.default_session();
    let answer = pre_order(session, &Value::Object(documented()));
    assert_eq!(code(&answer), 0);
    assert_eq!(session.orders()[0]["payStatus"], "timedOut", "its limit of an hour is over");
}

#[test]
fn a_rule_arms_another_one_in_front_and_that_one_the_next() {
    let sandbox = fired(
        r#"{ "arm": { "on": "poll", "times": { "next": 1 }, "answer": { "code": 7 },
             "then": { "if": "always", "arm": { "id": "second", "on": "poll", "times": { "next": 1 }, "answer": { "code": 9999 } } } } }"#,
    );
    let session = sandbox.default_session();
    assert_eq!(poll(session, 1_055_293), 10008, "there is no order, and nothing is armed");
    order(session);
    let armed = api(&sandbox, "GET", "sessions/default/rules", "").json();
    assert_eq!((&armed["rules"][0]["id"], &armed["rules"][0]["left"]), (&json!("after-armed"), &json!(1)));
    assert_eq!([1_055_293; 3].map(|id| poll(session, id)), [7, 9999, 0]);
    assert_eq!(session.journal()[3]["rule"], "second");
    // Armed again, it counts from the start; a reset disarms it.
    order(session);
    assert_eq!(poll(session, 1_055_293), 7);
    order(session);
    session.reset();
    order(session);
    session.reset();
    assert_eq!(poll(session, 1_055_293), 10008);
}

#[test]
fn a_state_waits_for_the_outcome_that_it_asks_for() {
    let sandbox = with(
        r#"{ "on": "pre-order", "then": { "if": "refused", "set": { "refused": true } } },
           { "on": "poll", "when": { "state": { "refused": true } }, "answer": { "code": 7 } }"#,
    );
    let session = sandbox.default_session();
    order(session);
    assert_eq!(poll(session, 1_055_293), 0);
    pre_order(session, &changed(json!({ "id": 17 })));
    assert_eq!(poll(session, 1_055_293), 7);
}
