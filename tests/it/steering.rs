//! The control API: rules, fail-next, scenario, clock, journal, packages, lists, shutdown.

use serde_json::{Value, json};

use crate::support::{PRE_ORDER, Raw, api, builder, documented, order_at, pre_order, under};

#[test]
fn fail_next_fails_the_next_calls_and_goes() {
    let sandbox = under("default");
    let session = sandbox.default_session();
    let armed = api(
        &sandbox,
        "POST",
        "sessions/default/fail-next",
        r#"{ "on": "pre-order", "code": "TOKEN_EXPIRED", "times": 2 }"#,
    );
    assert_eq!(armed.status, 201, "{armed:?}");
    let id = armed.json()["id"].as_str().expect("an id").to_owned();
    let rules = || api(&sandbox, "GET", "sessions/default/rules", "").json();
    assert_eq!(
        rules()["rules"][0],
        json!({ "id": id, "armed": true, "on": ["esim_qr_mall/pre_order_package_v1_0", "esim_qr_mall/pre_order_package_v1_1",
            "esim_qr_mall/pre_order_package_v1_2"], "matches": 0, "hits": 0, "left": 2 })
    );
    let codes: Vec<Value> =
        (0..3).map(|_| pre_order(session, &Value::Object(documented()))["code"].clone()).collect();
    assert_eq!(codes, [7, 7, 0]);
    assert_eq!(rules(), json!({ "rules": [] }), "used up, it goes");
    assert_eq!(session.orders().len(), 1);
}

