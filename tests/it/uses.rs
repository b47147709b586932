//! `uses`: scenarios put in front of each other, in a file, on the command line, over the control API.

use linksfield_sandbox::{ErrorKind, check_scenarios};
use serde_json::{Value, json};

use crate::support::{api, builder, documented, folder, pre_order, scenario_file, under, under_text};

fn code(sandbox: &linksfield_sandbox::Sandbox) -> Value {
    pre_order(sandbox.default_session(), &Value::Object(documented()))["code"].clone()
}

#[test]
fn rules_of_the_used_one_stand_in_front_under_its_name() {
    let sandbox = under_text(
        r#"{ "format": 1, "scenario": "mine", "uses": ["flaky"], "rules": [
            { "id": "own", "on": "pre-order", "answer": { "code": 3004 } } ] }"#,
    );
    let codes: Vec<Value> = (0..6).map(|_| code(&sandbox)).collect();
    assert_eq!(codes, [3004, 3004, 9999, 3004, 3004, 9999]);
    let journal = sandbox.default_session().journal();
    assert_eq!((&journal[2]["rule"], &journal[3]["rule"]), (&json!("flaky/every-third"), &json!("own")));
    let rules = api(&sandbox, "GET", "sessions/default/rules", "").json();
    let rules: Vec<(&Value, &Value)> =
        rules["rules"].as_array().expect("rules").iter().map(|rule| (&rule["id"], &rule["hits"])).collect();
    // Each counts by itself: no two rules of the joined list are taken for one.
    assert_eq!(rules, [(&json!("flaky/every-third"), &json!(2)), (&json!("own"), &json!(4))]);
}

#[test]
fn worlds_are_laid_over_each_other_and_the_later_word_wins() {
    let folder = folder(&[
        (
            "scenarios/first.json",
            r#"{ "format": 1, "scenario": "first", "seed": 1, "clock": { "mode": "frozen", "start": "2024-01-01T00:00:00Z" },
                "vendor": { "auth": "strict", "cors": "off" }, "numbers": { "orderSerial": 1, "orderId": 5 },
                "payer": { "after": "1s" },
                "world": { "profiles": { "free": 1 }, "packages": [{ "id": 1000000, "price": { "USD": 3, "CNY": 30 } }] },
                "calls": [{ "on": "pre-order", "expect": { "code": 9999 } }], "expect": [{ "orders": {}, "count": 99 }] }"#,
        ),
        (
            "scenarios/second.json",
            r#"{ "format": 1, "scenario": "second", "uses": ["first"], "seed": 2, "vendor": { "auth": "lenient" },
                "world": { "packages": [{ "id": 1000000, "price": { "USD": 4 } }] } }"#,
        ),
    ]);
    let sandbox =
        builder().fixtures(folder.path()).scenario("second").start_blocking().expect("the sandbox starts");
    let session = sandbox.default_session();
    assert_eq!(session.clock().now(), "2024-01-01T00:00:00.000Z", "the clock that only the first one names");
    let answer = pre_order(session, &Value::Object(documented()));
    assert_eq!(
        (&answer["data"]["amount"], &answer["data"]["id"]),
        (&json!(4), &json!(5)),
        "lenient, a price of the later one, numbers of the first: {answer}"
    );
    assert_eq!(code(&sandbox), 3005, "one profile, as only the first one says");
    let package = api(&sandbox, "GET", "sessions/default/packages/1000000", "").json();
    assert_eq!(package["price"]["CNY"], 30, "what the later patch does not touch stays: {package}");
    assert!(session.rehearse().is_empty(), "calls and expectations are the using file's own");
    session.clock().advance(std::time::Duration::from_secs(1)).expect("within the calendar");
    assert_eq!(session.orders()[0]["payStatus"], "paid", "the payer of the first one");
}

