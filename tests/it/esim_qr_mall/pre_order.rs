//! Pre-order: what it answers, and what it leaves behind.

use serde_json::{Value, json};

use crate::support::{
    PRE_ORDER, Raw, builder, call, changed, documented, pre_order, request, under, under_text, without,
};

/// The page's answer, compact.
const PRINTED: &str = "{\"code\":0,\"data\":{\"amount\":1,\"id\":1055293,\"orderNo\":\"ESIM_L202212050000000\",\
    \"packageName\":\"C_T_马来西亚泰国500M不限速月套餐(esim)\",\"orderTime\":\"2022-12-05T03:14:50.958+0000\",\
    \"periodNum\":1,\"currency\":\"USD\",\
    \"clientId\":\"ASNnc_k89vx4JfTiDnIsNE97X009900990j4BsjIsGuwACOK9S2QK7fMDZNu6rA3i9iwq\"},\"message\":\"SUCCESS\"}";

#[test]
fn the_documented_request_is_answered_as_printed_over_http() {
    let sandbox = under("documented-example");
    let body = serde_json::to_string_pretty(&documented()).expect("JSON");
    let mut raw = Raw::connect(&sandbox);
    // The headers of the page's curl sample: two of them empty.
    let head = format!(
        "POST {PRE_ORDER} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language:\r\nx-access-token:\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let answer = raw.send(head).send(&body).answer();
    assert_eq!((answer.status, answer.body.as_str()), (200, PRINTED));
    assert_eq!(answer.body.len(), 321);
    assert_eq!(answer.header("content-type"), Some("application/json;charset=UTF-8"));
    assert_eq!(answer.header("x-sandbox-evidence"), Some("documented"));
    assert_eq!(answer.header("x-sandbox-turn"), Some("1"));
    assert_eq!(answer.header("x-sandbox-session"), Some("default"));

    let second = raw.post(PRE_ORDER, &body).answer().json();
    assert_eq!(second["data"]["orderNo"], "ESIM_L202212050000001");
    assert_eq!(second["data"]["id"], 1_055_294);
    assert_eq!(second["data"]["orderTime"], "2022-12-05T03:14:50.958+0000");
}

#[test]
fn both_doors_give_the_same_bytes() {
    let (one, other) = (under("documented-example"), under("documented-example"));
    let body = Value::Object(documented()).to_string();
    let inside = one.default_session().call(&request(PRE_ORDER, body.clone()));
    let outside = Raw::connect(&other).post(PRE_ORDER, &body).answer();
    assert_eq!(String::from_utf8_lossy(inside.body()), outside.body);
    assert_eq!(inside.headers()["x-sandbox-turn"], "1");
}

#[test]
fn an_order_reserves_a_profile_and_is_kept() {
    let sandbox = under("documented-example");
    let session = sandbox.default_session();
    pre_order(session, &Value::Object(documented()));
    pre_order(session, &changed(json!({ "periodNum": 2, "receive_qr_email": "" })));
    insta::assert_json_snapshot!(session.orders());
    assert_eq!(session.order(1_055_294), session.orders().last().cloned());
    assert_eq!(session.order(1_055_295), None);
}

#[test]
fn the_amount_is_the_catalogue_price_times_periods_times_packages_as_the_vendor_prints_numbers() {
    let scenario = r#"{ "format": 1, "scenario": "test", "world": { "packages": [
        { "id": 1000000, "price": { "USD": 4.99, "CNY": 0.1 } }
    ] } }"#;
    let sandbox = under_text(scenario);
    let amount = |changes| {
        let answer = pre_order(sandbox.default_session(), &changed(changes));
        answer["data"]["amount"].to_string()
    };
    assert_eq!(amount(json!({})), "4.99");
    assert_eq!(amount(json!({ "periodNum": 3 })), "14.97");
    assert_eq!(amount(json!({ "periodNum": 10, "packageNum": 10 })), "499");
    assert_eq!(amount(json!({ "currency": "CNY", "currencyId": 1, "periodNum": 3 })), "0.3");
}

#[test]
fn what_may_be_missing_may_be_missing_and_what_is_unknown_passes() {
    let sandbox = under("default");
    let session = sandbox.default_session();
    for field in
        ["packageNum", "discountFlag", "deviceType", "money", "receive_qr_email", "currency", "currencyId"]
    {
        assert_eq!(pre_order(session, &without(field))["code"], 0, "{field}");
        assert_eq!(pre_order(session, &changed(json!({ field: null })))["code"], 0, "{field}");
    }
    let extra = changed(json!({ "languageId": "", "colour": { "deep": [1, null] }, "money": 990_001.5 }));
    assert_eq!(pre_order(session, &extra)["code"], 0);
}