#[test]
fn fail_next_takes_faults_and_whole_answers_and_says_what_is_missing() {
    let sandbox = under("default");
    let path = "sessions/default/fail-next";
    assert_eq!(api(&sandbox, "POST", path, r#"{ "fault": { "delay": "1ms" } }"#).status, 201);
    assert_eq!(api(&sandbox, "POST", path, r#"{ "http": { "status": 503 }, "commit": true }"#).status, 201);
    // The newest is in front.
    assert_eq!(order_at(&sandbox, PRE_ORDER, "").status, 503);
    assert_eq!(order_at(&sandbox, PRE_ORDER, "").status, 200);
    assert_eq!(sandbox.default_session().journal()[1]["wire"], json!(["delay 1ms"]));
    let error = |body: &str| {
        let answer = api(&sandbox, "POST", path, body);
        assert_eq!(answer.status, 400, "{answer:?}");
        answer.json()["error"].clone()
    };
    assert_eq!(error("{}")["code"], "idle-rule");
    assert_eq!(error(r#"{ "http": { "status": 503 } }"#)["code"], "commit-missing");
    let unknown = error(r#"{ "code": "TOKEN_EXPIRD" }"#);
    assert_eq!(
        (&unknown["pointer"], &unknown["help"]),
        (&json!("/code"), &json!("did you mean \"TOKEN_EXPIRED\"?"))
    );
    assert_eq!(error(r#"{ "code": 7, "tims": 2 }"#)["help"], "did you mean `times`?");
    assert_eq!(error("{ nonsense")["code"], "syntax");
}

#[test]
fn a_rule_is_armed_in_front_replaces_its_twin_and_is_taken_away() {
    let sandbox =
        crate::support::with_rules(r#"[{ "id": "of-the-file", "on": "*", "answer": { "code": 3004 } }]"#);
    let session = sandbox.default_session();
    let arm = |rule: &str| api(&sandbox, "POST", "sessions/default/rules", rule);
    let code = || pre_order(session, &Value::Object(documented()))["code"].clone();
    assert_eq!(code(), 3004);
    assert_eq!(
        arm(r#"{ "id": "mine", "on": "pre-order", "answer": { "code": 7 } }"#).json(),
        json!({ "id": "mine" })
    );
    assert_eq!(code(), 7);
    assert_eq!(arm(r#"{ "id": "mine", "on": "pre-order", "answer": "default" }"#).status, 201);
    assert_eq!(code(), 0);
    let rules = api(&sandbox, "GET", "sessions/default/rules", "").json();
    let ids: Vec<&Value> = rules["rules"].as_array().expect("rules").iter().map(|rule| &rule["id"]).collect();
    assert_eq!(ids, ["mine", "of-the-file"]);
    assert_eq!(api(&sandbox, "DELETE", "sessions/default/rules/mine", "").status, 204);
    assert_eq!(api(&sandbox, "DELETE", "sessions/default/rules/of-the-file", "").status, 404);
    assert_eq!(code(), 3004);
    arm(r#"{ "on": "*", "answer": { "code": 2 } }"#);
    assert_eq!(api(&sandbox, "DELETE", "sessions/default/rules", "").json(), json!({ "dropped": 1 }));
    assert_eq!(code(), 3004);
    let bad = arm(r#"{ "on": "pre-ordr", "answer": { "code": 7 }, "comit": true }"#).json();
    assert_eq!(bad["errors"].as_array().map(Vec::len), Some(2), "{bad}");
}

#[test]
fn a_scenario_is_put_fresh_or_over_the_world_as_it_is() {
    let sandbox = under("default");
    let session = sandbox.default_session();
    let put = |body: Value| api(&sandbox, "PUT", "sessions/default/scenario", &body.to_string());
    let code = || pre_order(session, &Value::Object(documented()))["code"].clone();
    assert_eq!(code(), 0);
    let kept = put(json!({ "name": "documented-example", "world": "keep" }));
    assert_eq!(
        kept.json(),
        json!({ "name": "documented-example", "world": "keep", "notTaken": ["seed", "clock", "numbers"] })
    );
    assert_eq!(session.orders().len(), 1, "the world is kept");
    assert_eq!(put(json!({ "name": "token-expired", "world": "keep" })).status, 200);
    assert_eq!((code(), session.orders().len()), (json!(7), 1));
    assert_eq!(put(json!({ "name": "documented-example" })).status, 200);
    assert_eq!(session.orders().len(), 0, "a fresh world");
    assert_eq!(pre_order(session, &Value::Object(documented()))["data"]["id"], 1_055_293);
    let own = json!({ "document": { "format": 1, "scenario": "own", "rules": [{ "on": "*", "answer": { "code": 2 } }] } });
    assert_eq!(put(own).status, 200);
    assert_eq!(code(), 2);
    assert_eq!(
        api(&sandbox, "GET", "sessions/default/scenario", "").json(),
        json!({ "name": "own", "note": null, "rules": ["rule-1"] })
    );
    assert_eq!(put(json!({ "name": "flakey" })).json()["error"]["help"], "did you mean \"flaky\"?");
    let bad = put(
        json!({ "document": { "format": 1, "scenario": "own", "rules": [{ "on": "nowhere", "answer": { "code": 2 } }] } }),
    );
    assert_eq!(bad.json()["error"]["pointer"], "/document/rules/0/on");
    assert_eq!(put(json!({})).status, 400);
    assert_eq!(put(json!({ "name": "/etc/passwd" })).status, 404, "nothing names a file");
}

#[test]
fn the_clock_is_frozen_scaled_moved_and_never_goes_back() {
    let sandbox = under("default");
    let path = "sessions/default/clock";
    let set = |body: Value| api(&sandbox, "PUT", path, &body.to_string());
    let frozen = set(json!({ "mode": "frozen", "at": "2030-01-01T00:00:00Z" }));
    assert_eq!(frozen.json(), json!({ "now": "2030-01-01T00:00:00.000Z", "mode": "frozen", "factor": 0 }));
    let advance = |body: Value| api(&sandbox, "POST", "sessions/default/clock/advance", &body.to_string());
    assert_eq!(
        advance(json!({ "by": "61m" })).json(),
        json!({ "now": "2030-01-01T01:01:00.000Z", "fired": [] })
    );
    assert_eq!(advance(json!({ "to": "2030-01-02T00:00:00Z" })).json()["now"], "2030-01-02T00:00:00.000Z");
    assert_eq!(api(&sandbox, "GET", path, "").json()["now"], "2030-01-02T00:00:00.000Z");
    let back = advance(json!({ "to": "2029-01-01T00:00:00Z" }));
    assert_eq!((back.status, &back.json()["error"]["code"]), (409, &json!("clock-goes-forward")));
    assert_eq!(set(json!({ "mode": "frozen", "at": "2029-01-01T00:00:00Z" })).status, 409);
    let scaled = set(json!({ "mode": "scaled", "factor": 3600 })).json();
    assert_eq!((&scaled["mode"], &scaled["factor"]), (&json!("scaled"), &json!(3600)));
    for body in [
        json!({}),
        json!({ "mode": "scaled" }),
        json!({ "mode": "real", "factor": 2 }),
        json!({ "mode": "frozen", "at": "noon" }),
    ] {
        assert_eq!(set(body.clone()).status, 400, "{body}");
    }
    for body in [
        json!({}),
        json!({ "by": "soon" }),
        json!({ "by": "1m", "to": "2031-01-01T00:00:00Z" }),
        json!({ "by": "9999999d" }),
    ] {
        assert_eq!(advance(body.clone()).status, 400, "{body}");
    }
}

#[test]
fn the_journal_is_filtered_waited_for_looked_up_and_forgotten() {
    let sandbox = under("flaky");
    for _ in 0..4 {
        order_at(&sandbox, PRE_ORDER, "");
    }
    Raw::connect(&sandbox).post("/nowhere", "{}").answer();
    let turns = |query: &str| -> Vec<u64> {
        let journal = api(&sandbox, "GET", &format!("sessions/default/journal?{query}"), "");
        assert_eq!(journal.status, 200, "{journal:?}");
        journal.json()["entries"]
            .as_array()
            .expect("entries")
            .iter()
            .map(|e| e["turn"].as_u64().expect("a turn"))
            .collect()
    };
    assert_eq!(turns(""), [1, 2, 3, 4, 5]);
    assert_eq!(turns("on=pre-order"), [1, 2, 3, 4]);
    assert_eq!(turns("on=%2Fv1.2%2Fpackage%2FpreOrderPackage&code=0"), [1, 2, 4]);
    assert_eq!(turns("code=9999&status=200"), [3]);
    assert_eq!(turns("rule=every-third"), [3]);
    assert_eq!(turns("since=3"), [4, 5]);
    assert_eq!(turns("last=2&on=pre-order"), [3, 4]);
    assert_eq!(turns("wait=10m&code=9999"), [3, 5], "what is there already is not waited for");
    assert_eq!(turns("wait=1ms&status=500"), Vec::<u64>::new());
    assert_eq!(api(&sandbox, "GET", "sessions/default/journal?since=x", "").status, 400);
    assert_eq!(api(&sandbox, "GET", "sessions/default/journal/3", "").json()["rule"], "every-third");
    assert_eq!(api(&sandbox, "GET", "sessions/default/journal/99", "").status, 404);
    assert_eq!(api(&sandbox, "DELETE", "sessions/default/journal", "").status, 204);
    assert_eq!(turns(""), Vec::<u64>::new());
    assert_eq!(sandbox.default_session().orders().len(), 3, "the world stays");
}

#[test]
fn a_wait_ends_when_the_call_comes() {
    let sandbox = under("default");
    std::thread::scope(|scope| {
        let waiting = scope
            .spawn(|| api(&sandbox, "GET", "sessions/default/journal?wait=10m&on=pre-order&count=2", ""));
        order_at(&sandbox, PRE_ORDER, "");
        order_at(&sandbox, PRE_ORDER, "");
        let journal = waiting.join().expect("an answer").json();
        assert_eq!(journal["entries"].as_array().map(Vec::len), Some(2));
    });
}

#[test]
fn orders_profiles_and_packages_are_looked_up() {
    let sandbox = under("documented-example");
    let session = sandbox.default_session();
    (0..3).for_each(|_| drop(pre_order(session, &Value::Object(documented()))));
    let get = |path: &str| api(&sandbox, "GET", &format!("sessions/default/{path}"), "");
    assert_eq!(get("orders?after=1&limit=1").json()["orders"][0]["id"], 1_055_294);
    assert_eq!(get("orders?limit=x").status, 400);
    assert_eq!(get("orders/1055294").json(), get("orders/ESIM_L202212050000001").json());
    assert_eq!(get("orders/7").status, 404);
    let profiles = get("profiles").json();
    assert_eq!((&profiles["free"], &profiles["reserved"]), (&Value::Null, &json!(3)));
    let iccid = profiles["profiles"][0]["iccid"].as_str().expect("an ICCID").to_owned();
    assert_eq!(get(&format!("profiles/{iccid}")).json()["orderId"], 1_055_295);
    assert_eq!(get("profiles/1").status, 404);
    assert_eq!(get("packages").json()["packages"].as_array().map(Vec::len), Some(77));
    insta::assert_json_snapshot!(get("packages/1000000").json());
    assert_eq!(get("packages/1").status, 404);
}

#[test]
fn a_package_is_changed_in_one_session_only() {
    let sandbox = under("default");
    let other = sandbox.session("other").expect("a session");
    let patch = |body: &str| api(&sandbox, "PATCH", "sessions/default/packages/1000000", body);
    assert_eq!(patch(r#"{ "price": { "USD": 2.5 } }"#).json()["price"]["USD"], 2.5);
    let amount = |session: &linksfield_sandbox::SessionHandle| {
        pre_order(session, &Value::Object(documented()))["data"]["amount"].clone()
    };
    assert_eq!((amount(sandbox.default_session()), amount(&other)), (json!(2.5), json!(1)));
    let bad = patch(r#"{ "price": { "XXX": 1 } }"#);
    assert_eq!((bad.status, &bad.json()["error"]["pointer"]), (400, &json!("/price/XXX")));
    assert_eq!(patch(r#"{ "id": 5 }"#).status, 400);
    assert_eq!(api(&sandbox, "PATCH", "sessions/default/packages/5", "{}").status, 404);
}

#[test]
fn lists_come_from_the_tables() {
    let sandbox = under("default");
    let get = |path: &str| api(&sandbox, "GET", path, "").json();
    let listing = crate::support::listing();
    assert_eq!(get("endpoints")["endpoints"].as_array().map(Vec::len), Some(listing.endpoints.len()));
    let endpoints = get("endpoints");
    let newest =
        endpoints["endpoints"].as_array().expect("endpoints").iter().find(|e| e["path"] == PRE_ORDER);
    assert_eq!(newest.expect("the newest pre-order")["evidence"], "documented");
    assert_eq!(get("codes")["codes"].as_array().map(Vec::len), Some(listing.codes.len()));
    assert_eq!(get("codes")["codes"][2]["name"], "TOKEN_EXPIRED");
    assert_eq!(get("scenarios")["scenarios"].as_array().map(Vec::len), Some(listing.scenarios.len()));
    assert_eq!(get("settings")["settings"][0]["key"], "auth");
    assert_eq!(get("schema.json"), linksfield_sandbox::scenario_schema());
}

#[test]
fn shutdown_stops_the_server() {
    let sandbox = builder().start_blocking().expect("the sandbox starts");
    let mut raw = Raw::connect(&sandbox);
    let answer = raw
        .send("POST /__sandbox/shutdown HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
        .answer();
    assert_eq!(answer.json(), json!({ "status": "stopping" }));
    assert_eq!(raw.rest(), "");
}
