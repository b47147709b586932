//! The CSSS group: signed calls about SIMs, plans, orders, usage and texts.

mod bulk;
mod codes;
mod control;
mod demo;
mod lists;
mod malformed;
mod orders;
mod renew;
mod repeat;
mod rules;
mod sign;
mod signatures;
mod sms;
mod usage;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use linksfield_sandbox::{Sandbox, SessionHandle};
use serde_json::{Map, Value, json};
use sha1::Sha1;

use crate::support::{json, request, under};

/// The SIM of the printed examples, with an order in use.
const SIM: &str = "89852022018041800192";
/// Its neighbour, with none.
const OTHER: &str = "89852022018041800193";
/// A third one, with an order that is not enabled.
const WAITING: &str = "89852420180910340793";
/// A SIM of P123456.
const FOREIGN: &str = "89860220190123456789";
/// The order in use.
const ORDER: &str = "202107061625560742397";
/// The order that is not enabled.
const WAITING_ORDER: &str = "L202207180000000231";

/// HMAC-SHA1 in Base64, by a few lines of our own.
fn hmac(text: &str, secret: &str) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("any length");
    mac.update(text.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

/// A partner's body with the globals and its signature.
fn signed_as(partner: &str, fields: Value) -> Value {
    let mut all: Map<String, Value> = fields.as_object().expect("an object").clone();
    all.insert("access_code".to_owned(), json!(partner));
    all.entry("timestamp").or_insert(json!("1670210090"));
    all.insert("version".to_owned(), json!("2.0"));
    let mut pairs: Vec<(&String, &Value)> = all
        .iter()
        .filter(|(_, value)| ![json!(""), json!([]), json!({}), Value::Null].contains(value))
        .collect();
    pairs.sort_by_key(|(key, _)| *key);
    let text: Vec<String> = pairs.iter().map(|(key, value)| format!("{}:{value}", json!(key))).collect();
    let sign = hmac(&format!("{{{}}}", text.join(",")), "replica-demo-secret");
    all.insert("sign".to_owned(), json!(sign));
    Value::Object(all)
}

/// A signed call in English.
fn call_as(session: &SessionHandle, partner: &str, path: &str, fields: Value) -> Value {
    let mut request = request(path, signed_as(partner, fields).to_string());
    request.headers_mut().insert("accept-language", "EN-US".parse().expect("a value"));
    json(&session.call(&request))
}

/// The same, as the partner of the printed examples.
fn call(session: &SessionHandle, path: &str, fields: Value) -> Value {
    call_as(session, "P000270", path, fields)
}

/// The same, of which the data is wanted.
fn data(session: &SessionHandle, path: &str, fields: Value) -> Value {
    let answer = call(session, path, fields);
    assert_eq!((&answer["code"], &answer["success"]), (&json!("0000"), &json!(true)), "{path}: {answer}");
    answer["data"].clone()
}

/// The same, of which a refusal is wanted: its code.
fn refused(session: &SessionHandle, path: &str, fields: Value) -> String {
    let answer = call(session, path, fields);
    assert_eq!((&answer["data"], &answer["success"]), (&Value::Null, &json!(false)), "{path}: {answer}");
    answer["code"].as_str().expect("a text").to_owned()
}

/// What the page "Order data plan" sends, without the globals.
fn wish(changes: Value) -> Value {
    let mut fields = json!({
        "device_id": OTHER, "global_order": "0", "is_open": "0", "order_period": "1", "package_code": "DP20190726001274",
        "package_name": "C_M_0_P_中国20M不限速月套餐", "package_type": "2", "pay_amount": "0", "pay_rst": "1", "pay_type": "2",
        "test_flow": "0", "test_flow_flag": "0",
    });
    fields.as_object_mut().expect("an object").extend(changes.as_object().expect("an object").clone());
    fields
}

/// The frozen world of the printed examples: 2022-12-05, 11:14:50 at UTC+8.
fn frozen() -> Sandbox {
    under("documented-example")
}

fn advance(sandbox: &Sandbox, hours: u64) {
    let by = std::time::Duration::from_hours(hours);
    sandbox.default_session().clock().advance(by).expect("within the calendar");
}

fn status(session: &SessionHandle, order: &str) -> String {
    let page = json!({ "order_id": order, "page_no": 1, "page_size": 10 });
    let found = data(session, "/package/queryOrder", page);
    found["package_order"][0]["orderStatus"].as_str().expect("an order").to_owned()
}
