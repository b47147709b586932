//! The overlay folder of `--fixtures`: codes, texts, packages, partners, cards and bodies of one's own.

use std::path::Path;

use linksfield_sandbox::{ErrorKind, Listing};
use serde_json::{Value, json};

use crate::support::{builder, call, changed, documented, folder, pre_order, scenario_file};

/// What is said about an overlay that cannot be used.
fn refused(folder: &Path) -> String {
    let error = builder().fixtures(folder).start_blocking().expect_err("a bad overlay");
    assert_eq!(error.kind(), ErrorKind::InvalidFile);
    error.to_string().replace(&folder.display().to_string(), "my-fixtures")
}

#[test]
fn texts_and_codes_of_ones_own() {
    let folder = folder(&[(
        "esim_qr_mall/codes.json",
        r#"{ "codes": [
            { "code": 7, "texts": { "printed": "login again" } },
            { "code": 5001, "name": "RISK_CONTROL", "texts": { "en": "refused by risk control" }, "evidence": "partial" }, // seen in a log
        ] }"#,
    )]);
    let scenario = scenario_file(
        r#"{ "format": 1, "scenario": "test", "rules": [
            { "on": "*", "times": { "first": 1 }, "answer": { "code": "RISK_CONTROL" } },
            { "on": "*", "answer": { "code": 7 } } ] }"#,
    );
    let sandbox = builder()
        .fixtures(folder.path())
        .scenario(scenario.path())
        .start_blocking()
        .expect("the sandbox starts");
    let answers: Vec<Value> =
        (0..2).map(|_| pre_order(sandbox.default_session(), &Value::Object(documented()))).collect();
    assert_eq!(answers[0], json!({ "code": 5001, "data": null, "message": "refused by risk control" }));
    assert_eq!(answers[1], json!({ "code": 7, "data": null, "message": "login again" }));
    let listing = Listing::read(Some(folder.path())).expect("a good overlay");
    let own = listing.codes.iter().find(|code| code.code == "5001").expect("the code");
    assert_eq!(own.evidence, "partial");
}

#[test]
fn packages_and_partners_of_ones_own() {
    let folder = folder(&[
        (
            "world/packages.json",
            r#"{ "packages": [
                { "id": 1000000, "price": { "USD": 9.5 } },
                { "id": 2000000, "code": "LP20260101000001", "name": { "zh": "测试", "en": "Test" }, "kind": "country",
                  "countries": [502], "volumeMb": "unlimited", "period": "day", "periods": { "min": 1, "max": 2 },
                  "price": { "EUR": 3 } }
            ] }"#,
        ),
        (
            "world/partners.json",
            r#"{ "partners": [{ "code": "MINE", "name": "Mine", "clientId": "my-own-client-id" }] }"#,
        ),
    ]);
    let strict = builder().fixtures(folder.path()).start_blocking().expect("the sandbox starts");
    let session = strict.default_session();
    assert_eq!(pre_order(session, &Value::Object(documented()))["data"]["amount"], 9.5);
    let mine = changed(
        json!({ "id": 2_000_000, "packageCode": "LP20260101000001", "currency": "EUR", "currencyId": 3,
        "partnerCode": "MINE", "periodNum": 2 }),
    );
    let answer = pre_order(session, &mine);
    assert_eq!(answer["data"]["clientId"], "my-own-client-id");
    assert_eq!((&answer["data"]["amount"], &answer["data"]["packageName"]), (&json!(6), &json!("测试")));
}

#[test]
fn a_true_path_mends_a_card_without_a_build() {
    let card =
        r#"{ "path": "/v1.1/pkg/preOrder", "evidence": "documented", "texts": { "SUCCESS": "成功" } }"#;
    let folder = folder(&[("esim_qr_mall/pre_order_package_v1_1.json", card)]);
    let sandbox = builder().fixtures(folder.path()).start_blocking().expect("the sandbox starts");
    let session = sandbox.default_session();
    let answer = call(session, "/v1.1/pkg/preOrder", &Value::Object(documented()));
    assert_eq!((&answer["code"], &answer["message"]), (&json!(0), &json!("成功")));
    let gone = session.call(&crate::support::request("/v1.1/package/preOrderPackage", "{}"));
    assert_eq!(gone.status(), 404);
}

#[test]
fn bodies_of_ones_own_can_be_answered() {
    let folder = folder(&[("bodies/blocked.json", r#"{"code":1,"data":null,"message":"blocked"}"#)]);
    let rules = r#"[{ "on": "*", "commit": false, "answer": { "fixture": "blocked" } }]"#;
    let scenario = scenario_file(&format!(r#"{{ "format": 1, "scenario": "test", "rules": {rules} }}"#));
    let sandbox = builder()
        .fixtures(folder.path())
        .scenario(scenario.path())
        .start_blocking()
        .expect("the sandbox starts");
    assert_eq!(pre_order(sandbox.default_session(), &Value::Object(documented()))["message"], "blocked");
}

#[test]
fn every_mistake_in_every_file_is_found_before_the_start() {
    let folder = folder(&[
        (
            "esim_qr_mall/codes.json",
            r#"{ "codes": [{ "code": 7, "name": "OTHER" }, { "code": 1, "name": "MINE" }, { "cod": 3 }] }"#,
        ),
        (
            "world/packages.json",
            r#"{ "packages": [{ "id": 5, "price": { "USD": 1 } }, { "id": 1000000, "price": { "XXX": -1, "USD": -1 },
                "countries": [2], "periods": { "min": 3, "max": 2 } }] }"#,
        ),
        ("world/users.json", r#"{ "demoUser": "nobody@traveller.example" }"#),
        ("esim_qr_mall/pre_order_package_v1_3.json", "{}"),
        ("bodies/broken.json", r#"{"code":1,"#),
    ]);
    insta::assert_snapshot!(refused(folder.path()));
}

#[test]
fn two_cards_cannot_have_one_path() {
    let card = r#"{ "path": "/v1.2/package/preOrderPackage" }"#;
    let folder = folder(&[("esim_qr_mall/pre_order_package_v1_1.json", card)]);
    insta::assert_snapshot!(refused(folder.path()));
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_of_the_folder_is_refused() {
    let outside = folder(&[("secret.json", "{}")]);
    let folder = folder(&[("world/users.json", "{}")]);
    std::os::unix::fs::symlink(outside.path().join("secret.json"), folder.path().join("world/partners.json"))
        .expect("a link");
    assert!(refused(folder.path()).contains("leads out of the fixtures folder"));
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let error = builder().fixtures("/no/such/folder").start_blocking().expect_err("no folder");
    assert!(error.to_string().contains("cannot read /no/such/folder"), "{error}");
}

#[test]
fn a_pasted_body_is_answered_and_the_call_is_carried_out() {
    let folder = folder(&[(
        "esim_qr_mall/pre_order_package_v1_1.json",
        r#"{ "pasted": { "code": 0, "data": { "true": "body" }, "message": "ok" } }"#,
    )]);
    let sandbox = builder().fixtures(folder.path()).start_blocking().expect("the sandbox starts");
    let session = sandbox.default_session();
    let path = "/v1.1/package/preOrderPackage";
    assert_eq!(call(session, path, &Value::Object(documented()))["data"], json!({ "true": "body" }));
    assert_eq!(session.orders().len(), 1);
    assert_eq!(call(session, path, &json!({}))["code"], 2, "a refusal is still the replica's");
    assert!(
        pre_order(session, &Value::Object(documented()))["data"]["id"].is_number(),
        "other versions are as they were"
    );
}
