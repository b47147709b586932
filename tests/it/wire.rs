//! The wire over raw sockets: limits, odd requests, and what follows them. After any of it the next good call is answered.

use std::net::Shutdown;
use std::time::Duration;

use linksfield_sandbox::{Limit, Sandbox};
use serde_json::{Value, json};

use crate::support::{Answer, PRE_ORDER, Raw, builder, documented, under, under_text};

/// The next good call is answered.
fn is_well(sandbox: &Sandbox) {
    let answer = Raw::connect(sandbox).post(PRE_ORDER, &Value::Object(documented()).to_string()).answer();
    assert_eq!((answer.status, &answer.json()["code"]), (200, &json!(0)));
}

fn send(sandbox: &Sandbox, bytes: impl AsRef<[u8]>) -> Answer {
    Raw::connect(sandbox).send(bytes).answer()
}

#[test]
fn an_unknown_path_is_404_with_the_nearest_one_in_the_groups_envelope() {
    let sandbox = under("default");
    let answer = Raw::connect(&sandbox).post("/v1.2/package/preOrderPackge", "{}").answer();
    assert_eq!(answer.status, 404);
    assert_eq!(answer.header("x-sandbox-hint"), Some(PRE_ORDER));
    assert_eq!(answer.header("x-sandbox-error"), Some("unknown-path"));
    insta::assert_snapshot!(answer.body);
    for path in [
        "/",
        "/v1.2/package/preOrderPackage/",
        "//v1.2/package/preOrderPackage",
        "/V1.2/package/preOrderPackage",
    ] {
        assert_eq!(Raw::connect(&sandbox).post(path, "{}").answer().status, 404, "{path}");
    }
    let far = Raw::connect(&sandbox).post("/x", "{}").answer();
    assert_eq!((far.status, far.header("x-sandbox-hint")), (404, None));
}

