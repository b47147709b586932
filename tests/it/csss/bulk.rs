//! Bulk orders: all or nothing, or what can be.

use serde_json::{Value, json};

use super::{FOREIGN, OTHER, SIM, call, data, frozen, wish};
use crate::support::under_text;

fn bulk(devices: &[&str]) -> Value {
    let mut fields = wish(json!({ "deviceList": devices }));
    fields.as_object_mut().expect("an object").shift_remove("device_id");
    fields
}

const PATH: &str = "/package/batchOrderPackages";

fn count(session: &linksfield_sandbox::SessionHandle) -> i64 {
    let page = json!({ "page_no": 1, "page_size": 1 });
    data(session, "/package/queryOrder", page)["page"]["total_count"].as_i64().expect("a count")
}

#[test]
fn each_device_has_a_row_in_the_order_of_the_list() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let before = count(session);
    let rows = data(session, PATH, bulk(&[OTHER, SIM]))["device_order"].clone();
    assert_eq!((&rows[0]["device_id"], &rows[1]["device_id"]), (&json!(OTHER), &json!(SIM)));
    assert_eq!((&rows[0]["error"], &rows[0]["errorMsg"]), (&json!("0000"), &json!("success")));
    assert!(rows[0]["order_id"] != rows[1]["order_id"] && rows[0]["order_id"].is_string());
    assert_eq!(count(session), before + 2);
}

#[test]
fn one_bad_device_stops_all_and_each_row_says_why() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let before = count(session);
    let answer = call(session, PATH, bulk(&[SIM, "89852022018041800194", FOREIGN, SIM]));
    assert_eq!((&answer["code"], &answer["success"]), (&json!("R304"), &json!(false)), "{answer}");
    let rows = answer["data"]["device_order"].as_array().expect("rows");
    let errors: Vec<&str> = rows.iter().map(|row| row["error"].as_str().expect("a code")).collect();
    assert_eq!(errors, ["R304", "R101", "R102", "R001"]);
    assert!(rows.iter().all(|row| row["order_id"].is_null()), "{answer}");
    assert_eq!(count(session), before);
    let last = session.journal().last().cloned().expect("an entry");
    assert_eq!(last["response"]["code"], "0000", "the count");
}

#[test]
fn partial_orders_what_can_be_ordered() {
    let text = r#"{ "format": 1, "scenario": "test", "vendor": { "bulkOrder": "partial" } }"#;
    let sandbox = under_text(text);
    let session = sandbox.default_session();
    let before = count(session);
    let rows = data(session, PATH, bulk(&["89852022018041800194", SIM]))["device_order"].clone();
    assert_eq!((&rows[0]["error"], &rows[1]["error"]), (&json!("R101"), &json!("0000")));
    assert_eq!(count(session), before + 1);
    assert_eq!(call(session, PATH, bulk(&["1", "2"]))["code"], "R304", "nothing was ordered at all");
    assert_eq!(count(session), before + 1);
}

#[test]
fn a_list_is_a_list_of_texts_that_is_neither_empty_nor_without_end() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    for devices in
        [json!([]), json!("x"), json!([1]), json!([[SIM]]), json!({}), json!(["x".repeat(65)]), Value::Null]
    {
        let mut fields = bulk(&[]);
        fields["deviceList"] = devices.clone();
        assert_eq!(call(session, PATH, fields)["code"], "R001", "{devices}");
    }
    let many: Vec<String> = (0..1_001).map(|n| n.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(call(session, PATH, bulk(&many))["code"], "R001");
}
