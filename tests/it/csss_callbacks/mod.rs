//! What the vendor posts to the partner's server: bodies, signatures, order, retries on the session's clock.

mod clock;
mod courier;
mod ctl;
mod embedded;
mod emit;
mod hour;
mod receiver;
mod rules;
mod steered;

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use linksfield_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::support::{Answer, api, under_text};
use receiver::{Posted, Receiver};

/// The SIM of the printed example.
const SIM: &str = "89860220190123456789";
/// Another partner's, with an order in use.
const OTHER: &str = "89852022018041800192";

/// A sandbox whose clock stands at the moment of the printed example, with these further keys of a scenario.
fn sandbox(more: &str) -> Sandbox {
    under_text(&format!(
        r#"{{ "format": 1, "scenario": "callbacks", "clock": {{ "start": "2022-01-17T02:06:00Z", "mode": "frozen" }}{more} }}"#
    ))
}

/// The same, and all callbacks go to the receiver.
fn telling(receiver: &Receiver, more: &str) -> Sandbox {
    let sandbox = sandbox(more);
    target(&sandbox, "default", &receiver.url());
    sandbox
}

fn target(sandbox: &Sandbox, session: &str, url: &str) {
    let set = on(sandbox, "PUT", &format!("sessions/{session}/callbacks"), &json!({ "*": url }));
    assert_eq!(set.status, 200, "{}", set.body);
}

/// The same, but only texts from SIMs: in hours and days, orders of other SIMs end and quotas are used up.
fn telling_texts(receiver: &Receiver) -> Sandbox {
    let sandbox = sandbox("");
    let set = on(&sandbox, "PUT", "sessions/default/callbacks", &json!({ "uplink-sms": receiver.url() }));
    assert_eq!(set.status, 200, "{}", set.body);
    sandbox
}

fn on(sandbox: &Sandbox, method: &str, path: &str, body: &Value) -> Answer {
    api(sandbox, method, path, &body.to_string())
}

/// A text comes from a SIM; the number of the event.
fn uplink(sandbox: &Sandbox, sim: &str, text: &str) -> u64 {
    fire(sandbox, &json!({ "kind": "uplink-sms", "sim": sim, "text": text }))
}

fn fire(sandbox: &Sandbox, event: &Value) -> u64 {
    let told = on(sandbox, "POST", "sessions/default/events", event);
    assert_eq!(told.status, 200, "{}", told.body);
    told.json()["event"].as_u64().expect("a number")
}

/// Deliveries, once there are so many of this state.
fn deliveries(sandbox: &Sandbox, state: &str, count: usize) -> Vec<Value> {
    let path = format!("sessions/default/deliveries?state={state}&count={count}&wait=20s");
    let listed = api(sandbox, "GET", &path, "").json();
    let listed = listed["deliveries"].as_array().expect("a list").clone();
    assert!(listed.len() >= count, "{listed:#?}");
    listed
}

fn advance(sandbox: &Sandbox, by: &str) -> Value {
    let moved =
        on(sandbox, "POST", "sessions/default/clock/advance", &json!({ "by": by, "deliver": "wait" }));
    assert_eq!(moved.status, 200, "{}", moved.body);
    moved.json()
}

fn texts(posted: &[Posted]) -> Vec<String> {
    posted.iter().map(|posted| posted.json()["text_message"].as_str().expect("a text").to_owned()).collect()
}

#[test]
fn the_printed_example_arrives_to_the_character_with_its_digest() {
    let receiver = Receiver::new();
    let sandbox = telling(&receiver, "");
    let event = json!({
        "kind": "uplink-sms", "sim": SIM, "text": "发送短信内容", "body": { "message_type": "Binary" },
    });
    assert_eq!(fire(&sandbox, &event), 1);
    let posted = receiver.next();
    assert_eq!(posted.line, "POST /hook HTTP/1.1");
    assert_eq!(
        posted.body,
        r#"{"partner_code":"P123456","sim_id":"89860220190123456789","imsi":"4230001234567","message_type":"Binary","text_message":"发送短信内容","received_at":"1642385160000"}"#
    );
    assert_eq!(posted.header("x-lf-md5"), Some("HGJjplG9s0muoYy2p9w/8g=="));
    let names: Vec<&str> = posted.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["host", "content-type", "x-lf-md5", "x-lf-delivery", "content-length", "connection"]);
    assert_eq!(posted.header("content-type"), Some("application/json"));
    let id = posted.header("x-lf-delivery").expect("an id").to_owned();
    let shape: String = id.chars().map(|c| if c.is_ascii_hexdigit() { 'x' } else { c }).collect();
    assert_eq!(shape, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
    assert_eq!(&id[14..15], "4");
    let listed = deliveries(&sandbox, "delivered", 1).remove(0);
    assert_eq!(listed["delivery"], id.as_str());
    assert_eq!(
        listed["attempts"],
        json!([{ "at": "2022-01-17T02:06:00.000Z", "status": 200, "answer": "seen" }])
    );
    assert_eq!(listed["request"]["body"], posted.body.as_str());
}

