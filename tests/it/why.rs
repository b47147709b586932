//! Why a turn came out so, and what a call would come to.

use linksfield_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::support::{PRE_ORDER, api, changed, documented, pre_order, request, under_text, with_rules};

fn sandbox() -> Sandbox {
    under_text(
        r#"{ "format": 1, "scenario": "why", "clock": { "start": "2023-05-18T06:00:00Z", "mode": "frozen" },
            "numbers": { "orderSerial": 0, "orderId": 1055293 }, "rules": [
            { "id": "dear", "on": "pre-order", "when": { "header": { "accept-language": "" }, "body": { "money": { "atLeast": 100 } } }, "answer": { "code": 7 } },
            { "id": "night", "on": "pre-order", "when": { "clock": { "atLeast": "start+90m" } }, "answer": { "code": 7 } },
            { "id": "never", "on": "pre-order", "chance": 0, "answer": { "code": 7 } },
            { "id": "outage", "on": "pre-order", "fault": { "outage": { "from": "1h", "for": "1m", "answer": { "code": 7 } } } },
            { "id": "crowd", "on": "pre-order", "over": { "limit": 5, "window": "1m" }, "answer": { "code": 7 } },
            { "id": "counts", "on": "pre-order", "then": { "set": { "asked": true } } },
            { "id": "second", "on": "pre-order", "times": { "skip": 1 }, "answer": { "code": 3004 } } ] }"#,
    )
}

#[test]
fn each_rule_that_was_looked_at_says_what_kept_it_from_it() {
    let sandbox = sandbox();
    let session = sandbox.default_session();
    for _ in 0..2 {
        pre_order(session, &Value::Object(documented()));
    }
    insta::assert_json_snapshot!(session.why(1).expect("a turn"));
    let why = api(&sandbox, "GET", "sessions/default/journal/last/why", "").json();
    insta::assert_snapshot!(why["text"].as_str().expect("a text"));
    assert_eq!(api(&sandbox, "GET", "sessions/default/journal/9/why", "").status, 404);
}

#[test]
fn a_path_that_nothing_serves_is_told_with_the_nearest_one() {
    let sandbox = sandbox();
    let session = sandbox.default_session();
    session.call(&request("/v1.2/package/preOrderPackages", "{}"));
    let why = session.why(1).expect("a turn");
    assert_eq!((&why["endpoint"], &why["rules"]), (&Value::Null, &json!([])));
    let text = why["text"].as_str().expect("a text");
    assert!(
        text.contains("no endpoint is served there; the nearest is POST /v1.2/package/preOrderPackage"),
        "{text}"
    );
}

#[test]
fn explaining_a_call_changes_nothing() {
    let sandbox = sandbox();
    let session = sandbox.default_session();
    let explained = session.explain(r#"{ "on": "pre-order", "body": { "money": 100 } }"#).expect("a call");
    assert_eq!(explained["why"]["rule"], Value::Null);
    let whole = json!({ "path": PRE_ORDER, "headers": { "accept-language": "" }, "body": changed(json!({ "money": 100 })) });
    let explained = api(&sandbox, "POST", "sessions/default/explain", &whole.to_string()).json();
    assert_eq!(
        (&explained["why"]["rule"], &explained["entry"]["response"]["code"]),
        (&json!("dear"), &json!(7))
    );
    let first = session.explain(r#"{ "on": "pre-order" }"#).expect("a call");
    assert_eq!(first["entry"]["response"]["body"]["data"]["id"], 1_055_293);
    assert!(session.journal().is_empty() && session.orders().is_empty());
    let rules = api(&sandbox, "GET", "sessions/default/rules", "").json();
    assert!(rules["rules"].as_array().expect("rules").iter().all(|rule| rule["matches"] == 0), "{rules}");
    assert_eq!(pre_order(session, &Value::Object(documented()))["data"]["id"], 1_055_293);
    assert_eq!(session.coverage().count("rule", "why/dear"), Some(0), "what was only explained is not used");
}

#[test]
fn a_call_that_cannot_be_explained_is_told_where_it_is_wrong() {
    let sandbox = with_rules("[]");
    let refused = |body: &str| {
        let answer = api(&sandbox, "POST", "sessions/default/explain", body);
        assert_eq!(answer.status, 400, "{answer:?}");
        let error = answer.json()["error"].clone();
        [&error["code"], &error["pointer"], &error["help"]]
            .map(|part| part.as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(
        refused(r#"{ "on": "pre-ordr" }"#),
        ["unknown-endpoint", "/on", "did you mean \"pre-order\"?"]
    );
    assert_eq!(refused(r#"{ "on": "pre-order", "body": "x" }"#)[..2], ["wrong-type", "/body"]);
    assert_eq!(refused(r#"{ "path": "x y" }"#)[..2], ["bad-path", "/path"]);
    assert_eq!(refused("{}")[0], "missing-key");
    assert_eq!(refused(r#"{ "on": "poll", "path": "/x" }"#)[0], "exclusive-keys");
}
