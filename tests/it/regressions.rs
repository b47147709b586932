//! Regressions, named after what broke.

use linksfield_sandbox::Limit;
use serde_json::{Value, json};

use crate::support::{
    PRE_ORDER, Raw, builder, changed, documented, pre_order, request, scenario_file, under, with_rules,
};

#[test]
fn a_whole_head_above_the_limit_was_accepted_up_to_twice_the_limit() {
    let sandbox = under("default");
    let with = |size: usize| {
        let value = "a".repeat(size);
        Raw::connect(&sandbox)
            .send(format!("POST / HTTP/1.1\r\nHost: x\r\nX-A: {value}\r\nContent-Length: 0\r\n\r\n"))
            .answer()
            .status
    };
    assert_eq!((with(60_000), with(70_000), with(100_000)), (404, 431, 431));
    let small = builder().limit(Limit::Head(100)).start_blocking().expect("the sandbox starts");
    let long = format!("GET / HTTP/1.1\r\nHost: x\r\nX-A: {}\r\n\r\n", "a".repeat(100));
    assert_eq!(Raw::connect(&small).send(long).answer().status, 431);
}

#[test]
fn bodies_without_a_place_in_a_json_tree_were_lost_from_the_journal() {
    let sandbox = under("default");
    let session = sandbox.default_session();
    let body = Value::Object(documented()).to_string();
    for extra in
        [r#""x":"\ud800""#, r#""x":1e999"#, &format!(r#""x":{}{}"#, "[".repeat(127), "]".repeat(127))]
    {
        let answer = session.call(&request(PRE_ORDER, body.replacen('{', &format!("{{{extra},"), 1)));
        assert_eq!(crate::support::json(&answer)["code"], 0, "{extra}");
    }
    assert_eq!((session.orders().len(), session.journal().len()), (3, 3));
}

#[test]
fn one_connection_at_a_time_hung_with_two_listeners() {
    let address = |ip: &str| format!("{ip}:0").parse().expect("an address");
    let sandbox = builder()
        .listen(address("127.0.0.1"))
        .listen_too(address("[::1]"))
        .limit(Limit::Connections(1))
        .start_blocking()
        .expect("the sandbox starts");
    for _ in 0..3 {
        assert_eq!(Raw::connect(&sandbox).post(PRE_ORDER, "{}").answer().status, 200);
    }
    // A limit beyond anything that can be counted is no crash either.
    let wide = builder().limit(Limit::Connections(usize::MAX)).limit(Limit::Body(usize::MAX));
    let wide = wide.start_blocking().expect("the sandbox starts");
    assert_eq!(Raw::connect(&wide).post(PRE_ORDER, "{}").answer().status, 200);
}

#[test]
fn a_partner_code_of_any_length_was_kept_for_ever() {
    let sandbox = under("default");
    let with = |length: usize| {
        pre_order(sandbox.default_session(), &changed(json!({ "partnerCode": "x".repeat(length) })))["code"]
            .clone()
    };
    assert_eq!((with(64), with(65)), (json!(0), json!(2)));
}

#[test]
fn expectations_counted_only_what_the_journal_still_held() {
    let text = r#"{ "format": 1, "scenario": "test", "calls": [{ "on": "pre-order", "repeat": 1500 }],
        "expect": [{ "on": "pre-order", "count": { "atMost": 1000 } }] }"#;
    let unmet = crate::support::under_text(text).default_session().rehearse();
    assert_eq!(unmet.len(), 1);
    assert!(unmet[0].1.contains("the journal dropped 500 entries"), "{unmet:?}");
}

#[test]
fn then_fired_after_a_success_although_the_client_was_told_of_a_failure() {
    for answer in [r#"{ "fixture": "maintenance" }, "commit": true"#, r#"{ "patch": { "code": 9999 } }"#] {
        let sandbox = with_rules(&format!(
            r#"[{{ "on": "*", "times": {{ "first": 1 }}, "answer": {answer}, "then": {{ "set": {{ "told": "success" }} }} }},
                {{ "on": "*", "when": {{ "state": {{ "told": "success" }} }}, "answer": {{ "code": 3004 }} }}]"#
        ));
        let session = sandbox.default_session();
        pre_order(session, &Value::Object(documented()));
        assert_eq!(pre_order(session, &Value::Object(documented()))["code"], 0, "{answer}");
    }
}

#[test]
fn fields_beside_an_unknown_package_were_not_judged() {
    let sandbox = under("default");
    let body = json!({ "id": 999, "packageCode": "x", "currency": "XYZ", "periodNum": 999_999, "packageNum": 0, "partnerCode": 5 });
    let answer = pre_order(sandbox.default_session(), &body);
    let message = answer["message"].as_str().expect("a message");
    for field in ["id:", "packageCode:", "currency:", "periodNum:", "packageNum:", "partnerCode:"] {
        assert!(message.contains(field), "{field} is not in {message}");
    }
}