#[test]
fn same_seed_and_same_calls_same_bytes() {
    let once = || {
        let receiver = Receiver::new();
        let sandbox = telling(&receiver, "");
        uplink(&sandbox, SIM, "one");
        let first = receiver.next();
        uplink(&sandbox, SIM, "two");
        [first, receiver.next()]
            .map(|posted| (posted.header("x-lf-delivery").map(str::to_owned), posted.body))
    };
    assert_eq!(once(), once());
}

#[test]
fn each_kind_is_told_in_fields_of_its_own_and_changed_orders_carry_no_headers() {
    let receiver = Receiver::new();
    let sandbox = telling(&receiver, "");
    fire(&sandbox, &json!({ "kind": "order-status", "sim": OTHER, "event": 1003 }));
    let status = receiver.next();
    assert_eq!(status.header("x-lf-md5").or(status.header("x-lf-delivery")), None);
    let body = status.json();
    assert_eq!(
        (&body["sim_id"], &body["event"], &body["partner_code"]),
        (&json!(OTHER), &json!("1003"), &json!("P000270"))
    );
    fire(&sandbox, &json!({ "kind": "usage-warning", "sim": OTHER, "percent": 80 }));
    let warning = receiver.next();
    assert!(warning.header("x-lf-md5").is_some());
    assert_eq!(warning.json()["percent"], "80");
    fire(&sandbox, &json!({ "kind": "uplink-sms", "sim": SIM, "binary": "00ff" }));
    let binary = receiver.next().json();
    assert_eq!((&binary["message_type"], &binary["text_message"]), (&json!("Binary"), &json!("00FF")));
}

#[test]
fn settings_turn_each_open_question_round() {
    let receiver = Receiver::new();
    let sandbox = telling(
        &receiver,
        r#", "vendor": { "notify.md5": "hex", "notify.orderStatusHeaders": "on", "notify.messageType": "off", "notify.emptyValues": "drop",
            "notify.secret": "s3cret" }"#,
    );
    fire(&sandbox, &json!({ "kind": "order-status", "sim": OTHER, "event": 1000 }));
    assert_eq!(receiver.next().header("x-lf-md5").expect("a digest").len(), 44);
    uplink(&sandbox, SIM, "hello");
    assert_eq!(receiver.next().json().get("message_type"), None);
}

/// What another implementation says of the digests: `fine`, unless one is wrong.
fn digests_elsewhere(posted: &[Posted]) -> String {
    let program = r#"
import base64, hashlib, json, sys
for line in sys.stdin.read().splitlines():
    digest, body = line.split(" ", 1)
    pairs = sorted(json.loads(body).items())
    text = "&".join([f"{key}={value}" for key, value in pairs] + ["replica-notify-secret"])
    assert base64.b64encode(hashlib.md5(text.encode()).digest()).decode() == digest, line
print("fine")
"#;
    let mut lines = String::new();
    for one in posted {
        writeln!(lines, "{} {}", one.header("x-lf-md5").expect("a digest"), one.body).expect("a text");
    }
    let python =
        Command::new("python3").args(["-c", program]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    // A machine without it has the two vectors of the contract.
    let Ok(mut python) = python else { return "fine\n".to_owned() };
    python.stdin.take().expect("a pipe").write_all(lines.as_bytes()).expect("it reads");
    let output = python.wait_with_output().expect("it ends");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn digests_are_what_another_implementation_makes_of_the_body() {
    let receiver = Receiver::new();
    let sandbox = telling(&receiver, "");
    let mut posted = Vec::new();
    for text in ["plain", "a&b=c", "", "\"quoted\" \\ 发送", "z=1&replica-notify-secret"] {
        uplink(&sandbox, SIM, text);
        posted.push(receiver.next());
    }
    assert_eq!(digests_elsewhere(&posted), "fine\n");
}

#[test]
fn an_overlay_brings_the_true_names_of_the_fields() {
    let folder = crate::support::folder(&[(
        "csss/callbacks/order-status.json",
        r#"{ "body": { "eventCode": "${event}", "card": { "imsi": "${imsi}" } } }"#,
    )]);
    let receiver = Receiver::new();
    let sandbox = crate::support::builder().fixtures(folder.path()).start_blocking().expect("it starts");
    target(&sandbox, "default", &receiver.url());
    fire(&sandbox, &json!({ "kind": "order-status", "sim": OTHER, "event": 1009 }));
    let body = receiver.next().json();
    assert_eq!(body["eventCode"], "1009");
    assert!(body["card"]["imsi"].is_string(), "{body}");
    let folder =
        crate::support::folder(&[("csss/callbacks/uplink-sms.json", r#"{ "body": { "a": "${txt}" } }"#)]);
    let refused = crate::support::builder().fixtures(folder.path()).start_blocking().expect_err("a mistake");
    assert!(refused.to_string().contains("did you mean ${text}?"), "{refused}");
}
