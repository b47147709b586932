//! Rules look at the SIM of a call.

use serde_json::json;

use super::{ORDER, OTHER, SIM, call, frozen};

#[test]
fn a_rule_looks_at_the_sim_that_a_call_names_or_that_its_order_is_for() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let rule = r#"{ "on": "*", "when": { "sim": { "iccid": "89852022018041800192", "life": "activation", "used": { "atLeast": 1 } } },
        "answer": { "code": "SIM_NOT_CAPABLE" } }"#;
    session.arm(rule).expect("a rule");
    assert_eq!(call(session, "/device/queryDevice", json!({ "device_id": SIM }))["code"], "R104");
    assert_eq!(call(session, "/package/endOrder", json!({ "order_id": ORDER }))["code"], "R104");
    assert_eq!(call(session, "/device/queryDevice", json!({ "device_id": OTHER }))["code"], "0000");
    assert_eq!(call(session, "/device/syncAssetInfo", json!({}))["code"], "0000");
    let refused = session
        .arm(r#"{ "on": "sim", "when": { "sim": { "lief": "paused" } }, "answer": { "code": "ERROR" } }"#);
    assert!(refused.expect_err("no such field").to_string().contains("did you mean \"life\"?"));
}
