//! Every shipped scenario loads without a warning, runs its own calls, and keeps its own expectations.

use linksfield_sandbox::{check_scenario, scenario_schema};
use serde_json::{Map, Value, json};

use crate::support::{PRE_ORDER, api, documented, files, pre_order, root, under, under_text, with_rules};

/// Shipped scenarios that are worlds to work in; all others tell of a failure.
const WORLDS: [&str; 5] = ["default", "documented-example", "crowded-shop", "strict-shop", "paid-by-itself"];

/// What makes a scenario fail; the rest is how it is tried.
const CAUSES: [&str; 5] = ["uses", "rules", "world", "vendor", "payer"];

#[test]
fn each_shipped_scenario_keeps_what_it_expects() {
    let scenarios = &crate::support::listing().scenarios;
    assert!(scenarios.len() >= 10);
    for scenario in scenarios {
        let sandbox = under(&scenario.name);
        let unmet = sandbox.default_session().rehearse();
        assert!(unmet.is_empty(), "{}: {unmet:#?}", scenario.name);
        assert!(!sandbox.default_session().journal().is_empty(), "{} makes no call", scenario.name);
        let verified = api(&sandbox, "POST", "sessions/default/verify", "").json();
        assert_eq!(verified["unusedRules"], json!([]), "{}: its calls never meet a rule", scenario.name);
    }
}

#[test]
fn each_failure_story_really_fails_something() {
    let (mut stories, mut idle) = (0, Vec::new());
    for path in files(&root().join("scenarios"), "json") {
        let text = std::fs::read_to_string(&path).expect("a scenario");
        let mut story: Map<String, Value> = serde_json::from_str(&text).expect("plain JSON");
        let name = story["scenario"].as_str().expect("a name").to_owned();
        if WORLDS.contains(&name.as_str()) {
            continue;
        }
        stories += 1;
        // The same calls, and nothing that makes them fail: something has to come out otherwise than the story says.
        let callbacks = story.get("world").and_then(|world| world.get("callbacks")).cloned();
        story.retain(|key, _| !CAUSES.contains(&key.as_str()));
        // Where callbacks go makes nothing fail.
        if let Some(callbacks) = callbacks {
            story.insert("world".to_owned(), json!({ "callbacks": callbacks }));
        }
        let sandbox = under_text(&Value::Object(story).to_string());
        if sandbox.default_session().rehearse().is_empty() {
            idle.push(name);
        }
    }
    assert!(idle.is_empty(), "they expect nothing that would not come true without them: {idle:?}");
    assert!(stories >= 25, "only {stories} failure stories");
}

#[test]
fn a_planned_call_sends_a_saved_token_and_looks_at_headers_and_faults() {
    let sandbox = under_text(
        r#"{ "format": 1, "scenario": "test", "vendor": { "auth": "strict" }, "rules": [
            { "on": "pre-order", "times": { "first": 1 }, "fault": { "delay": "1ms" } },
            { "on": "poll", "answer": { "http": { "status": 429, "retryAfter": 7 } } },
        ], "calls": [
            { "on": "login", "save": { "token": "data.token" }, "expect": { "header.X-Access-Token": { "startsWith": "sbx1~" } } },
            { "on": "pre-order", "headers": { "x-access-token": "${token}" }, "expect": { "code": 0, "faults": { "is": ["delay 1ms"] } } },
            { "on": "pre-order", "headers": { "x-access-token": "${none}" }, "expect": { "code": 7, "faults": { "is": [] } } },
            { "on": "poll", "headers": { "x-access-token": "${token}" }, "expect": { "header.retry-after": "7", "header.x-none": { "absent": true } } },
            { "on": "poll", "headers": { "x-access-token": "${token}" }, "expect": { "header.retry-after": "8" } },
        ] }"#,
    );
    let unmet = sandbox.default_session().rehearse();
    assert_eq!(unmet.len(), 1, "{unmet:#?}");
    assert_eq!(unmet[0].0, "/calls/4/expect/header.retry-after");
    assert!(unmet[0].1.starts_with("header.retry-after: expected \"8\", got \"7\" in 429"), "{}", unmet[0].1);
    let file = crate::support::scenario_file(
        r#"{ "format": 1, "scenario": "test", "calls": [{ "on": "poll", "expect": { "header.re try": "7" } }] }"#,
    );
    let error = check_scenario(file.path().as_ref(), None).expect_err("no header").to_string();
    assert!(error.contains("error[bad-header]: \"header.re try\" names no header"), "{error}");
}

