//! What the control surface shows of SIMs and does to them.

use serde_json::{Value, json};

use super::{ORDER, SIM, WAITING, data, frozen, refused, status};
use crate::support::{api, builder};

#[test]
fn sims_are_shown_page_by_page_whether_somebody_called_before_or_not() {
    let sandbox = frozen();
    let list = |query: &str| api(&sandbox, "GET", &format!("sessions/default/sims{query}"), "").json();
    let asleep = list("");
    assert!(asleep["total"].as_u64().is_some_and(|total| total >= 240), "{}", asleep["total"]);
    data(sandbox.default_session(), "/device/syncAssetInfo", json!({}));
    assert_eq!(list(""), asleep, "awake, they are the same");
    let own = list("?partner=P000270&after=1&limit=2");
    assert_eq!(own["sims"].as_array().map(Vec::len), Some(2));
    assert!(own["sims"].as_array().expect("sims").iter().all(|sim| sim["partnerCode"] == "P000270"));
    let sim = api(&sandbox, "GET", &format!("sessions/default/sims/{SIM}"), "").json();
    assert_eq!((&sim["life"], &sim["orderInEffect"]), (&json!("activation"), &json!(ORDER)));
    assert_eq!(sim["orders"].as_array().map(Vec::len), Some(2));
    assert_eq!(api(&sandbox, "GET", "sessions/default/sims/1", "").status, 404);
}

#[test]
fn cycles_are_taken_imsis_loaded_and_sims_end() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let patch = |sim: &str, body: Value| {
        api(&sandbox, "PATCH", &format!("sessions/default/sims/{sim}"), &body.to_string())
    };
    let reduced = patch(SIM, json!({ "reduceCycles": 11 }));
    assert_eq!(reduced.status, 200, "{}", reduced.body);
    let ends = |id: &str| {
        let page = json!({ "order_id": id, "page_no": 1, "page_size": 1 });
        data(session, "/package/queryOrder", page)["package_order"][0]["expireDate"].clone()
    };
    assert_eq!(ends(ORDER), "2022-12-31 23:59:59");
    assert_eq!(patch(SIM, json!({ "reduceCycles": 1 })).json()["error"]["pointer"], "/reduceCycles");
    assert_eq!(patch(SIM, json!({ "reduceCycles": 1, "order": "ORDER_1" })).status, 409);
    assert_eq!(patch(SIM, json!({ "imsi": "downloaded" })).json()["imsiLoads"], 1);
    assert_eq!(patch(WAITING, json!({ "imsi": "downloaded" })).status, 409, "nothing is in use");
    assert_eq!(patch(SIM, json!({ "life": "terminated" })).json()["life"], "terminated");
    assert_eq!(patch(SIM, json!({ "life": "terminated" })).status, 409);
    assert_eq!(patch(SIM, json!({ "life": "new" })).status, 400);
    assert_eq!(status(session, ORDER), "3");
    assert_eq!(refused(session, "/package/orderPackage", super::wish(json!({ "device_id": SIM }))), "R103");
}

#[test]
fn a_text_from_a_sim_counts_for_24_hours_after_one_to_it() {
    let sandbox = frozen();
    let arrive = |body: &str| api(&sandbox, "POST", &format!("sessions/default/sims/{SIM}/texts"), body);
    let refused = arrive(r#"{ "text": "hello" }"#);
    assert_eq!((refused.status, &refused.json()["error"]["code"]), (409, &json!("wrong-state")));
    assert!(refused.body.contains("smsWindow=off"), "{}", refused.body);
    let fields = json!({ "device_id": SIM, "text_message": "are you there?" });
    data(sandbox.default_session(), "/sms/sendSms", fields);
    super::advance(&sandbox, 24);
    assert_eq!(arrive(r#"{ "text": "hello" }"#).status, 200);
    assert_eq!(arrive(r#"{ "binary": "00fF" }"#).status, 200);
    for bad in ["{}", r#"{ "binary": "0" }"#, r#"{ "binary": "xy" }"#, r#"{ "text": "a", "binary": "00" }"#] {
        assert_eq!(arrive(bad).status, 400, "{bad}");
    }
    assert_eq!(arrive(r#"{ "text": "" }"#).status, 409);
    super::advance(&sandbox, 1);
    assert_eq!(arrive(r#"{ "text": "too late" }"#).status, 409);
    let open = builder().vendor("smsWindow", "off").start_blocking().expect("the sandbox starts");
    let answer = api(&open, "POST", &format!("sessions/default/sims/{SIM}/texts"), r#"{ "text": "x" }"#);
    assert_eq!(answer.status, 200, "{}", answer.body);
}
