//! `then.emit`: a rule tells the partner's server of an event.

use super::*;
use crate::support::{call, scenario_file};
use linksfield_sandbox::check_scenario;

/// The order of the other SIM that is in use.
const ORDER: &str = "202107061625560742397";

fn emitting(receiver: &Receiver, on: &str, emit: &str) -> Sandbox {
    let rule = format!(r#"{{ "id": "r", "on": "{on}", "then": {{ "emit": {emit} }} }}"#);
    telling(receiver, &format!(r#", "vendor": {{ "signatures": "off" }}, "rules": [ {rule} ]"#))
}

fn ask(sandbox: &Sandbox, path: &str, mut body: Value) -> Value {
    body["access_code"] = json!("P000270");
    body["timestamp"] = json!("1643253530");
    body["version"] = json!("2.0");
    call(sandbox.default_session(), path, &body)["code"].clone()
}

#[test]
fn a_rule_tells_of_the_sim_and_the_order_of_its_call() {
    let receiver = Receiver::new();
    let sandbox = emitting(&receiver, "usage", r#"{ "kind": "order-status", "event": 1012 }"#);
    assert_eq!(ask(&sandbox, "/flow/queryDeviceFlowUsage", json!({ "device_id": OTHER })), "0000");
    let body = receiver.next().json();
    assert_eq!((&body["sim_id"], &body["event"]), (&json!(OTHER), &json!("1012")));
    // A call that is refused tells of nothing, and one about no SIM that is known neither.
    assert_ne!(ask(&sandbox, "/flow/queryDeviceFlowUsage", json!({ "device_id": "1" })), "0000");
    assert_eq!(receiver.rest(), []);
    // Of an order that the call names, and of one that it makes.
    let sandbox = emitting(&receiver, "pause-service", r#"{ "kind": "order-status", "event": 1010 }"#);
    assert_eq!(ask(&sandbox, "/device/pauseService", json!({ "order_id": ORDER })), "0000");
    let told: Vec<Value> = [receiver.next(), receiver.next()].map(|posted| posted.json()).into();
    assert_eq!((&told[0]["event"], &told[1]["event"]), (&json!("1003"), &json!("1010")));
    assert_eq!((&told[1]["order_id"], &told[1]["sim_id"]), (&json!(ORDER), &json!(OTHER)));
}

#[test]
fn it_is_told_later_and_several_times_on_the_sessions_clock() {
    let receiver = Receiver::new();
    let sandbox = sandbox("");
    on(&sandbox, "PUT", "sessions/default/callbacks", &json!({ "uplink-sms": receiver.url() }));
    let rule = json!({ "on": "pre-order", "then": { "emit": { "kind": "uplink-sms", "sim": SIM, "text": "ring",
        "after": "1h", "copies": 3, "gap": "10m", "body": { "more": "x" } } } });
    assert!(on(&sandbox, "POST", "sessions/default/rules", &rule).status < 300);
    let ordered =
        crate::support::pre_order(sandbox.default_session(), &Value::Object(crate::support::documented()));
    assert_eq!(ordered["code"], 0);
    advance(&sandbox, "59m");
    assert_eq!(receiver.rest(), []);
    let fired = advance(&sandbox, "11m")["fired"].clone();
    let moments: Vec<&Value> = fired
        .as_array()
        .expect("a list")
        .iter()
        .filter(|one| one["kind"] == "emissionDue")
        .map(|one| &one["at"])
        .collect();
    assert_eq!(moments, ["2022-01-17T03:06:00.000Z", "2022-01-17T03:16:00.000Z"]);
    let told = [receiver.next(), receiver.next()].map(|posted| posted.json());
    assert_eq!(told[0]["received_at"], "1642388760000");
    assert_eq!(told[1]["received_at"], "1642389360000");
    assert_eq!(told[1]["more"], "x");
    // A reset leaves nothing of the third.
    on(&sandbox, "POST", "sessions/default/reset", &json!({}));
    on(&sandbox, "PUT", "sessions/default/callbacks", &json!({ "uplink-sms": receiver.url() }));
    advance(&sandbox, "1h");
    assert_eq!(receiver.rest(), []);
}

#[test]
fn a_device_answers_a_text_and_what_a_rule_tells_makes_no_rule_tell_more() {
    let receiver = Receiver::new();
    let rule = r#"{ "on": "callback/*", "then": { "emit": { "kind": "uplink-sms", "text": "again" } } }"#;
    let sandbox = telling(&receiver, &format!(r#", "rules": [ {rule} ]"#));
    uplink(&sandbox, SIM, "first");
    assert_eq!(texts(&[receiver.next(), receiver.next()]), ["first", "again"]);
    assert_eq!(receiver.rest(), []);
}

#[test]
fn the_control_api_tells_later_too() {
    let receiver = Receiver::new();
    let sandbox = sandbox("");
    on(&sandbox, "PUT", "sessions/default/callbacks", &json!({ "uplink-sms": receiver.url() }));
    let event = json!({ "kind": "uplink-sms", "sim": SIM, "text": "x", "copies": 2, "gap": "1m" });
    let told = on(&sandbox, "POST", "sessions/default/events", &event).json();
    assert_eq!(told, json!({ "event": 1, "later": 1, "sent": true }));
    receiver.next();
    advance(&sandbox, "1m");
    receiver.next();
    let wrong = |event: Value| {
        let error = on(&sandbox, "POST", "sessions/default/events", &event).json()["error"].clone();
        (error["code"].clone(), error["pointer"].clone())
    };
    let of_another = json!({ "kind": "uplink-sms", "sim": SIM, "text": "x", "percent": 80 });
    assert_eq!(wrong(of_another), (json!("not-of-this-kind"), json!("/percent")));
    let alone = json!({ "kind": "uplink-sms", "sim": SIM, "text": "x", "gap": "1m" });
    assert_eq!(wrong(alone), (json!("one-copy"), json!("/gap")));
}

#[test]
fn more_than_a_thousand_that_wait_are_dropped_and_counted() {
    let sandbox = sandbox("");
    let event =
        json!({ "kind": "uplink-sms", "sim": SIM, "text": "x", "copies": 100, "after": "1h", "gap": "1m" });
    let told: Vec<Value> =
        (0..11).map(|_| on(&sandbox, "POST", "sessions/default/events", &event).json()).collect();
    assert_eq!(told[9], json!({ "later": 100, "sent": false }));
    assert_eq!(told[10], json!({ "dropped": 100, "sent": false }));
}

#[test]
fn what_cannot_be_told_is_said_with_its_place() {
    let rule = |on: &str, emit: &str| format!(r#"{{ "on": "{on}", "then": {{ "emit": {emit} }} }}"#);
    for (rule, code) in [
        (rule("usage", r#"{ "kind": "uplink", "text": "x" }"#), "not-allowed-value"),
        (rule("usage", r#"{ "kind": "order-status" }"#), "no-event"),
        (rule("usage", r#"{ "kind": "order-status", "event": 1006 }"#), "no-event"),
        (rule("usage", r#"{ "kind": "uplink-sms" }"#), "no-text"),
        (rule("usage", r#"{ "kind": "uplink-sms", "binary": "0" }"#), "no-bytes"),
        (rule("usage", r#"{ "kind": "usage-warning", "text": "x" }"#), "not-of-this-kind"),
        (rule("usage", r#"{ "kind": "usage-warning", "gap": "1s" }"#), "one-copy"),
        (rule("usage", r#"{ "kind": "usage-warning", "after": "999999999999d" }"#), "bad-duration"),
        (rule("pre-order", r#"{ "kind": "usage-warning" }"#), "no-sim"),
        (rule("mail/qr", r#"{ "kind": "usage-warning" }"#), "no-sim"),
        (rule("bulk-order", r#"{ "kind": "usage-warning" }"#), "no-sim"),
    ] {
        let file = scenario_file(&format!(r#"{{ "format": 1, "scenario": "x", "rules": [ {rule} ] }}"#));
        let found = check_scenario(file.path().as_ref(), None).expect_err("a mistake").to_string();
        assert!(found.contains(&format!("error[{code}]")), "{rule}\n{found}");
    }
    for good in [
        rule("pre-order", r#"{ "kind": "usage-warning", "sim": "89860220190123456789" }"#),
        rule("*", r#"{ "kind": "uplink-sms", "text": "x", "after": "1s", "copies": 2, "gap": "1s" }"#),
        rule("callback/downlink-sms", r#"{ "kind": "uplink-sms", "binary": "00ff" }"#),
    ] {
        let file = scenario_file(&format!(r#"{{ "format": 1, "scenario": "x", "rules": [ {good} ] }}"#));
        assert_eq!(check_scenario(file.path().as_ref(), None).expect("a good one"), "", "{good}");
    }
}
