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

#[test]
fn a_rule_looks_at_the_order_for_a_sim_that_a_call_names() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let rule = r#"{ "on": ["pause-service", "end-order"], "when": { "order": { "status": "inUse", "plan": { "startsWith": "DP" } },
        "since": { "order.enabledAt": { "atLeast": "1d" } } }, "times": { "first": 1, "per": "order.id" }, "answer": { "code": "SYSTEM_BUSY" } }"#;
    let code = session.arm(&rule.replace("SYSTEM_BUSY", "WRONG_ORDER_STATUS"));
    code.expect("a rule");
    // The first time of this order it is refused by the rule, then it is carried out, and then it is refused by what it is.
    let pause = || call(session, "/device/pauseService", json!({ "order_id": ORDER }))["code"].clone();
    assert_eq!(pause(), "R303");
    assert_eq!(session.journal()[0]["rule"], "armed-1");
    assert_eq!(pause(), "0000");
    assert_eq!(pause(), "R303");
    assert_eq!(session.journal()[2]["rule"], json!(null));
}

#[test]
fn a_field_that_orders_of_a_rules_calls_do_not_have_is_told() {
    let session = frozen();
    let refused = |rule: &str| session.default_session().arm(rule).expect_err("no such field").to_string();
    let of_plans = r#"{ "on": "pause-service", "when": { "order": { "payStatus": "paid" } }, "answer": { "code": "ERROR" } }"#;
    assert!(refused(of_plans).contains("no order has the field \"payStatus\""));
    let never = r#"{ "on": "pause-service", "when": { "order": { "status": "asleep" } }, "answer": { "code": "ERROR" } }"#;
    assert!(refused(never).contains("it is one of notEnabled, inUse, paused, ended, cancelled"));
    let of_esims = r#"{ "on": "poll", "when": { "order": { "enabledAt": { "present": true } } }, "answer": { "code": "ERROR" } }"#;
    assert!(refused(of_esims).contains("no order has the field \"enabledAt\""));
    let since = r#"{ "on": "poll", "when": { "since": { "order.endsAt": { "atLeast": "1s" } } }, "answer": { "code": "ERROR" } }"#;
    assert!(refused(since).contains("no moment is called \"order.endsAt\""));
    let both = r#"{ "on": "*", "when": { "order": { "payStatus": "paid", "status": "inUse" } }, "then": { "set": { "a": 1 } } }"#;
    session.default_session().arm(both).expect("of either kind");
}
