//! Browsing that is refused: with code 2, all bad fields at once, and what would do.

use serde_json::{Value, json};

use crate::support::{builder, call, get, request, under};

const PACKAGES: &str = "/v1.1/package/packageList";

#[test]
fn each_bad_field_is_named_with_what_would_do() {
    let sandbox = under("default");
    let session = sandbox.default_session();
    let post = |path: &str, body: Value| call(session, path, &body)["message"].clone();
    let list = |body: Value| post(PACKAGES, body);
    insta::assert_json_snapshot!([
        list(json!({})),
        list(json!({ "countryCode": 461, "type": 3 })),
        list(json!({ "countryCode": -1, "type": "2" })),
        list(json!({ "countryCode": "CN", "isoCountryName": "China", "type": 1 })),
        list(json!({ "isoCountryName": "Tailand", "type": "one" })),
        list(json!({ "isoCountryName": "Atlantis", "type": 1, "partnerCode": 5 })),
        list(json!({ "isoCountryName": "", "type": null })),
        post("/package/countryPackageList", json!({ "type": 0, "partnerCode": "" })),
        post("/package/queryCountry", json!({ "countryCode": 999 })),
        post("/package/queryCountry", json!({ "isoCountryName": "Japn" })),
        post("/package/selectPackageByContinents", json!({})),
        post("/package/selectPackageByContinents", json!({ "continentsCode": "as" })),
        get(session, "/package/detail")["message"].clone(),
        get(session, "/package/detail?id=1")["message"].clone(),
        get(session, "/package/detail?id=-1000000")["message"].clone(),
        get(session, "/package/detail?id=4295967296")["message"].clone(),
        get(session, "/package/detail?id=one%20million&orderNumber=%ff")["message"].clone(),
    ]);
}

#[test]
fn the_detail_follows_the_language() {
    let sandbox = under("default");
    let say = |path: &str, body: Value| {
        let mut request = request(path, body.to_string());
        request.headers_mut().insert("accept-language", "zh".parse().expect("a value"));
        crate::support::json(&sandbox.default_session().call(&request))["message"].clone()
    };
    insta::assert_json_snapshot!([
        say(PACKAGES, json!({ "countryCode": 461 })),
        say(PACKAGES, json!({ "isoCountryName": "Tailand", "type": 1 })),
        say("/package/selectPackageByContinents", json!({ "continentsCode": "XX" })),
    ]);
}

#[test]
fn a_call_that_needs_a_field_needs_a_body() {
    let sandbox = under("default");
    let session = sandbox.default_session();
    for path in [PACKAGES, "/package/packageList", "/package/selectPackageByContinents"] {
        let answer = crate::support::json(&session.call(&request(path, "")));
        assert_eq!(
            answer["message"], "wrong parameters: the body is empty, expected a JSON object",
            "{path}"
        );
    }
    let answer = crate::support::json(&session.call(&request("/package/selectHotPackage", "[]")));
    assert_eq!(answer["code"], 2);
}

#[test]
fn a_strict_shop_knows_its_partners_and_still_wants_no_token() {
    let strict = builder().vendor("auth", "strict").start_blocking().expect("the sandbox starts");
    let lenient = under("default");
    for (path, fields) in [
        ("/package/countryPackageList", json!({})),
        (PACKAGES, json!({ "countryCode": 502, "type": 1 })),
        ("/package/packageList", json!({ "countryCode": 502, "type": 1 })),
        ("/package/queryCountry", json!({})),
        ("/package/selectContinentsCode", json!({})),
        ("/package/selectPackageByContinents", json!({ "continentsCode": "AS" })),
        ("/package/selectHotPackage", json!({})),
    ] {
        let codes = |partner: &str| {
            let mut body = fields.clone();
            body["partnerCode"] = json!(partner);
            [&strict, &lenient].map(|sandbox| call(sandbox.default_session(), path, &body)["code"].clone())
        };
        assert_eq!(codes("P001101"), [0, 0], "{path}");
        assert_eq!(codes("P009999"), [2, 0], "{path}");
        assert_eq!(call(strict.default_session(), path, &fields)["code"], 0, "{path}");
    }
    let both = call(
        strict.default_session(),
        PACKAGES,
        &json!({ "partnerCode": "P009999", "countryCode": 999, "type": 1 }),
    );
    insta::assert_json_snapshot!(both);
    assert_eq!(get(strict.default_session(), "/package/detail?id=1000000")["code"], 0);
}
