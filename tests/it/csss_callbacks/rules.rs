//! Rules on `callback/<kind>`, and expectations over deliveries.

use super::*;

/// A rule of a scenario on texts from SIMs.
fn with(receiver: &Receiver, rule: &str) -> Sandbox {
    telling(receiver, &format!(r#", "rules": [ {{ "id": "r", "on": "callback/uplink-sms", {rule} }} ]"#))
}

#[test]
fn a_lost_one_never_arrives_and_holds_up_no_other() {
    let receiver = Receiver::new();
    let sandbox = with(&receiver, r#""when": { "body": { "text_message": "lost" } }, "fault": "lost""#);
    uplink(&sandbox, SIM, "lost");
    uplink(&sandbox, SIM, "kept");
    assert_eq!(texts(&[receiver.next()]), ["kept"]);
    let lost = deliveries(&sandbox, "lost", 1).remove(0);
    assert_eq!((&lost["rule"], &lost["faults"], &lost["tries"]), (&json!("r"), &json!(["lost"]), &json!(0)));
}

#[test]
fn a_delayed_one_comes_on_the_sessions_clock_and_keeps_the_order() {
    let receiver = Receiver::new();
    let sandbox = with(&receiver, r#""times": { "first": 1 }, "fault": { "delay": "2h" }"#);
    uplink(&sandbox, SIM, "late");
    uplink(&sandbox, SIM, "behind it");
    assert_eq!(deliveries(&sandbox, "due", 1)[0]["dueAt"], "2022-01-17T04:06:00.000Z");
    advance(&sandbox, "119m");
    assert_eq!(receiver.rest(), []);
    advance(&sandbox, "1m");
    assert_eq!(texts(&[receiver.next(), receiver.next()]), ["late", "behind it"]);
}

#[test]
fn a_server_that_is_down_is_tried_again_until_it_is_not() {
    let receiver = Receiver::new();
    let sandbox = with(&receiver, r#""times": { "first": 1 }, "fault": { "down": "1h" }"#);
    uplink(&sandbox, SIM, "tried in vain");
    uplink(&sandbox, SIM, "behind it");
    let due = deliveries(&sandbox, "due", 1).remove(0);
    assert_eq!((&due["dueAt"], &due["tries"]), (&json!("2022-01-17T02:06:01.000Z"), &json!(1)));
    assert_eq!(due["attempts"][0]["error"], "not reached: the rule r says so");
    // 1 s, 5 s and 25 s after each other, then every five minutes.
    advance(&sandbox, "3630s");
    assert_eq!(receiver.rest(), []);
    advance(&sandbox, "1s");
    assert_eq!(texts(&[receiver.next(), receiver.next()]), ["tried in vain", "behind it"]);
    let delivered = deliveries(&sandbox, "delivered", 2);
    assert_eq!([&delivered[0]["tries"], &delivered[1]["tries"]], [&json!(16), &json!(1)]);
}

#[test]
fn copies_have_one_id() {
    let receiver = Receiver::new();
    let sandbox = with(&receiver, r#""fault": [ { "copies": 3 }, "parallel" ]"#);
    uplink(&sandbox, SIM, "thrice");
    let first = receiver.next();
    assert_eq!([receiver.next(), receiver.next()], [first.clone(), first]);
    deliveries(&sandbox, "delivered", 3);
}

#[test]
fn a_reordered_one_is_overtaken_or_goes_five_seconds_later() {
    let receiver = Receiver::new();
    let sandbox = with(
        &receiver,
        r#""when": { "body": { "text_message": { "startsWith": "slow" } } }, "fault": "reorder""#,
    );
    uplink(&sandbox, SIM, "slow one");
    uplink(&sandbox, SIM, "fast one");
    assert_eq!(texts(&[receiver.next(), receiver.next()]), ["fast one", "slow one"]);
    uplink(&sandbox, SIM, "slow and alone");
    // The one that was overtaken is due no more.
    assert_eq!(advance(&sandbox, "4999ms")["fired"], json!([]));
    assert_eq!(receiver.rest(), []);
    assert_eq!(advance(&sandbox, "1ms")["fired"][0]["kind"], "callbackDue");
    assert_eq!(texts(&[receiver.next()]), ["slow and alone"]);
}

#[test]
fn a_parallel_one_waits_for_none_before_it() {
    let receiver = Receiver::new();
    let sandbox = with(&receiver, r#""when": { "body": { "text_message": "free" } }, "fault": "parallel""#);
    receiver.answers("500 Down");
    uplink(&sandbox, SIM, "stuck");
    deliveries(&sandbox, "due", 1);
    receiver.answers("200 OK");
    uplink(&sandbox, SIM, "free");
    assert_eq!(deliveries(&sandbox, "delivered", 1)[0]["event"], 2);
}

#[test]
fn a_spoilt_one_is_what_its_receiver_has_to_refuse() {
    for (how, is_body_changed, is_digest_changed) in
        [("signature", false, true), ("body", true, false), ("oldTimestamp", true, true)]
    {
        let receiver = Receiver::new();
        let sandbox =
            with(&receiver, &format!(r#""times": {{ "first": 1 }}, "fault": {{ "corrupt": "{how}" }}"#));
        uplink(&sandbox, SIM, "x");
        let spoilt = receiver.next();
        uplink(&sandbox, SIM, "x");
        let right = receiver.next();
        assert_eq!(spoilt.body != right.body, is_body_changed, "{how}");
        assert_eq!(spoilt.header("x-lf-md5") != right.header("x-lf-md5"), is_digest_changed, "{how}");
    }
}

#[test]
fn a_truncated_one_promises_more_than_it_brings() {
    let receiver = Receiver::new();
    let sandbox = with(&receiver, r#""fault": { "truncate": { "bytes": 9 } }"#);
    uplink(&sandbox, SIM, "cut");
    let posted = receiver.next();
    assert_eq!(posted.body, r#"{"partner"#);
    assert!(posted.header("content-length").expect("a length").parse::<usize>().expect("a number") > 100);
}

#[test]
fn an_outage_of_the_callbacks_is_over_when_its_window_is() {
    let receiver = Receiver::new();
    let sandbox = with(&receiver, r#""fault": { "outage": { "for": "10m", "fault": "lost" } }"#);
    uplink(&sandbox, SIM, "within");
    advance(&sandbox, "10m");
    uplink(&sandbox, SIM, "after");
    assert_eq!(texts(&[receiver.next()]), ["after"]);
}

#[test]
fn an_armed_rule_sees_the_body_and_its_headers() {
    let receiver = Receiver::new();
    let sandbox = telling(&receiver, "");
    let rule = json!({
        "on": "callback/*", "fault": "lost", "times": { "next": 1 },
        "when": { "header": { "x-lf-md5": { "present": true } }, "body": { "sim_id": SIM } },
    });
    assert!(on(&sandbox, "POST", "sessions/default/rules", &rule).status < 300);
    uplink(&sandbox, OTHER, "of another");
    receiver.next();
    uplink(&sandbox, SIM, "lost");
    deliveries(&sandbox, "lost", 1);
}

#[test]
fn what_is_no_fault_of_a_callback_is_told() {
    let sandbox = sandbox("");
    for (rule, code) in [
        (json!({ "on": "callback/uplink-sms", "fault": "stall" }), "not-for-callbacks"),
        (json!({ "on": "callback/uplink-sms", "fault": "bounce" }), "only-mails"),
        (json!({ "on": "callback/uplink-sms", "answer": { "code": 2 } }), "not-for-mails"),
        (json!({ "on": "callback/uplink", "fault": { "delay": "1s" } }), "unknown-endpoint"),
        (json!({ "on": "pre-order", "fault": { "copies": 2 } }), "only-callbacks"),
        (json!({ "on": "mail/qr", "fault": "reorder" }), "only-callbacks"),
        (json!({ "on": "callback/*", "fault": { "copies": 1 } }), "out-of-range"),
    ] {
        let refused = on(&sandbox, "POST", "sessions/default/rules", &rule);
        assert_eq!(
            (refused.status, refused.json()["error"]["code"].as_str()),
            (400, Some(code)),
            "{rule} {}",
            refused.body
        );
    }
}

#[test]
fn deliveries_are_expected_like_mails() {
    let receiver = Receiver::new();
    let sandbox = telling(&receiver, "");
    uplink(&sandbox, SIM, "hello");
    deliveries(&sandbox, "delivered", 1);
    let verify = |row: Value| on(&sandbox, "POST", "sessions/default/verify", &json!({ "expect": [row] }));
    let met = verify(
        json!({ "deliveries": { "kind": "uplink-sms", "state": "delivered", "tries": 1 }, "count": 1 }),
    );
    assert_eq!(met.status, 200, "{}", met.body);
    let unmet = verify(json!({ "deliveries": { "state": "failed" } }));
    assert_eq!(unmet.status, 409);
    assert_eq!(unmet.json()["rows"][0]["nearest"][0]["delivery"], 1, "{}", unmet.body);
    let wrong = verify(json!({ "deliveries": { "stat": "failed" } }));
    assert_eq!(wrong.status, 400);
    let counted = verify(json!({ "on": "callback/uplink-sms", "count": 1 }));
    assert_eq!(counted.json()["error"]["code"], "no-call");
}
