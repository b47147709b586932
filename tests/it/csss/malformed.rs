//! Bodies that are not what they should be: each is refused in words, and nothing happens.

use serde_json::{Value, json};

use super::{call, frozen, signed_as, wish};
use crate::support::{builder, json as parsed, request};

#[test]
fn a_body_that_is_no_object_is_told_what_it_is() {
    let sandbox = builder().vendor("signatures", "off").start_blocking().expect("the sandbox starts");
    let session = sandbox.default_session();
    let bodies = [
        "",
        " ",
        "{",
        "}",
        "[]",
        "[{}]",
        "null",
        "true",
        "1",
        "\"x\"",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":01}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\u{1}\"}",
        "{'a':1}",
        "access_code=P000270",
        "<xml/>",
        "{\"a\":nul}",
        "{\"a\":1}{\"b\":2}",
        "\u{feff}{}",
        "{\"a\":[}",
    ];
    for body in bodies {
        let answer = parsed(&session.call(&request("/package/orderPackage", body.to_owned())));
        assert_eq!(answer["success"], false, "{body:?}: {answer}");
        assert!(["R001", "R003"].contains(&answer["code"].as_str().expect("a text")), "{body:?}: {answer}");
    }
    let bytes: &[u8] = b"{\"device_id\":\"\xff\"}";
    assert_eq!(parsed(&session.call(&request("/package/orderPackage", bytes.to_vec())))["success"], false);
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(5_000), "]".repeat(5_000));
    assert_eq!(parsed(&session.call(&request("/package/orderPackage", deep)))["success"], false);
}

#[test]
fn every_bad_field_is_named_in_one_go() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let answer = call(
        session,
        "/package/orderPackage",
        wish(json!({ "is_open": "2", "order_period": "x", "package_type": 6 })),
    );
    let message = answer["message"].as_str().expect("a text");
    assert_eq!(answer["code"], "R001");
    for field in ["is_open", "order_period", "package_type"] {
        assert!(message.contains(field), "{message}");
    }
}

#[test]
fn each_wrong_value_of_a_field_is_refused() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let wrong = [
        ("device_id", json!(null)),
        ("device_id", json!("")),
        ("device_id", json!([])),
        ("device_id", json!({})),
        ("device_id", json!(true)),
        ("device_id", json!("8".repeat(65))),
        ("global_order", json!("2")),
        ("global_order", json!("-1")),
        ("is_open", json!("yes")),
        ("is_open", json!(true)),
        ("is_open", json!("+1")),
        ("is_open", json!("")),
        ("is_open", json!(0.5)),
        ("order_period", json!("0")),
        ("order_period", json!("1.5")),
        ("order_period", json!("99999999999999999999")),
        ("order_period", json!([1])),
        ("package_code", json!("")),
        ("package_code", json!(null)),
        ("package_name", json!({})),
        ("package_type", json!("6")),
        ("package_type", json!("monthly")),
        ("pay_rst", json!("0")),
        ("pay_rst", json!("3")),
        ("pay_type", json!("3")),
        ("pay_type", json!("cash")),
        ("test_flow", json!("-1")),
        ("test_flow", json!("1MB")),
        ("test_flow_flag", json!("2")),
        ("pay_amount", json!(null)),
    ];
    for (field, value) in wrong {
        let answer = call(session, "/package/orderPackage", wish(json!({ field: value })));
        assert_eq!(answer["code"], "R001", "{field} {value}: {answer}");
        assert!(answer["message"].as_str().expect("a text").contains(field), "{field} {value}: {answer}");
    }
    let mut without = wish(json!({}));
    without.as_object_mut().expect("an object").shift_remove("pay_type");
    assert_eq!(call(session, "/package/orderPackage", without)["code"], "0000", "pay_type may be missing");
}

#[test]
fn the_message_follows_the_language_and_nothing_else_does() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let ask = |language: Option<&str>, fields: Value| {
        let mut request = request("/device/queryDevice", signed_as("P000270", fields).to_string());
        request.headers_mut().remove("accept-language");
        if let Some(language) = language {
            request.headers_mut().insert("accept-language", language.parse().expect("a value"));
        }
        parsed(&session.call(&request))
    };
    let sim = json!({ "device_id": super::SIM });
    for (language, message) in [
        (None, "成功"),
        (Some(""), "成功"),
        (Some("zh-CN"), "成功"),
        (Some("EN-US"), "success"),
        (Some("en"), "success"),
        (Some("fr"), "成功"),
    ] {
        let answer = ask(language, sim.clone());
        assert_eq!(answer["message"], message, "{language:?}");
        assert_eq!(answer["data"], ask(None, sim.clone())["data"]);
    }
    let unknown = json!({ "device_id": "1" });
    assert!(
        ask(Some("EN-US"), unknown.clone())["message"].as_str().expect("a text").starts_with("unknown SIM")
    );
    assert!(ask(None, unknown)["message"].as_str().expect("a text").starts_with("SIM 卡不存在"));
}
