//! Expectations: counts, codes and orders of calls, over the control API and from Rust; what is told of those that are not met.

use linksfield_sandbox::{ErrorKind, Limit, SessionOptions};
use serde_json::{Value, json};

use crate::support::{
    Raw, api, builder, call, changed, documented, order_at, pre_order, under, under_text, with_rules,
};

const LOGIN: &str = "/user/login";

/// State by state of rows that are sent.
fn states(sandbox: &linksfield_sandbox::Sandbox, rows: &Value) -> Vec<String> {
    let body = json!({ "expect": rows }).to_string();
    let answer = api(sandbox, "POST", "sessions/default/verify", &body).json();
    let rows = answer["rows"].as_array().unwrap_or_else(|| panic!("{answer}")).iter();
    rows.map(|row| row["state"].as_str().expect("a state").to_owned()).collect()
}

/// A refused pre-order in front of two that are stored, one call that leads nowhere, a login with a wrong password.
fn a_morning() -> linksfield_sandbox::Sandbox {
    let sandbox = under_text(
        r#"{ "format": 1, "scenario": "morning", "clock": { "start": "2023-05-18T06:25:35Z", "mode": "frozen" }, "rules": [
            { "id": "first", "on": "pre-order", "times": { "first": 1 }, "answer": { "code": 7 } },
            { "id": "idle", "on": "webhook", "answer": { "code": 7 } } ] }"#,
    );
    let session = sandbox.default_session();
    pre_order(session, &Value::Object(documented()));
    pre_order(session, &Value::Object(documented()));
    pre_order(session, &changed(json!({ "receive_qr_email": "else@where.example" })));
    call(session, "/v1.2/package/preOrderPackag", &json!({}));
    call(session, LOGIN, &json!({ "email": "nobody@where.example" }));
    sandbox
}

#[test]
fn rows_count_calls_by_place_condition_and_code() {
    let sandbox = a_morning();
    let met = json!([
        { "on": "pre-order", "count": 3 },
        { "on": "pre-order" },
        { "on": ["pre-order", "poll"], "count": { "atLeast": 2, "atMost": 3 } },
        { "on": "pre-order", "codes": "TOKEN_EXPIRED", "count": 1 },
        { "on": "pre-order", "codes": [7, "SUCCESS"], "count": 3 },
        { "codes": 0, "count": 2 },
        { "codes": ["PRICE_INCONSISTENT", "ORDER_DOES_NOT_EXIST"], "never": true },
        { "on": "webhook", "never": true },
        { "when": { "body": { "receive_qr_email": "else@where.example" } }, "count": 1 },
        { "on": "pre-order", "when": { "header": { "content-type": { "contains": "json" } } }, "codes": 0, "count": 2 },
        { "orders": { "payStatus": "waiting" }, "count": 2 },
        { "orders": { "mailTo": { "startsWith": "else@" } } },
        { "mails": {}, "never": true },
    ]);
    let wanted = vec!["met"; 13];
    assert_eq!(states(&sandbox, &met), wanted);
    let unmet = json!([
        { "on": "webhook" },
        { "on": "pre-order", "never": true },
        { "on": "pre-order", "codes": 0, "count": 3 },
        { "codes": "PRICE_INCONSISTENT" },
        { "orders": { "payStatus": "paid" } },
        { "orders": {}, "count": { "atMost": 1 } },
        { "mails": { "kind": "qr" } },
    ]);
    assert_eq!(states(&sandbox, &unmet), vec!["unmet"; 7]);
}

