//! Signatures: the known answers of the contract over HTTP, what a refusal shows, and the settings.

use serde_json::{Value, json};

use super::{OTHER, SIM, call, frozen, signed_as};
use crate::support::{Raw, api, builder, call as unsigned, json, request, under_text};

/// Bodies and their signatures under `replica-demo-secret`, as the contract lists them.
fn vectors() -> Vec<(&'static str, Value)> {
    vec![
        (
            "/device/syncAssetInfo",
            json!({ "version": "2.0", "access_code": "P012345", "timestamp": "1498723232", "sign": "5ydAJf1ro1Q3TcJlQRBmav3ToM8=" }),
        ),
        (
            "/device/queryDevice",
            json!({ "access_code": "P000270", "device_id": SIM, "timestamp": "1643251754", "version": "2.0",
                "sign": "os1VwGXkaPudNMW/DZlmHxmL9Vc=" }),
        ),
        (
            "/package/queryOrder",
            json!({ "access_code": "P000270", "device_id": "", "order_id": "", "order_status": "", "order_type": "", "page_no": 1,
                "page_size": 2, "timestamp": "1643251754", "version": "2.0", "sign": "O9YlHKhDOPThIGI4MnhBAPahg7Q=" }),
        ),
        (
            "/package/renewPackage",
            json!({ "access_code": "P000270", "order_id": "202107061625560742397", "renew_period": 1, "timestamp": "1643253530",
                "version": "2.0", "sign": "i0SVfh7LSMPdSUuD3Er3h0G0Lac=" }),
        ),
        (
            "/package/batchOrderPackages",
            json!({ "access_code": "P000270", "deviceList": [SIM, OTHER], "global_order": "0", "is_open": "0", "order_period": "1",
                "package_code": "DP20190726001274", "package_name": "C_M_0_P_中国20M不限速月套餐", "package_type": "2", "pay_amount": "0",
                "pay_rst": "2", "pay_type": "1", "test_flow": "0", "test_flow_flag": "0", "timestamp": "1643253530",
                "version": "2.0", "sign": "BWUXwrrEKWlv+wHOQW8Vgg+CkiA=" }),
        ),
    ]
}

/// The overview's own sample content, whose keys are not in the order that the overview asks for.
const UNSORTED: &str = r#"{"version":"2.0","access_code":"P012345","timestamp":"1498723232","sign":"OHGmXvYmBJebEY7xR/yi8V0mr+c="}"#;
const CONTENT: &str = r#"{"access_code":"P012345","timestamp":"1498723232","version":"2.0"}"#;

#[test]
fn the_known_answers_pass_over_http() {
    let sandbox = builder().start_blocking().expect("the sandbox starts");
    for (path, body) in vectors() {
        let answer = Raw::connect(&sandbox).post(path, &body.to_string()).answer();
        assert_eq!((answer.status, &answer.json()["code"]), (200, &json!("0000")), "{path}: {}", answer.body);
        for (key, value) in
            [("timestamp", json!("1")), ("sign", json!("5ydAJf1ro1Q3TcJlQRBmav3ToM9=")), ("more", json!(0))]
        {
            let mut spoilt = body.clone();
            spoilt[key] = value;
            let answer = unsigned(sandbox.default_session(), path, &spoilt);
            assert_eq!(answer["code"], "R003", "{path} {key}: {answer}");
        }
    }
}

#[test]
fn a_refused_signature_shows_what_is_to_be_signed_and_which_slip_it_is() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let mut call = request("/device/syncAssetInfo", UNSORTED);
    call.headers_mut().insert("accept-language", "EN-US".parse().expect("a value"));
    let answer = json(&session.call(&call));
    assert_eq!(answer["code"], "R003");
    let message = answer["message"].as_str().expect("a text");
    assert!(
        message.contains(CONTENT) && message.contains("in the order of the body, not sorted"),
        "{message}"
    );
    let chinese = unsigned(session, "/device/syncAssetInfo", &serde_json::from_str(UNSORTED).expect("JSON"));
    let message = chinese["message"].as_str().expect("a text");
    assert!(message.starts_with("签名错误") && message.contains(CONTENT), "{message}");
    let entry = &session.journal()[0];
    assert!(entry["notes"].to_string().contains("not sorted"), "{entry}");
    let why = api(&sandbox, "GET", "sessions/default/journal/1/why", "");
    assert!(why.json().to_string().contains("not sorted"), "{}", why.body);
    assert!(!format!("{entry}{}", why.body).contains("replica-demo-secret"));
}