#[test]
fn each_shipped_scenario_is_without_warnings_and_fits_the_published_schema() {
    let validator = jsonschema::validator_for(&scenario_schema()).expect("a schema");
    for path in files(&root().join("scenarios"), "json") {
        assert_eq!(check_scenario(&path, None).expect("a good scenario"), "", "{}", path.display());
        let text = std::fs::read_to_string(&path)
            .expect("a scenario")
            .replace(",\n  ]", "\n  ]")
            .replace(",\n}", "\n}");
        let text = text.replace(",\n      }", "\n      }").replace(",\n    }", "\n    }");
        let value: Value = serde_json::from_str(&text).expect("trailing commas were taken out");
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", path.display());
    }
}

#[test]
fn an_expectation_that_is_not_kept_is_told_with_its_place() {
    let sandbox = under_text(
        r#"{ "format": 1, "scenario": "test",
            "calls": [{ "on": "pre-order", "expect": { "code": 7, "status": 200 } }, { "advance": "2914000d" }],
            "expect": [{ "orders": {}, "count": 2 }, { "on": "*", "when": { "body": { "id": 1 } }, "count": { "atLeast": 1 } }] }"#,
    );
    let unmet = sandbox.default_session().rehearse();
    let places: Vec<&str> = unmet.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(places, ["/calls/0/expect/code", "/calls/1/advance", "/expect/0", "/expect/1"], "{unmet:#?}");
    assert!(unmet[0].1.starts_with("code: expected 7, got 0 in 200 OK {\"code\":0"), "{}", unmet[0].1);
    assert_eq!(unmet[2].1, "expected 2 orders, found 1 (order 1664362)");
}

#[test]
fn an_answer_is_patched_and_null_means_null() {
    let sandbox = with_rules(
        r#"[{ "on": "pre-order", "answer": {
            "patch": { "message": null, "data": { "currency": "EUR", "more": [1] } }, "remove": ["/data/clientId", "/none"] } }]"#,
    );
    let answer = pre_order(sandbox.default_session(), &Value::Object(documented()));
    assert_eq!(answer["message"], Value::Null);
    assert_eq!((&answer["data"]["currency"], &answer["data"]["more"]), (&json!("EUR"), &json!([1])));
    assert!(answer["data"].get("clientId").is_none() && answer["data"]["amount"] == 1);
    let keys: Vec<&String> = answer["data"].as_object().expect("data").keys().collect();
    assert_eq!(keys[..3], ["amount", "id", "orderNo"], "the order of the keys stays");
}

#[test]
fn a_whole_http_answer_replaces_the_call() {
    let sandbox = with_rules(
        r#"[{ "id": "maintenance", "on": "pre-order", "commit": false, "answer": { "http":
            { "status": 503, "headers": { "X-Reason": "night" }, "retryAfter": 30, "body": { "down": true } } } }]"#,
    );
    let session = sandbox.default_session();
    let answer = session.call(&crate::support::request(PRE_ORDER, Value::Object(documented()).to_string()));
    assert_eq!(answer.status(), 503);
    assert_eq!(
        (answer.headers()["x-reason"].as_bytes(), answer.headers()["retry-after"].as_bytes()),
        (&b"night"[..], &b"30"[..])
    );
    assert_eq!(answer.headers()["x-sandbox-rule"], "maintenance");
    assert_eq!(answer.body().as_ref(), br#"{"down":true}"#);
    assert!(session.orders().is_empty());
}

#[test]
fn a_committed_http_answer_hides_an_order_that_was_stored() {
    let rules = r#"[{ "on": "pre-order", "commit": true, "answer": { "http": { "status": 502, "body": "Bad Gateway" } } }]"#;
    let sandbox = with_rules(rules);
    let session = sandbox.default_session();
    let answer = session.call(&crate::support::request(PRE_ORDER, Value::Object(documented()).to_string()));
    assert_eq!((answer.status().as_u16(), answer.body().as_ref()), (502, &b"Bad Gateway"[..]));
    assert_eq!(session.orders().len(), 1);
}