#[test]
fn a_sequence_is_met_in_its_order_and_gaps_are_allowed() {
    let sandbox = a_morning();
    let rows = json!([
        { "sequence": [{ "on": "pre-order", "codes": 7 }, { "on": "pre-order", "codes": 0 }, { "on": "login" }] },
        { "sequence": [{ "on": "pre-order" }, { "on": "pre-order" }, { "on": "pre-order" }] },
        { "sequence": [{ "on": "pre-order" }, { "on": "pre-order" }, { "on": "pre-order" }, { "on": "pre-order" }] },
        { "sequence": [{ "on": "login" }, { "on": "pre-order" }] },
        { "sequence": [{ "on": "pre-order", "codes": 0 }, { "on": "pre-order", "codes": 7 }] },
        { "sequence": [{ "on": "pre-order", "when": { "body": { "receive_qr_email": { "startsWith": "else" } } } }, { "on": "login" }] },
    ]);
    assert_eq!(states(&sandbox, &rows), ["met", "met", "unmet", "unmet", "unmet", "met"]);
}

#[test]
fn what_is_not_met_is_told_with_the_nearest_calls_and_a_diff() {
    let sandbox = a_morning();
    let body = json!({ "expect": [
        { "on": "pre-order", "count": 3 },
        { "on": "pre-order", "when": { "body": { "receive_qr_email": "else@where.example", "money": 5 } }, "codes": "TOKEN_EXPIRED" },
        { "on": "webhook", "count": 2 },
        { "on": "pre-order", "codes": 0, "never": true },
        { "sequence": [{ "on": "pre-order", "codes": 0 }, { "on": "pre-order", "codes": 7 }] },
        { "orders": { "payStatus": "paid" }, "count": 1 },
    ] });
    let answer = api(&sandbox, "POST", "sessions/default/verify", &body.to_string());
    assert_eq!(answer.status, 409);
    let mut told = answer.json();
    assert_eq!(told["error"]["code"], "unmet");
    assert_eq!(told["met"], false);
    let diff = told["diff"].take();
    insta::assert_snapshot!(diff.as_str().expect("a text"));
    insta::assert_json_snapshot!(told);
}