#[test]
fn a_known_path_with_another_method_is_405_with_allow() {
    let sandbox = under("default");
    for method in ["GET", "PUT", "DELETE", "OPTIONS", "BREW"] {
        let answer = send(&sandbox, format!("{method} {PRE_ORDER} HTTP/1.1\r\nHost: x\r\n\r\n"));
        assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")), "{method}");
        assert_eq!(answer.json()["code"], 9999);
    }
    let mut raw = Raw::connect(&sandbox);
    raw.send(format!("HEAD {PRE_ORDER} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    assert!(raw.rest().starts_with("HTTP/1.1 405 "));
}

#[test]
fn the_query_is_no_part_of_the_path_and_an_absolute_target_counts_by_its_path() {
    let sandbox = under("default");
    let body = Value::Object(documented()).to_string();
    for target in [format!("{PRE_ORDER}?lang=zh"), format!("http://anything.example{PRE_ORDER}")] {
        assert_eq!(Raw::connect(&sandbox).post(&target, &body).answer().json()["code"], 0, "{target}");
    }
}

#[test]
fn any_content_type_is_read_as_json_and_noted() {
    let sandbox = under("default");
    let body = Value::Object(documented()).to_string();
    let length = body.len();
    let with = |kind: &str| {
        send(
            &sandbox,
            format!("POST {PRE_ORDER} HTTP/1.1\r\nHost: x\r\n{kind}Content-Length: {length}\r\n\r\n{body}"),
        )
        .json()["code"]
            .clone()
    };
    assert_eq!(with("Content-Type: text/plain\r\n"), 0);
    assert_eq!(with("Content-Type: Application/JSON; charset=utf-8\r\n"), 0);
    assert_eq!(with(""), 0);
    let notes: Vec<Value> =
        sandbox.default_session().journal().iter().map(|entry| entry["notes"].clone()).collect();
    assert_eq!(notes, [json!(["Content-Type: \"text/plain\" was read as JSON"]), json!([]), json!([])]);
}

#[test]
fn hosts_are_one_and_readable() {
    let sandbox = under("default");
    for (version, hosts) in [
        ("1.1", ""),
        ("1.1", "Host: a\r\nHost: b\r\n"),
        ("1.1", "Host: a b\r\n"),
        ("1.0", "Host: a\r\nHost: a\r\n"),
    ] {
        let answer = send(
            &sandbox,
            format!("POST {PRE_ORDER} HTTP/{version}\r\n{hosts}Content-Length: 2\r\n\r\n{{}}"),
        );
        assert_eq!(
            (answer.status, answer.header("x-sandbox-error")),
            (400, Some("bad-host")),
            "{version} {hosts:?}"
        );
    }
    let answer = send(&sandbox, format!("POST {PRE_ORDER} HTTP/1.0\r\nContent-Length: 2\r\n\r\n{{}}"));
    assert_eq!((answer.status, &answer.json()["code"]), (200, &json!(2)), "HTTP/1.0 needs no Host");
    is_well(&sandbox);
}

#[test]
fn a_body_above_the_limit_is_413_announced_or_not() {
    let sandbox = builder().limit(Limit::Body(1000)).start_blocking().expect("the sandbox starts");
    let big = "x".repeat(1001);
    let announced = Raw::connect(&sandbox).post(PRE_ORDER, &big).answer();
    assert_eq!((announced.status, announced.header("x-sandbox-error")), (413, Some("body-too-large")));
    assert!(announced.body.contains("--max-body"), "{}", announced.body);
    let chunked = format!(
        "POST {PRE_ORDER} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n{big}\r\n0\r\n\r\n"
    );
    assert_eq!(send(&sandbox, chunked).status, 413);
    assert!(sandbox.default_session().orders().is_empty());
    is_well(&sandbox);
}

#[test]
fn a_chunked_body_is_read_whole() {
    let sandbox = under("default");
    let body = Value::Object(documented()).to_string();
    let (one, two) = body.split_at(40);
    let chunks = format!("{:x}\r\n{one}\r\n{:x}\r\n{two}\r\n0\r\n\r\n", one.len(), two.len());
    let answer = send(
        &sandbox,
        format!("POST {PRE_ORDER} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}"),
    );
    assert_eq!(answer.json()["code"], 0);
}

#[test]
fn a_compressed_body_is_415() {
    let sandbox = under("default");
    let with = |coding: &str| {
        send(&sandbox, format!("POST {PRE_ORDER} HTTP/1.1\r\nHost: x\r\nContent-Encoding: {coding}\r\nContent-Length: 2\r\n\r\n{{}}")).status
    };
    assert_eq!((with("gzip"), with("identity"), with("")), (415, 200, 200));
}

#[test]
fn heads_and_targets_have_limits() {
    let sandbox = under("default");
    let target = format!("/{}", "x".repeat(9_000));
    assert_eq!(send(&sandbox, format!("GET {target} HTTP/1.1\r\nHost: x\r\n\r\n")).status, 414);
    let many = "X-A: 1\r\n".repeat(101);
    assert_eq!(send(&sandbox, format!("GET / HTTP/1.1\r\nHost: x\r\n{many}\r\n")).status, 431);
    let mut raw = Raw::connect(&sandbox);
    raw.send(format!("GET / HTTP/1.1\r\nHost: x\r\nX-A: {}", "a".repeat(66_000)));
    assert!(raw.rest().starts_with("HTTP/1.1 431 "), "a head above 64 KiB");
    assert_eq!(send(&sandbox, "rubbish\r\n\r\n").status, 400);
    is_well(&sandbox);
}

#[test]
fn a_head_that_dribbles_is_cut_and_an_idle_connection_is_closed() {
    let limits = [Limit::HeadTime(Duration::from_millis(50)), Limit::Idle(Duration::from_millis(100))];
    let sandbox = limits.into_iter().fold(builder(), linksfield_sandbox::Builder::limit);
    let sandbox = sandbox.start_blocking().expect("the sandbox starts");
    assert_eq!(Raw::connect(&sandbox).send("POST /v1.2/pack").rest(), "");
    let mut idle = Raw::connect(&sandbox);
    idle.post(PRE_ORDER, "{}").answer();
    assert_eq!(idle.rest(), "");
    is_well(&sandbox);
}

#[test]
fn a_body_that_dribbles_is_408() {
    let sandbox = builder()
        .limit(Limit::BodyTime(Duration::from_millis(50)))
        .start_blocking()
        .expect("the sandbox starts");
    let mut raw = Raw::connect(&sandbox);
    let answer =
        raw.send(format!("POST {PRE_ORDER} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{{")).answer();
    assert_eq!((answer.status, answer.header("connection")), (408, Some("close")));
    assert!(answer.body.contains("--body-timeout"), "{}", answer.body);
    assert_eq!(raw.rest(), "");
    is_well(&sandbox);
}

#[test]
fn pipelined_calls_are_answered_in_order() {
    let sandbox = under("documented-example");
    let mut raw = Raw::connect(&sandbox);
    let body = Value::Object(documented()).to_string();
    for _ in 0..3 {
        raw.post(PRE_ORDER, &body);
    }
    let ids: Vec<Value> = (0..3).map(|_| raw.answer().json()["data"]["id"].clone()).collect();
    assert_eq!(ids, [1_055_293, 1_055_294, 1_055_295]);
}

#[test]
fn a_client_that_leaves_in_the_middle_harms_nobody() {
    let sandbox = under("default");
    for piece in
        ["P", "POST /v1.2", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{", "\r\n", "\0\0\0"]
    {
        Raw::connect(&sandbox).send(piece);
    }
    Raw::connect(&sandbox)
        .send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        .stream()
        .shutdown(Shutdown::Both)
        .expect("shut down");
    is_well(&sandbox);
}

#[test]
fn a_delayed_answer_comes_whole_and_the_journal_tells_of_the_delay() {
    let rules =
        r#"[{ "id": "slow", "on": "pre-order", "fault": [{ "delay": "20ms" }, { "delay": "10ms" }] }]"#;
    let sandbox = crate::support::with_rules(rules);
    let answer = Raw::connect(&sandbox).post(PRE_ORDER, &Value::Object(documented()).to_string()).answer();
    assert_eq!((&answer.json()["code"], answer.header("x-sandbox-rule")), (&json!(0), Some("slow")));
    assert_eq!(sandbox.default_session().journal()[0]["wire"], json!(["delay 20ms", "delay 10ms"]));
}

#[test]
fn a_stop_cancels_a_held_answer_though_its_order_is_stored() {
    let sandbox = crate::support::with_rules(r#"[{ "on": "pre-order", "fault": { "delay": "10m" } }]"#);
    let session = sandbox.default_session().clone();
    let mut raw = Raw::connect(&sandbox);
    raw.post(PRE_ORDER, &Value::Object(documented()).to_string());
    while session.orders().is_empty() {
        std::thread::yield_now();
    }
    sandbox.stop();
    assert_eq!(raw.rest(), "", "the connection ends without an answer");
    assert_eq!(session.orders().len(), 1);
}

#[test]
fn more_held_answers_than_allowed_are_503() {
    let file = crate::support::scenario_file(
        r#"{ "format": 1, "scenario": "test", "rules": [{ "on": "*", "fault": { "delay": "10m" } }] }"#,
    );
    let sandbox =
        builder().scenario(file.path()).limit(Limit::Held(1)).start_blocking().expect("the sandbox starts");
    let mut held = Raw::connect(&sandbox);
    held.post(PRE_ORDER, "{}");
    while sandbox.default_session().journal().is_empty() {
        std::thread::yield_now();
    }
    let answer = Raw::connect(&sandbox).post(PRE_ORDER, "{}").answer();
    assert_eq!((answer.status, answer.header("x-sandbox-error")), (503, Some("too-many-held")));
}

#[test]
fn without_trace_headers_an_answer_is_the_vendors_to_the_header() {
    let sandbox = builder().without_trace_headers().start_blocking().expect("the sandbox starts");
    let answer = Raw::connect(&sandbox).post(PRE_ORDER, "{}").answer();
    let names: Vec<&str> = answer.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["content-type", "content-length", "date"]);
}

#[test]
fn the_journal_is_bounded_and_counts_what_it_dropped() {
    let sandbox = builder().limit(Limit::Journal(2)).start_blocking().expect("the sandbox starts");
    let mut raw = Raw::connect(&sandbox);
    for _ in 0..5 {
        raw.post(PRE_ORDER, "{}").answer();
    }
    let journal = raw
        .send("GET /__sandbox/sessions/default/journal HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .answer()
        .json();
    assert_eq!((&journal["dropped"], &journal["entries"][0]["turn"]), (&json!(3), &json!(4)));
}

#[test]
fn a_real_clock_runs_on_from_where_a_scenario_starts_it() {
    let scenario = r#"{ "format": 1, "scenario": "test", "clock": { "start": "2022-12-05T00:00:00Z" } }"#;
    let sandbox = under_text(scenario);
    let session = sandbox.default_session();
    let before = session.clock().now();
    assert!(before.starts_with("2022-12-05T00:00:"), "{before}");
    session.clock().advance(Duration::from_hours(72)).expect("within the calendar");
    assert!(session.clock().now().starts_with("2022-12-08T00:00:"), "{}", session.clock().now());
}