#[test]
fn a_loaded_body_is_answered_as_it_is() {
    let sandbox = with_rules(r#"[{ "on": "*", "commit": false, "answer": { "fixture": "maintenance" } }]"#);
    let answer = pre_order(sandbox.default_session(), &Value::Object(documented()));
    assert_eq!(answer["code"], 9999);
    assert!(answer["message"].as_str().expect("a message").contains("maintenance"));
}

#[test]
fn rules_look_at_headers_and_bodies_and_the_first_that_decides_wins() {
    let sandbox = with_rules(
        r#"[
            { "id": "by-header", "on": "/v1.2/package/preOrderPackage", "when": { "header": { "X-Test": { "startsWith": "ab" } } }, "answer": { "code": 7 } },
            { "id": "by-body", "on": ["login-is-not-here-yet*", "pre-order"], "when": { "body": { "money": { "atLeast": 990000 }, "/currency": "USD" } }, "answer": { "code": 10009 } },
            { "id": "second", "on": "pre-order", "when": { "body": { "money": { "atLeast": 990000 } } }, "answer": { "code": 2 } }
        ]"#
        .replace(r#""login-is-not-here-yet*", "#, "")
        .as_str(),
    );
    let session = sandbox.default_session();
    let code = |body: Value, header: &str| {
        let mut request = crate::support::request(PRE_ORDER, body.to_string());
        request.headers_mut().insert("x-test", header.parse().expect("a value"));
        crate::support::json(&session.call(&request))["code"].as_i64()
    };
    let rich = crate::support::changed(json!({ "money": 990_000 }));
    assert_eq!(code(rich.clone(), "abc"), Some(7));
    assert_eq!(code(rich, "xyz"), Some(10_009));
    assert_eq!(
        code(crate::support::changed(json!({ "money": "990001", "currency": "CNY", "currencyId": 1 })), ""),
        Some(2)
    );
    assert_eq!(code(Value::Object(documented()), ""), Some(0));
    assert_eq!(session.journal()[1]["rule"], "by-body");
}

#[test]
fn times_count_the_matches_of_their_own_rule() {
    let codes = |times: &str| -> Vec<i64> {
        let sandbox =
            with_rules(&format!(r#"[{{ "on": "*", "times": {times}, "answer": {{ "code": 7 }} }}]"#));
        let session = sandbox.default_session();
        (0..6)
            .map(|_| pre_order(session, &Value::Object(documented()))["code"].as_i64().expect("a code"))
            .collect()
    };
    assert_eq!(codes(r#"{ "first": 2 }"#), [7, 7, 0, 0, 0, 0]);
    assert_eq!(codes(r#"{ "skip": 1, "first": 2 }"#), [0, 7, 7, 0, 0, 0]);
    assert_eq!(codes(r#"{ "every": 3 }"#), [0, 0, 7, 0, 0, 7]);
    assert_eq!(codes(r#"{ "skip": 1, "every": 2 }"#), [0, 0, 7, 0, 7, 0]);
}

#[test]
fn a_rule_that_only_watches_sets_a_state_and_lets_the_search_go_on() {
    let sandbox = with_rules(
        r#"[
            { "id": "sold", "on": "pre-order", "then": { "set": { "sold": true } } },
            { "id": "closed", "on": "pre-order", "when": { "state": { "sold": true } }, "answer": { "code": 3004 } }
        ]"#,
    );
    let session = sandbox.default_session();
    // A refused call does not set it; the first success does, and the rule below sees it from the next call on.
    assert_eq!(pre_order(session, &json!({}))["code"], 2);
    let codes: Vec<Value> =
        (0..3).map(|_| pre_order(session, &Value::Object(documented()))["code"].clone()).collect();
    assert_eq!(codes, [0, 3004, 3004]);
}

#[test]
fn an_unknown_scenario_names_the_nearest() {
    let error =
        crate::support::builder().scenario("token-expierd").start_blocking().expect_err("no such scenario");
    assert_eq!(error.kind(), linksfield_sandbox::ErrorKind::Usage);
    assert!(error.to_string().contains("did you mean token-expired?"), "{error}");
}

#[test]
fn a_planned_call_sends_the_cards_example_where_its_fields_travel() {
    let sandbox = under_text(
        r#"{ "format": 1, "scenario": "test", "calls": [
            { "on": "hot-packages", "save": { "hot": "data.0.id" } },
            { "on": "detail", "expect": { "code": 0, "data.id": 1000000 } },
            { "on": "esim_qr_mall/detail_v1_0", "query": { "id": 1000011, "orderNumber": null, "more": "a&b=ü c" }, "expect": { "data.id": 1000011 } },
            { "on": "detail", "query": { "id": "${hot}" }, "expect": { "code": 0, "data.id": { "present": true } } },
            { "on": "detail", "query": { "id": null }, "expect": { "code": 2 } },
        ] }"#,
    );
    let unmet = sandbox.default_session().rehearse();
    assert!(unmet.is_empty(), "{unmet:#?}");
    let targets: Vec<Value> =
        sandbox.default_session().journal().iter().map(|entry| entry["request"]["target"].clone()).collect();
    insta::assert_json_snapshot!(targets);
}

#[test]
fn a_planned_call_that_names_the_wrong_place_is_told_the_right_one() {
    let file = crate::support::scenario_file(
        r#"{ "format": 1, "scenario": "test", "calls": [
            { "on": "detail", "body": { "id": 1000011 } },
            { "on": "pre-order", "query": { "id": 1000011 } },
            { "on": "pre-ordr", "query": {} },
            { "advance": "1s", "query": {} },
        ] }"#,
    );
    let error = check_scenario(file.path().as_ref(), None).expect_err("misplaced fields").to_string();
    assert_eq!(error.matches("error[misplaced-fields]").count(), 2, "{error}");
    assert!(
        error.contains("this call takes its fields in the query") && error.contains("write `body`"),
        "{error}"
    );
}
