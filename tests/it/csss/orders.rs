//! Orders of plans: made, enabled, paused, resumed, ended, cancelled, expired.

use serde_json::{Value, json};

use super::{
    FOREIGN, ORDER, OTHER, SIM, WAITING, WAITING_ORDER, advance, call, data, frozen, refused, status, wish,
};

#[test]
fn an_order_waits_until_it_is_enabled_and_goes_its_way() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let made = data(session, "/package/orderPackage", wish(json!({ "order_period": "2" })));
    let id = made["order_id"].as_str().expect("an id").to_owned();
    assert!(id.starts_with("ORDER_") && id.len() == 23, "{id}");
    assert_eq!(
        (&made["sign"], &made["order_start_date"], &made["order_expire_date"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!(status(session, &id), "0");
    let of = json!({ "order_id": id });
    let enabled = data(session, "/package/enableOrder", of.clone());
    assert_eq!(enabled["order_status"], "1");
    assert_eq!(enabled["order_start_date"], "2022-12-05 11:14:50");
    assert_eq!(enabled["order_expire_date"], "2023-01-31 23:59:59", "two calendar months at UTC+8");
    assert_eq!(refused(session, "/package/enableOrder", of.clone()), "R303");
    assert_eq!(refused(session, "/package/cancelOrder", of.clone()), "R303");
    assert_eq!(refused(session, "/device/resumeService", of.clone()), "R303");
    assert_eq!(data(session, "/device/pauseService", of.clone())["orders"][0]["order_status"], "2");
    assert_eq!(refused(session, "/device/pauseService", of.clone()), "R303");
    assert_eq!(data(session, "/device/resumeService", of.clone())["orders"][0]["order_status"], "1");
    assert_eq!(data(session, "/package/endOrder", of.clone())["order_status"], "3");
    assert_eq!(refused(session, "/package/endOrder", of.clone()), "R303");
    assert_eq!(status(session, &id), "3");
}

#[test]
fn an_order_that_is_opened_at_once_runs_and_expires_with_the_clock() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let made = data(session, "/package/orderPackage", wish(json!({ "is_open": "1" })));
    assert_eq!(made["order_start_date"], "2022-12-05 11:14:50");
    assert_eq!(made["order_expire_date"], "2022-12-31 23:59:59");
    let id = made["order_id"].as_str().expect("an id").to_owned();
    // 2022-12-31, 23:14:50 at UTC+8.
    advance(&sandbox, 26 * 24 + 12);
    assert_eq!(status(session, &id), "1");
    advance(&sandbox, 1);
    assert_eq!(status(session, &id), "3");
}

#[test]
fn an_order_that_was_never_enabled_can_be_cancelled_once() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let of = json!({ "order_id": WAITING_ORDER });
    assert_eq!(refused(session, "/package/endOrder", of.clone()), "R303");
    assert_eq!(data(session, "/package/cancelOrder", of.clone())["order_status"], "4");
    for path in ["/package/cancelOrder", "/package/enableOrder", "/package/endOrder"] {
        assert_eq!(refused(session, path, of.clone()), "R303", "{path}");
    }
    assert_eq!(refused(session, "/device/pauseService", json!({ "device_id": WAITING })), "R303");
}

#[test]
fn a_sim_is_paused_with_all_that_is_in_use_and_goes_on() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    data(session, "/package/orderPackage", wish(json!({ "device_id": SIM, "is_open": "1" })));
    let of = json!({ "device_id": SIM });
    let paused = data(session, "/device/pauseService", of.clone());
    assert_eq!(paused["orders"].as_array().map(Vec::len), Some(2), "{paused}");
    assert_eq!(data(session, "/device/queryDevice", of.clone())["life_cycle"], "4");
    assert!(!data(session, "/device/syncAssetInfo", json!({})).to_string().contains(SIM));
    assert_eq!(
        data(session, "/device/resumeService", of.clone())["orders"].as_array().map(Vec::len),
        Some(2)
    );
    assert_eq!(data(session, "/device/queryDevice", of)["life_cycle"], "2");
}

#[test]
fn what_is_anothers_or_nobodys_is_refused_by_its_own_code() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let order = |changes: Value| refused(session, "/package/orderPackage", wish(changes));
    assert_eq!(order(json!({ "device_id": "89852022018041800194" })), "R101");
    assert_eq!(order(json!({ "device_id": FOREIGN })), "R102");
    assert_eq!(order(json!({ "package_code": "DP20190726001275" })), "R201");
    assert_eq!(order(json!({ "package_code": "DP20201218003915", "package_type": "1" })), "R202");
    assert_eq!(order(json!({ "package_type": "5" })), "R001", "the plan is another kind");
    for path in [
        "/device/queryDevice",
        "/flow/queryDeviceFlowUsage",
        "/flow/getInfoByDeviceId",
        "/flow/queryDailyFlowUsage",
    ] {
        assert_eq!(refused(session, path, json!({ "device_id": FOREIGN })), "R102", "{path}");
        assert_eq!(refused(session, path, json!({ "device_id": "1" })), "R101", "{path}");
    }
    let found =
        super::call_as(session, "P123456", "/package/queryOrder", json!({ "page_no": 1, "page_size": 1 }));
    let foreign = found["data"]["package_order"][0]["orderCode"].clone();
    for path in ["/package/enableOrder", "/package/cancelOrder", "/package/endOrder", "/device/pauseService"]
    {
        assert_eq!(refused(session, path, json!({ "order_id": foreign })), "R302", "{path}");
        assert_eq!(refused(session, path, json!({ "order_id": "ORDER_1" })), "R301", "{path}");
    }
    assert_eq!(status(session, ORDER), "1", "nothing was changed");
}

#[test]
fn an_ota_plan_is_for_an_ota_sim_and_lasts_its_days() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let fields = |changes: Value| {
        let mut fields = wish(
            json!({ "device_id": "89852202101130001670", "package_code": "DP20201218003915", "package_type": "1",
            "is_open": "1", "days": 364, "timing_type": "1", "mcc": "" }),
        );
        fields.as_object_mut().expect("an object").extend(changes.as_object().expect("an object").clone());
        fields
    };
    let order = |partner: &str, changes: Value| {
        super::call_as(session, partner, "/package/createOtaOrder", fields(changes))
    };
    let made = order("QY-000001", json!({}));
    assert_eq!(made["data"]["order_start_date"], "2022-12-05 11:14:50", "{made}");
    assert_eq!(made["data"]["order_expire_date"], "2023-12-03 23:59:59");
    assert_eq!(
        order("P000270", json!({ "device_id": OTHER, "package_code": "DP20220214005203" }))["code"],
        "R104"
    );
    assert_eq!(
        order("P000270", json!({ "device_id": SIM, "package_code": "DP20210118004001" }))["code"],
        "R104"
    );
    assert_eq!(order("QY-000001", json!({ "days": 0 }))["code"], "R001");
    assert_eq!(order("QY-000001", json!({ "days": 100_000 }))["code"], "R001");
}

#[test]
fn numbers_pass_for_texts_and_are_noted() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let answer = call(
        session,
        "/package/orderPackage",
        wish(json!({ "order_period": 2, "is_open": 1, "pay_amount": 9.5 })),
    );
    assert_eq!(answer["data"]["order_expire_date"], "2023-01-31 23:59:59", "{answer}");
    let notes = session.journal()[0]["notes"].to_string();
    assert!(notes.contains("order_period: got 2, and the documents have a string here"), "{notes}");
    let answer = call(session, "/package/renewPackage", json!({ "order_id": ORDER, "renew_period": "1" }));
    assert_eq!(answer["code"], "0000", "{answer}");
}
