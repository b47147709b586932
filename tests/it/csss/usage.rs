//! Usage: it grows with the clock, days add up, and the operator lags behind.

use serde_json::{Value, json};

use super::{OTHER, SIM, advance, data, frozen, refused};

fn number(value: &Value) -> u64 {
    value
        .as_str()
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| panic!("{value} is no text of digits"))
}

#[test]
fn usage_grows_with_the_clock_and_with_the_balance_makes_the_quota() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let look = || {
        let usage = data(session, "/flow/queryDeviceFlowUsage", json!({ "device_id": SIM }));
        assert_eq!(usage["order_code"], super::ORDER);
        let (used, left) = (number(&usage["order_used_flow"]), number(&usage["high_flow_balance"]));
        assert_eq!(used + left, 20_000_000);
        used
    };
    let first = look();
    assert_eq!(look(), first, "the clock stands");
    let mut last = first;
    for _ in 0..6 {
        advance(&sandbox, 24);
        let now = look();
        assert!(now > last, "{now} after {last}");
        last = now;
    }
    // The next month begins a cycle of its own.
    advance(&sandbox, 21 * 24);
    assert!(look() < last);
}

#[test]
fn days_add_up_to_what_the_cycle_shows() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    advance(&sandbox, 5 * 24);
    let days = data(
        session,
        "/flow/queryDailyFlowUsage",
        json!({ "device_id": SIM, "start_date": "2022-12-01", "end_date": "2022-12-10" }),
    );
    let days = days["daily_usage"].as_array().expect("days").clone();
    assert_eq!(
        (days.len(), &days[0]["date"], &days[9]["date"]),
        (10, &json!("2022-12-01"), &json!("2022-12-10"))
    );
    let sum: u64 = days.iter().map(|day| number(&day["flow"])).sum();
    let usage = data(session, "/flow/queryDeviceFlowUsage", json!({ "device_id": SIM }));
    assert_eq!(sum, number(&usage["order_used_flow"]));
    let months = data(session, "/flow/queryMonthFlowUsage", json!({ "deviceList": [SIM] }));
    let months = months["device_usage"][0]["month_usage"].as_array().expect("months").clone();
    assert_eq!((months.len(), &months[5]["month"]), (6, &json!("2022-12")));
    assert_eq!(number(&months[5]["flow"]), sum);
}

#[test]
fn dates_are_dates_in_order_and_not_too_old() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let ask = |from: &str, to: &str| {
        let fields = json!({ "device_id": SIM, "start_date": from, "end_date": to });
        super::call(session, "/flow/queryDailyFlowUsage", fields)["code"].clone()
    };
    assert_eq!(ask("", ""), "0000");
    assert_eq!(ask("2022-12-01", ""), "0000");
    for (from, to) in [
        ("2022-12-05", "2022-12-04"),
        ("2022-12-01", "2022-12-06"),
        ("2022-01-01", "2022-12-05"),
        ("2022-11-31", "2022-12-05"),
        ("2022-2-1", "2022-12-05"),
        ("yesterday", "today"),
    ] {
        assert_eq!(ask(from, to), "R001", "{from} {to}");
    }
}

#[test]
fn a_sim_without_an_order_uses_nothing() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let usage = data(session, "/flow/queryBatchFlowUsage", json!({ "deviceList": [OTHER, SIM] }));
    let usage = &usage["device_usage"];
    assert_eq!((&usage[0]["order_code"], &usage[0]["order_used_flow"]), (&Value::Null, &json!("0")));
    assert_eq!(usage[1]["order_code"], super::ORDER);
    assert_eq!(refused(session, "/flow/queryBatchFlowUsage", json!({ "deviceList": [OTHER, "1"] })), "R101");
    let many: Vec<String> = vec![SIM.to_owned(); 101];
    assert_eq!(refused(session, "/flow/queryBatchFlowUsage", json!({ "deviceList": many })), "R001");
}

#[test]
fn the_operator_lags_behind_by_up_to_an_hour() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let of = json!({ "device_id": SIM });
    let left = number(&data(session, "/flow/getInfoByDeviceId", of.clone())["remaining_flow"]);
    let balance = number(&data(session, "/flow/queryDeviceFlowUsage", of.clone())["high_flow_balance"]);
    assert!(left >= balance, "{left} {balance}");
    assert_eq!(data(session, "/flow/getInfoByDeviceId", of)["imsi"], "454002018041192");
}

#[test]
fn a_paused_sim_uses_nothing_more() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let used = || {
        let usage = data(session, "/flow/queryDeviceFlowUsage", json!({ "device_id": SIM }));
        number(&usage["order_used_flow"])
    };
    data(session, "/device/pauseService", json!({ "device_id": SIM }));
    let before = used();
    advance(&sandbox, 48);
    assert_eq!(used(), before);
    data(session, "/device/resumeService", json!({ "device_id": SIM }));
    advance(&sandbox, 24);
    assert!(used() > before);
}
