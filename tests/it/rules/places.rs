//! `when`: each place that a condition can look at.

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use super::{code, order, poll, with};
use crate::support::{PRE_ORDER, call, changed, documented, get, pre_order, request};

/// The code of the documented pre-order with another field, under one rule that fails it with 9999.
fn under(when: &str, body: &Value) -> i64 {
    let sandbox = with(&format!(r#"{{ "on": "*", "when": {when}, "answer": {{ "code": 9999 }} }}"#));
    code(&pre_order(sandbox.default_session(), body))
}

#[test]
fn a_body_is_looked_at_by_place_and_as_it_was_sent() {
    let body = changed(json!({ "receive_qr_email": "mei@you.example" }));
    for (when, hits) in [
        (r#"{ "body": { "receive_qr_email": { "endsWith": "@you.example" } } }"#, true),
        (r#"{ "body": { "/receive_qr_email": { "matches": "^[a-z]+@" } } }"#, true),
        (r#"{ "body": { "money": { "between": [4, 6] }, "no.such.place": { "absent": true } } }"#, true),
        (r#"{ "body": { "money": { "not": 5 } } }"#, false),
        (r#"{ "body": { "money": { "any": [1, { "atLeast": 5 }] } } }"#, true),
        (r#"{ "raw": { "contains": "mei@you.example" } }"#, true),
        (r#"{ "raw": { "contains": "somebody else" } }"#, false),
        (r#"{ "path": { "startsWith": "/v1.2/" } }"#, true),
        (r#"{ "path": "/v1.1/package/preOrderPackage" }"#, false),
        (r#"{ "header": { "accept-language": "" }, "path": { "endsWith": "preOrderPackage" } }"#, true),
    ] {
        assert_eq!(under(when, &body), if hits { 9999 } else { 0 }, "{when}");
    }
}

#[test]
fn a_query_is_looked_at_by_name() {
    let sandbox =
        with(r#"{ "on": "detail", "when": { "query": { "id": 1000001 } }, "answer": { "code": 9999 } }"#);
    let detail = |id: u32| code(&get(sandbox.default_session(), &format!("/v1.1/package/detail?id={id}")));
    assert_eq!([detail(1_000_000), detail(1_000_001)], [0, 9999]);
}

#[test]
fn what_a_call_addresses_is_looked_at_as_the_control_surface_shows_it() {
    let sandbox = with(
        r#"{ "on": "poll", "when": { "order": { "mailTo": "mei@you.example", "payStatus": "waiting" } }, "answer": { "code": 7 } },
           { "on": "poll", "when": { "package": { "id": 1000001 } }, "answer": { "code": 9999 } },
           { "on": "pre-order", "when": { "user": { "partnerCode": "1000000005" }, "package": { "price.USD": { "atLeast": 100 } } },
             "answer": { "code": 9999 } },
           { "on": "login", "when": { "user": { "email": "mei.tan@traveller.example" } }, "answer": { "code": 7 } }"#,
    );
    let session = sandbox.default_session();
    let mine = pre_order(session, &changed(json!({ "receive_qr_email": "mei@you.example" })));
    let other = pre_order(session, &Value::Object(documented()));
    let id = |answer: &Value| answer["data"]["id"].as_u64().expect("an id");
    assert_eq!([poll(session, id(&mine)), poll(session, id(&other))], [7, 0]);
    // Whoever logs in is not known by a token yet.
    let login = json!({ "email": "mei.tan@traveller.example", "passwd": "x", "partnerCode": "1000000005" });
    assert_eq!(code(&call(session, "/user/login", &login)), 7);
}

#[test]
fn the_clock_is_looked_at_by_moment_since_the_start_and_since_what_happened() {
    let sandbox = with(
        r#"{ "id": "early", "on": "poll", "when": { "clock": { "atMost": "2023-05-18T06:01:00Z" } }, "answer": { "code": 9001, "custom": true, "message": "early" } },
           { "id": "late", "on": "poll", "when": { "clock": { "atLeast": "start+30m" } }, "answer": { "code": 9002, "custom": true, "message": "late" } },
           { "id": "old", "on": "poll", "when": { "since": { "order.createdAt": { "between": ["10m", "20m"] } } }, "answer": { "code": 9003, "custom": true, "message": "old" } },
           { "id": "paid", "on": "poll", "when": { "since": { "order.paidAt": { "atMost": "1m" } } }, "answer": { "code": 9004, "custom": true, "message": "paid" } }"#,
    );
    let session = sandbox.default_session();
    order(session);
    let after = |minutes: u64| {
        session.clock().advance(std::time::Duration::from_mins(minutes)).expect("within the calendar");
        poll(session, 1_055_293)
    };
    assert_eq!([0, 2, 8, 10, 1].map(after), [9001, 0, 9003, 9003, 0]);
    session.pay(1_055_293).expect("the order is there");
    assert_eq!([0, 1, 1, 10].map(after), [9004, 9004, 0, 9002]);
}

#[test]
fn a_rule_before_admission_answers_whoever_has_no_token() {
    let strict = |rules: &str| {
        crate::support::under_text(&format!(
            r#"{{ "format": 1, "scenario": "test", "vendor": {{ "auth": "strict" }}, "rules": [{rules}] }}"#
        ))
    };
    let gate = r#""on": "pre-order", "answer": { "code": 9999 }"#;
    assert_eq!(order(strict(&format!("{{ {gate} }}")).default_session()), 7);
    let sandbox = strict(&format!(r#"{{ "id": "gate", "before": "admission", {gate} }}"#));
    assert_eq!(order(sandbox.default_session()), 9999);
    assert_eq!(sandbox.default_session().journal()[0]["rule"], "gate");
    // What only breaks the answer does not open the door.
    let sandbox = strict(r#"{ "before": "admission", "on": "pre-order", "fault": { "delay": "1ms" } }"#);
    assert_eq!(order(sandbox.default_session()), 7);
    assert_eq!(sandbox.default_session().journal()[0]["wire"], json!(["delay 1ms"]));
}

#[test]
fn a_gateways_page_has_nothing_of_the_vendors_or_ours() {
    let sandbox = with(r#"{ "id": "gate", "on": "*", "answer": { "gateway": 504 }, "commit": true }"#);
    let session = sandbox.default_session();
    let response = session.call(&request(PRE_ORDER, Value::Object(documented()).to_string()));
    assert_eq!(response.status(), 504);
    let names: Vec<&str> = response.headers().keys().map(http::HeaderName::as_str).collect();
    assert_eq!(names, ["server", "content-type"]);
    assert!(response.body().starts_with(b"<html>"));
    assert_eq!(session.orders().len(), 1, "it was carried out behind the gateway");
    assert_eq!(session.journal()[0]["rule"], "gate", "the journal knows who played it");
    let preflight = Request::get("/v1.1/package/detail?id=1000000").header("origin", "http://a.example");
    let page = session.call(&preflight.body(Bytes::new()).expect("a request"));
    assert!(serde_json::from_slice::<Value>(page.body()).is_err());
}

#[test]
fn of_many_rules_the_first_that_matches_decides_and_all_that_were_passed_over_are_counted() {
    let rule = |n: usize| {
        let wanted = if [70, 80].contains(&n) { "1000000005".to_owned() } else { format!("P{n}") };
        json!({ "id": format!("r{n}"), "on": "pre-order", "when": { "body": { "partnerCode": wanted } }, "answer": { "code": 9999 } })
            .to_string()
    };
    let sandbox = with(&(0..100).map(rule).collect::<Vec<_>>().join(", "));
    let session = sandbox.default_session();
    assert_eq!(
        [order(session), code(&pre_order(session, &changed(json!({ "partnerCode": "P001101" }))))],
        [9999, 0]
    );
    let (hit, missed) = (session.why(1).expect("a turn"), session.why(2).expect("a turn"));
    let told = |why: &Value| why["rules"].as_array().map(Vec::len);
    assert_eq!((&hit["rule"], &hit["more"], told(&hit)), (&json!("r70"), &json!(54), Some(17)));
    assert_eq!((&missed["rule"], &missed["more"], told(&missed)), (&json!(null), &json!(84), Some(16)));
}