#[test]
fn who_signs_is_told_apart_from_what_is_signed() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let path = "/device/syncAssetInfo";
    let code = |body: Value| unsigned(session, path, &body)["code"].as_str().expect("a text").to_owned();
    assert_eq!(code(json!({})), "R001");
    assert_eq!(code(signed_as("P999999", json!({}))), "R002");
    assert_eq!(code(signed_as("P001101", json!({}))), "R002", "a partner without a secret");
    assert_eq!(code(json!({ "access_code": "P000270" })), "R003");
    assert_eq!(code(json!({ "access_code": "P000270", "sign": "" })), "R003");
    assert_eq!(code(signed_as("P000270", json!({}))), "0000");
}

#[test]
fn lenient_and_off_let_a_wrong_signature_in() {
    for (word, is_told) in [("lenient", true), ("off", false)] {
        let sandbox = builder().vendor("signatures", word).start_blocking().expect("the sandbox starts");
        let session = sandbox.default_session();
        let answer =
            unsigned(session, "/device/syncAssetInfo", &serde_json::from_str(UNSORTED).expect("JSON"));
        assert_eq!(answer["code"], "0000", "{word}");
        let notes = session.journal()[0]["notes"].to_string();
        assert_eq!(notes.contains("accepted all the same"), is_told, "{word}: {notes}");
    }
}

#[test]
fn a_window_refuses_what_is_too_old_and_no_sample() {
    let text = r#"{ "format": 1, "scenario": "test", "vendor": { "signatureWindow": "300s" },
        "clock": { "start": "2022-12-05T03:14:50.958Z", "mode": "frozen" } }"#;
    let sandbox = under_text(text);
    let session = sandbox.default_session();
    for (stamp, code) in [
        ("1670210090", "0000"),
        ("1670210390", "0000"),
        ("1670210391", "R004"),
        ("1670210090958", "0000"),
        ("1670209790000", "R004"),
        ("yesterday", "R004"),
        ("16702100900", "R004"),
    ] {
        let answer = call(session, "/device/syncAssetInfo", json!({ "timestamp": stamp }));
        assert_eq!(answer["code"], code, "{stamp}: {answer}");
    }
    let sample =
        crate::support::listing().endpoints.iter().find(|e| e.id == "csss/query_device").expect("it");
    assert_eq!(json(&session.call(&crate::support::example(sample)))["code"], "0000");
}

#[test]
fn printed_samples_are_accepted_as_they_are_and_noted() {
    let printed = [
        "order_package",
        "batch_order_packages",
        "renew_package",
        "query_order",
        "query_device_flow_usage",
        "query_device",
        "sync_asset_info",
        "create_ota_order",
    ];
    for endpoint in crate::support::listing().endpoints.iter().filter(|e| e.id.starts_with("csss/")) {
        let sandbox = frozen();
        let session = sandbox.default_session();
        if endpoint.after.is_empty() {
            assert_eq!(
                json(&session.call(&crate::support::example(endpoint)))["code"],
                "0000",
                "{}",
                endpoint.id
            );
            let notes = session.journal()[0]["notes"].to_string();
            let is_printed = printed.iter().any(|stem| endpoint.id == format!("csss/{stem}"));
            assert_eq!(
                notes.contains("a sample as the page prints it"),
                is_printed,
                "{}: {notes}",
                endpoint.id
            );
        }
    }
}

#[test]
fn an_answers_sign_is_null_or_the_calls_or_made_over_the_data() {
    let sign = |word: &str| {
        let sandbox = builder().vendor("answerSign", word).start_blocking().expect("the sandbox starts");
        let body = signed_as("P000270", json!({ "order_id": "202107061625560742397", "renew_period": 1 }));
        let data = unsigned(sandbox.default_session(), "/package/renewPackage", &body)["data"].clone();
        (body["sign"].clone(), data)
    };
    assert_eq!(sign("null").1["sign"], Value::Null);
    let (sent, data) = sign("echo");
    assert_eq!(data["sign"], sent);
    let (_, data) = sign("sign");
    let text =
        json!({ "order_expire_date": data["order_expire_date"], "order_id": data["order_id"] }).to_string();
    assert_eq!(data["sign"], json!(super::hmac(&text, "replica-demo-secret")), "{text}");
}