#[test]
fn odd_spellings_of_numbers_count_and_are_noted() {
    let sandbox = under("default");
    let session = sandbox.default_session();
    let body = r#"{ "id": "1000000", "packageCode": "LP20220325000000", "partnerCode": "1000000005", "periodNum": 2.0,
        "currencyId": 2, "packageNum": 3, "packageNum": 1, "deviceType": "11", "discountFlag": 1, "money": "5" }"#;
    let answer = session.call(&request(PRE_ORDER, body));
    assert_eq!(crate::support::json(&answer)["data"]["amount"], 2);
    insta::assert_json_snapshot!(session.journal()[0]["notes"]);
}

#[test]
fn package_names_follow_the_language_and_documented_texts_do_not() {
    let sandbox = under("default");
    let session = sandbox.default_session();
    let with = |language: &str| {
        let mut request = request(PRE_ORDER, Value::Object(documented()).to_string());
        request.headers_mut().insert("accept-language", language.parse().expect("a value"));
        let answer = crate::support::json(&session.call(&request));
        (answer["data"]["packageName"].as_str().expect("a name").to_owned(), answer["message"].clone())
    };
    let chinese = "C_T_马来西亚泰国500M不限速月套餐(esim)";
    let english = "C_T_Malaysia Thailand 500M full-speed monthly plan (eSIM)";
    for (language, name) in
        [("", chinese), ("*", chinese), ("zh-CN", chinese), ("en", english), ("fr", english)]
    {
        assert_eq!(with(language), (name.to_owned(), json!("SUCCESS")), "{language:?}");
    }
    let translated = builder().vendor("messages", "translated").start_blocking().expect("the sandbox starts");
    let mut request = request(PRE_ORDER, Value::Object(documented()).to_string());
    request.headers_mut().insert("accept-language", "zh".parse().expect("a value"));
    assert_eq!(crate::support::json(&translated.default_session().call(&request))["message"], "操作成功");
}

#[test]
fn the_elder_versions_ignore_the_qr_address_and_take_languageid() {
    let sandbox = under("documented-example");
    let session = sandbox.default_session();
    for path in ["/package/preOrderPackage", "/v1.1/package/preOrderPackage"] {
        let body = changed(json!({ "languageId": "2", "receive_qr_email": "not an address" }));
        let answer = call(session, path, &body);
        assert_eq!(answer["code"], 0, "{path}: {answer}");
    }
    let mails: Vec<Value> = session.orders().into_iter().map(|order| order["mailTo"].clone()).collect();
    assert_eq!(mails, ["mei.tan@traveller.example", "mei.tan@traveller.example"]);
}

#[test]
fn the_orders_date_is_utc_unless_the_policy_says_china() {
    let evening = r#""clock": { "start": "2022-12-05T20:00:00Z", "mode": "frozen" },
        "numbers": { "orderSerial": 0, "orderId": 1055293 }"#;
    for (zone, number) in [("UTC", "ESIM_L202212050000000"), ("UTC+8", "ESIM_L202212060000000")] {
        let vendor = format!(r#""vendor": {{ "orderDateZone": "{zone}" }}"#);
        let sandbox = under_text(&format!(r#"{{ "format": 1, "scenario": "test", {evening}, {vendor} }}"#));
        let answer = pre_order(sandbox.default_session(), &Value::Object(documented()));
        assert_eq!(answer["data"]["orderNo"], number);
        assert_eq!(answer["data"]["orderTime"], "2022-12-05T20:00:00.000+0000");
    }
}

#[test]
fn serials_begin_anew_with_the_day_and_ids_go_on() {
    let sandbox = under("documented-example");
    let session = sandbox.default_session();
    pre_order(session, &Value::Object(documented()));
    session.clock().advance(std::time::Duration::from_hours(24)).expect("within the calendar");
    let answer = pre_order(session, &Value::Object(documented()));
    assert_eq!(answer["data"]["orderNo"], "ESIM_L202212060000000");
    assert_eq!(answer["data"]["id"], 1_055_294);
}

#[test]
fn partners_have_a_client_id_each_and_always_the_same() {
    let sandbox = under("default");
    let client_id = |partner: &str| {
        let answer = pre_order(sandbox.default_session(), &changed(json!({ "partnerCode": partner })));
        answer["data"]["clientId"].as_str().expect("a client id").to_owned()
    };
    let (one, other) = (client_id("P001101"), client_id("P009999"));
    assert_eq!((one.len(), &one[..1]), (80, "A"));
    assert_ne!(one, other);
    assert_eq!(one, client_id("P001101"));
    assert_eq!(client_id("1000000005").len(), 69);
}