#[test]
fn names_with_commas_mean_a_scenario_that_uses_them() {
    let file = scenario_file(
        r#"{ "format": 1, "scenario": "mine", "rules": [{ "on": "pre-order", "times": { "first": 1 }, "answer": { "code": 7 } }] }"#,
    );
    let sandbox = builder()
        .scenario(format!("{},price-changed", file.path()))
        .start_blocking()
        .expect("the sandbox starts");
    assert_eq!(sandbox.scenario(), "mine,price-changed");
    assert_eq!(code(&sandbox), 7);
    assert_eq!(
        pre_order(sandbox.default_session(), &Value::Object(documented()))["data"]["amount"],
        2,
        "the world of the one, the rules of the other"
    );
    // What was loaded at the start has its name over the control API; nothing else of the disk has.
    let put = |body: Value| api(&sandbox, "PUT", "sessions/default/scenario", &body.to_string());
    let answer = put(json!({ "name": "sold-out, mine", "world": "keep" }));
    assert_eq!(answer.json(), json!({ "name": "sold-out,mine", "world": "keep", "notTaken": ["world"] }));
    let names = api(&sandbox, "GET", "sessions/default/scenario", "").json();
    assert_eq!(names["rules"], json!(["mine/rule-1"]));
    let error = put(json!({ "name": "sold-out,flakey" })).json()["error"].clone();
    assert_eq!((&error["code"], &error["pointer"]), (&json!("unknown-scenario"), &json!("/name")));
    assert!(error["help"] == "did you mean \"flaky\"?", "{error}");
    let twice = put(json!({ "name": "flaky,flaky" })).json()["error"].clone();
    assert_eq!((&twice["code"], &twice["pointer"]), (&json!("duplicate-use"), &json!("/name")));
    assert_eq!(put(json!({ "name": file.path() })).status, 404, "nothing names a file");
    let own = json!({ "document": { "format": 1, "scenario": "flaky", "uses": ["flaky", "./mine.json"] } });
    let error = put(own).json()["error"].clone();
    assert_eq!((&error["code"], &error["pointer"]), (&json!("bad-pattern"), &json!("/document/uses/1")));
    let own = json!({ "document": { "format": 1, "scenario": "flaky", "uses": ["flaky"] } });
    assert_eq!(put(own).status, 200, "a document may extend the scenario of its name");
    let made = api(&sandbox, "POST", "sessions", r#"{ "name": "t", "scenario": "mine,sold-out" }"#).json();
    assert_eq!(made["scenario"], "mine,sold-out");
    let session = sandbox.session("by-rust").expect("a session");
    session.use_scenario("sold-out,flaky").expect("two scenarios");
    assert_eq!(session.scenario(), "sold-out,flaky");
    let error = session.use_scenario("sold-outt").expect_err("no such scenario");
    assert!(error.to_string().contains("did you mean \"sold-out\"?"), "{error}");
}

#[test]
fn a_name_that_cannot_be_used_is_told_with_place_and_remedy() {
    let files = [
        ("round.json", r#"{ "format": 1, "scenario": "round", "uses": ["about"] }"#),
        ("about.json", r#"{ "format": 1, "scenario": "about", "uses": ["round"] }"#),
        ("self.json", r#"{ "format": 1, "scenario": "self", "uses": ["self"] }"#),
        ("twice.json", r#"{ "format": 1, "scenario": "twice", "uses": ["flaky", "sold-out", "flaky"] }"#),
        ("base.json", r#"{ "format": 1, "scenario": "base", "uses": ["flaky"] }"#),
        ("both.json", r#"{ "format": 1, "scenario": "both", "uses": ["flaky", "base"] }"#),
        ("unknown.json", r#"{ "format": 1, "scenario": "unknown", "uses": ["flakey", "Flaky"] }"#),
        (
            "broken.json",
            r#"{ "format": 1, "scenario": "broken", "rules": [{ "on": "pre-ordr", "answer": "default" }] }"#,
        ),
        ("hopeful.json", r#"{ "format": 1, "scenario": "hopeful", "uses": ["broken"] }"#),
    ];
    let folder = folder(&files);
    let paths = files.map(|(name, _)| folder.path().join(name));
    let checked = check_scenarios(&paths, None).expect("the files can be read");
    let drawn: Vec<String> = checked.iter().map(|checked| checked.drawn.clone()).collect();
    let drawn = drawn.join("\n\n").replace(&folder.path().display().to_string(), "my");
    insta::assert_snapshot!(drawn);
}

#[test]
fn rules_and_states_are_judged_over_the_joined_list() {
    let files = [
        // What it waits for is set by the scenario that is put in front of it.
        (
            "waits.json",
            r#"{ "format": 1, "scenario": "waits", "uses": ["sets"], "rules": [
                { "on": "pre-order", "when": { "state": { "sold": true } }, "answer": { "code": 7 } } ] }"#,
        ),
        (
            "sets.json",
            r#"{ "format": 1, "scenario": "sets", "rules": [{ "on": "login", "then": { "set": { "sold": true } } }] }"#,
        ),
        (
            "hidden.json",
            r#"{ "format": 1, "scenario": "hidden", "uses": ["system-error", "token-expired"], "rules": [
                { "id": "late", "on": "poll", "answer": { "code": 7 } } ] }"#,
        ),
    ];
    let folder = folder(&files);
    let paths = files.map(|(name, _)| folder.path().join(name));
    let checked = check_scenarios(&paths, None).expect("the files can be read");
    assert_eq!((checked[0].drawn.as_str(), checked[1].drawn.as_str()), ("", ""));
    let places: Vec<(&Value, &Value)> =
        checked[2].diagnostics.iter().map(|one| (&one["code"], &one["pointer"])).collect();
    assert_eq!(
        places,
        [(&json!("never-matches"), &json!("/uses/1")), (&json!("never-matches"), &json!("/rules/0"))],
        "{}",
        checked[2].drawn
    );
}

#[test]
fn two_files_of_one_name_and_a_bad_one_in_the_folder_are_refused_at_the_start() {
    let good = r#"{ "format": 1, "scenario": "mine" }"#;
    let mine = scenario_file(r#"{ "format": 1, "scenario": "mine", "note": "another one" }"#);
    let dir = folder(&[("scenarios/mine.json", good)]);
    let start = |scenario: &str| builder().fixtures(dir.path()).scenario(scenario).start_blocking();
    let error = start(&mine.path()).expect_err("two of one name");
    assert_eq!(error.kind(), ErrorKind::InvalidFile);
    assert!(error.to_string().contains("are both called \"mine\""), "{error}");
    let same = dir.path().join("scenarios/mine.json").display().to_string();
    assert_eq!(start(&same).expect("the same file, named twice").scenario(), "mine");
    let dir = folder(&[("scenarios/mine.json", r#"{ "format": 1, "scenario": "mine", "rulez": [] }"#)]);
    let error = builder().fixtures(dir.path()).start_blocking().expect_err("a bad file");
    assert!(error.to_string().contains("error[unknown-key]"), "{error}");
    assert_eq!(under("flaky,sold-out").scenario(), "flaky,sold-out");
    let error = builder().scenario("flaky,sold-outt").start_blocking().expect_err("no such scenario");
    assert!(error.to_string().contains("did you mean sold-out?"), "{error}");
}