#[test]
fn without_rows_the_scenarios_own_expectations_are_meant() {
    let sandbox = under("flaky");
    let verify = |body: &str| api(&sandbox, "POST", "sessions/default/verify", body);
    for _ in 0..5 {
        order_at(&sandbox, crate::support::PRE_ORDER, "");
    }
    assert_eq!(
        (verify("").status, verify("{}").json()["error"]["pointer"].clone()),
        (409, json!("/expect/0"))
    );
    order_at(&sandbox, crate::support::PRE_ORDER, "");
    let met = verify("{ /* its own */ }");
    assert_eq!((met.status, &met.json()["met"]), (200, &json!(true)), "{met:?}");
    assert_eq!(met.json()["rows"][0]["found"], "6 (turns 1, 2, 3, 4, 5, 6)");
    let whole = under_text(r#"{ "format": 1, "scenario": "silent" }"#);
    let nothing = api(&whole, "POST", "sessions/default/verify", "").json();
    assert_eq!(nothing, json!({ "met": true, "rows": [], "unusedRules": [] }));
}

#[test]
fn mistakes_in_rows_are_told_all_at_once() {
    let sandbox = under("default");
    let body = r#"{ "expect": [
        { "on": "webhok", "cuont": 2 },
        { "orders": { "payStatus": "payed" } }, // never so
        { "codes": "TOKEN_EXPIRD", "count": -1 },
        { "count": 1 },
    ] }"#;
    let answer = api(&sandbox, "POST", "sessions/default/verify", body);
    assert_eq!(answer.status, 400);
    let errors = answer.json()["errors"].as_array().expect("errors").clone();
    let told: Vec<(&str, &str)> = errors
        .iter()
        .map(|error| (error["code"].as_str().expect("a code"), error["pointer"].as_str().expect("a pointer")))
        .collect();
    let expected = [
        ("unknown-endpoint", "/expect/0/on"),
        ("unknown-key", "/expect/0/cuont"),
        ("never-matches", "/expect/1/orders/payStatus"),
        ("unknown-code", "/expect/2/codes"),
        ("impossible-count", "/expect/2/count"),
        ("missing-key", "/expect/3"),
    ];
    assert_eq!(told, expected);
    assert_eq!(api(&sandbox, "POST", "sessions/default/verify", r#"{ "expect": [] }"#).status, 400);
}

#[test]
fn over_dropped_entries_only_what_is_certain_is_told() {
    let sandbox = builder().limit(Limit::Journal(3)).start_blocking().expect("it starts");
    for _ in 0..5 {
        pre_order(sandbox.default_session(), &Value::Object(documented()));
    }
    let rows = json!([
        { "on": "pre-order", "count": { "atLeast": 3 } },
        { "on": "pre-order", "count": { "atMost": 5 } },
        { "on": "pre-order", "count": { "atLeast": 4 } },
        { "on": "pre-order", "count": 5 },
        { "on": "pre-order", "count": 2 },
        { "on": "pre-order", "count": 6 },
        { "on": "login", "never": true },
        { "on": "pre-order", "never": true },
        { "sequence": [{ "on": "pre-order" }, { "on": "pre-order" }] },
        { "sequence": [{ "on": "login" }, { "on": "pre-order" }] },
        { "orders": {}, "count": 5 },
    ]);
    let wanted =
        ["met", "met", "unknown", "unknown", "unmet", "unmet", "unknown", "unmet", "met", "unknown", "met"];
    assert_eq!(states(&sandbox, &rows), wanted);
    let unknown = r#"{ "expect": [{ "on": "pre-order", "count": 5 }, { "orders": {} }] }"#;
    let answer = api(&sandbox, "POST", "sessions/default/verify", unknown);
    assert_eq!((answer.status, &answer.json()["error"]["code"]), (409, &json!("unknown")));
    let help = answer.json()["error"]["help"].as_str().expect("a help").to_owned();
    assert!(help.contains("--journal"), "{help}");
    let error = sandbox.default_session().verify_that(unknown).expect_err("nobody can tell");
    assert_eq!(error.kind(), ErrorKind::Unknown);
    assert!(error.to_string().contains("the journal dropped 2 entries before"), "{error}");
}

#[test]
fn a_body_that_was_cut_decides_nothing() {
    let sandbox = under("default");
    let long = changed(json!({ "padding": "x".repeat(20_000), "money": 7 }));
    pre_order(sandbox.default_session(), &long);
    let rows = json!([
        { "on": "pre-order", "when": { "body": { "money": 7 } }, "count": 1 },
        { "on": "pre-order", "when": { "body": { "money": 7 } }, "count": { "atMost": 1 } },
        { "on": "pre-order", "when": { "body": { "money": 7 }, "header": { "x-none": { "present": true } } }, "never": true },
        { "on": "pre-order", "when": { "body": { "money": { "absent": true } } }, "never": true },
        { "on": "pre-order", "count": 1 },
    ]);
    assert_eq!(states(&sandbox, &rows), ["unknown", "met", "met", "unknown", "met"]);
}

#[test]
fn rules_that_never_fired_are_named() {
    let sandbox = with_rules(
        r#"[{ "id": "hit", "on": "pre-order", "answer": { "code": 7 } }, { "id": "idle", "on": "pre-order", "answer": { "code": 2 } }]"#
            .replace(r#""on": "pre-order", "answer": { "code": 2 }"#, r#""on": "poll", "answer": { "code": 2 }"#)
            .as_str(),
    );
    let session = sandbox.default_session();
    session.arm(r#"{ "id": "armed", "on": "login", "answer": { "code": 7 } }"#).expect("a rule");
    session
        .arm(r#"{ "id": "once", "on": "pre-order", "times": { "next": 1 }, "answer": "default" }"#)
        .expect("a rule");
    for _ in 0..2 {
        pre_order(session, &Value::Object(documented()));
    }
    let answer = api(&sandbox, "POST", "sessions/default/verify", "").json();
    assert_eq!(answer["unusedRules"], json!(["armed", "idle"]));
}

#[test]
fn from_rust_an_unmet_expectation_is_an_error_that_reads_as_the_diff() {
    let sandbox = a_morning();
    let session = sandbox.default_session();
    session.verify().expect("the scenario expects nothing");
    session.verify_that(r#"{ "expect": [{ "on": "pre-order", "count": 3 }] }"#).expect("three pre-orders");
    let error = session.verify_that(r#"{ "expect": [{ "on": "webhook" }] }"#).expect_err("no webhook");
    assert_eq!(error.kind(), ErrorKind::Unmet);
    assert!(error.to_string().contains("\n  - at least 1 call to webhook\n  + none\n"), "{error}");
    assert_eq!(format!("{error:?}"), format!("Unmet: {error}"), "what `expect` prints has lines");
    let error = session.verify_that(r#"{ "expect": [{ "on": "webhok" }] }"#).expect_err("a slip");
    assert_eq!(error.kind(), ErrorKind::InvalidFile);
    assert!(error.to_string().contains("did you mean \"webhook\"?"), "{error}");
}

#[test]
fn a_sandbox_tells_at_its_end_of_every_session_also_of_those_that_were_dropped() {
    let wanting = r#"{ "format": 1, "scenario": "wanting", "expect": [{ "on": "pre-order" }] }"#;
    let make = |sandbox: &linksfield_sandbox::Sandbox, name: &str| {
        sandbox.session_with(SessionOptions::named(name).scenario(wanting)).expect("a session")
    };
    let start = || builder().scenario("sold-out").verify_sessions().start_blocking().expect("it starts");

    let sandbox = start();
    let (good, bad, kept) = (make(&sandbox, "good"), make(&sandbox, "bad"), make(&sandbox, "kept"));
    pre_order(&good, &Value::Object(documented()));
    pre_order(&kept, &Value::Object(documented()));
    assert!(good.drop_session() && bad.drop_session());
    let error = sandbox.finish().verify().expect_err("one session was never called");
    assert_eq!(error.kind(), ErrorKind::Unmet);
    let told = error.to_string();
    assert!(
        told.starts_with("session bad: 1 of 1 expectations is not met\n\n/expect/0  {\"on\":\"pre-order\"}"),
        "{told}"
    );
    assert!(told.ends_with("1 of 3 sessions did not come to what their scenario expects"), "{told}");

    // Without a call the default session is passed over beside others, and judged alone.
    let sandbox = start();
    pre_order(&make(&sandbox, "good"), &Value::Object(documented()));
    sandbox.finish().verify().expect("all is well");
    let sandbox = builder().scenario("flaky").start_blocking().expect("it starts");
    let told = sandbox.finish().verify().expect_err("nobody called").to_string();
    assert!(told.starts_with("session default: 2 of 2 expectations are not met"), "{told}");
}

#[test]
fn a_session_that_many_fail_in_is_told_within_bounds() {
    let wanting = r#"{ "format": 1, "scenario": "wanting", "expect": [{ "on": "pre-order" }] }"#;
    let sandbox = builder().verify_sessions().start_blocking().expect("it starts");
    for number in 0..120 {
        let options = SessionOptions::named(format!("s{number:03}")).scenario(wanting);
        sandbox.session_with(options).expect("a session").drop_session();
    }
    let told = sandbox.finish().verify().expect_err("nobody called").to_string();
    assert_eq!(told.matches("is not met").count(), 100, "{told}");
    assert!(told.contains("and 20 more sessions"), "{told}");
    assert!(told.ends_with("120 of 120 sessions did not come to what their scenario expects"), "{told}");
}

#[test]
fn what_led_nowhere_is_near_to_a_call_that_is_missing() {
    let sandbox = under("default");
    Raw::connect(&sandbox).post("/v1.1/payment/webhok", "{}").answer();
    pre_order(sandbox.default_session(), &Value::Object(documented()));
    let answer =
        api(&sandbox, "POST", "sessions/default/verify", r#"{ "expect": [{ "on": "webhook" }] }"#).json();
    assert_eq!(answer["rows"][0]["nearest"][0]["request"], "POST /v1.1/payment/webhok");
    assert_eq!(answer["rows"][0]["nearest"][0]["misses"][0]["got"], "nowhere: POST /v1.1/payment/webhok");
}
