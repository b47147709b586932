//! Renewal: by states, and what it does to the end.

use serde_json::{Value, json};

use super::{ORDER, SIM, WAITING_ORDER, advance, call, data, frozen, refused, status};

fn renew(order: &str, periods: i64) -> Value {
    json!({ "order_id": order, "renew_period": periods })
}

#[test]
fn an_order_in_use_ends_later_and_one_that_waits_has_no_end_yet() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let path = "/package/renewPackage";
    assert_eq!(data(session, path, renew(ORDER, 1))["order_expire_date"], "2023-12-31 23:59:59");
    assert_eq!(data(session, path, renew(ORDER, 2))["order_expire_date"], "2024-02-29 23:59:59");
    assert_eq!(data(session, path, renew(WAITING_ORDER, 2))["order_expire_date"], Value::Null);
    let enabled = data(session, "/package/enableOrder", json!({ "order_id": WAITING_ORDER }));
    assert_eq!(enabled["order_expire_date"], "2023-02-28 23:59:59", "one month, and two more");
}

#[test]
fn what_is_paused_ended_or_cancelled_cannot_be_renewed() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let path = "/package/renewPackage";
    assert_eq!(refused(session, path, renew("L201903020000000617", 1)), "R303", "it has ended");
    data(session, "/package/cancelOrder", json!({ "order_id": WAITING_ORDER }));
    assert_eq!(refused(session, path, renew(WAITING_ORDER, 1)), "R303");
    data(session, "/device/pauseService", json!({ "device_id": SIM }));
    assert_eq!(refused(session, path, renew(ORDER, 1)), "R303");
    data(session, "/device/resumeService", json!({ "device_id": SIM }));
    for periods in [0, -1, 1_000, i64::MAX] {
        assert_eq!(refused(session, path, renew(ORDER, periods)), "R001", "{periods}");
    }
    assert_eq!(data(session, path, renew(ORDER, 1))["order_expire_date"], "2023-12-31 23:59:59");
}

#[test]
fn a_renewed_order_outlives_its_first_end() {
    for (periods, expected) in [(0, "3"), (1, "1")] {
        let sandbox = frozen();
        let session = sandbox.default_session();
        if periods > 0 {
            assert_eq!(call(session, "/package/renewPackage", renew(ORDER, periods))["code"], "0000");
        }
        // To the second of December 2023.
        advance(&sandbox, 362 * 24);
        assert_eq!(status(session, ORDER), expected);
    }
}