#[test]
fn a_missing_colon_was_called_a_missing_comma() {
    let sandbox = under("default");
    let answer = crate::support::json(&sandbox.default_session().call(&request(PRE_ORDER, r#"{"a" "b":1}"#)));
    let message = answer["message"].as_str().expect("a message");
    assert!(message.contains("expected `:`") && !message.contains("comma"), "{message}");
}

#[test]
fn delays_beyond_what_is_held_were_cut_in_silence() {
    for fault in [r#"{ "delay": "11m" }"#, r#"[{ "delay": "6m" }, { "delay": "6m" }]"#] {
        let rules = format!(r#"[{{ "on": "*", "fault": {fault} }}]"#);
        let file = scenario_file(&format!(r#"{{ "format": 1, "scenario": "test", "rules": {rules} }}"#));
        let error = builder().scenario(file.path()).start_blocking().expect_err("too long");
        assert!(error.to_string().contains("for 10 minutes at most"), "{error}");
    }
}

#[test]
fn an_empty_control_token_was_taken_for_one() {
    for token in ["", " ", "a b", "a\n"] {
        let error = builder().control_token(token).start_blocking().expect_err("no token");
        assert_eq!(error.kind(), linksfield_sandbox::ErrorKind::Usage, "{token:?}");
    }
}

#[test]
fn a_second_content_encoding_line_was_overlooked() {
    let sandbox = under("default");
    let lines = "Content-Encoding: identity\r\nContent-Encoding: gzip\r\n";
    let answer = Raw::connect(&sandbox)
        .send(format!("POST {PRE_ORDER} HTTP/1.1\r\nHost: x\r\n{lines}Content-Length: 2\r\n\r\n{{}}"))
        .answer();
    assert_eq!(answer.status, 415);
}

#[test]
fn a_given_id_that_looks_like_a_default_one_was_blamed_on_another_rule() {
    let sandbox = with_rules(
        r#"[{ "on": "*", "then": { "set": { "a": 1 } } }, { "id": "rule-3", "on": "*", "then": { "set": { "a": 1 } } },
            { "on": "*", "answer": { "code": 7 } }]"#,
    );
    pre_order(sandbox.default_session(), &Value::Object(documented()));
    assert_eq!(sandbox.default_session().journal()[0]["rule"], "rule-4");
}

#[test]
fn another_zone_over_a_kept_world_gave_order_numbers_twice() {
    let sandbox = under("default");
    let session = sandbox.default_session();
    let put = |zone: &str, world: &str| {
        let document = json!({ "format": 1, "scenario": "zones", "clock": { "start": "2026-01-01T17:00:00Z", "mode": "frozen" },
            "vendor": { "orderDateZone": zone } });
        let body = json!({ "document": document, "world": world }).to_string();
        assert_eq!(crate::support::api(&sandbox, "PUT", "sessions/default/scenario", &body).status, 200);
    };
    put("UTC+8", "fresh");
    let mut numbers = Vec::new();
    let mut buy =
        || numbers.push(pre_order(session, &Value::Object(documented()))["data"]["orderNo"].to_string());
    (0..2).for_each(|_| buy());
    put("UTC", "keep");
    for _ in 0..40 {
        buy();
        session.clock().advance(std::time::Duration::from_hours(1)).expect("within the calendar");
    }
    assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "{numbers:#?}");
}

#[test]
fn a_name_of_ours_took_the_place_of_a_rule_that_was_given_it() {
    let sandbox = under("default");
    let arm = |path: &str, body: &str| {
        crate::support::api(&sandbox, "POST", &format!("sessions/default/{path}"), body)
    };
    arm("rules", r#"{ "id": "armed-1", "on": "*", "answer": { "code": 7 } }"#);
    assert_eq!(arm("fail-next", r#"{ "code": 9999 }"#).json()["id"], "armed-2");
    let rules = crate::support::api(&sandbox, "GET", "sessions/default/rules", "").json();
    assert_eq!(rules["rules"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_session_that_could_not_listen_left_its_name_behind_as_gone() {
    let sandbox = under("default");
    let busy = sandbox.addresses()[0].to_string();
    let make = |body: Value| crate::support::api(&sandbox, "POST", "sessions", &body.to_string()).status;
    assert_eq!(make(json!({ "name": "lf", "listen": busy })), 409);
    assert_eq!(crate::support::order_at(&sandbox, &format!("/s/lf{PRE_ORDER}"), "").status, 200);
    assert_eq!(make(json!({ "name": "brief", "ttl": "0s" })), 400);
}

#[test]
fn a_package_that_does_not_fit_was_told_its_first_mistake_only() {
    let sandbox = under("default");
    let body = r#"{ "price": { "YYY": 2, "ZZZ": 1 } }"#;
    let answer = crate::support::api(&sandbox, "PATCH", "sessions/default/packages/1000000", body);
    assert_eq!((answer.status, answer.json()["errors"].as_array().map(Vec::len)), (400, Some(2)));
}
