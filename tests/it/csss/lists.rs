//! Lists in pages: SIMs, plans, orders, and how they are filtered.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{FOREIGN, ORDER, SIM, call, call_as, data, frozen};

#[test]
fn pages_of_sims_meet_without_gap_and_end() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let page = |number: i64, size: i64| {
        data(session, "/device/queryDeviceList", json!({ "page_no": number, "page_size": size }))
    };
    let first = page(1, 7);
    let total = first["page"]["total_count"].as_i64().expect("a count");
    let pages = first["page"]["total_pages"].as_i64().expect("a count");
    assert!(total > 40 && pages == (total + 6) / 7, "{first}");
    let ids = |page: &Value| -> Vec<String> {
        let list = page["device_list"].as_array().expect("a list").iter();
        list.map(|sim| sim["device_id"].as_str().expect("an ICCID").to_owned()).collect()
    };
    let all: Vec<String> = (1..=pages).flat_map(|number| ids(&page(number, 7))).collect();
    assert_eq!(i64::try_from(all.len()).expect("few"), total);
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    assert!(all.contains(&SIM.to_owned()) && !all.contains(&FOREIGN.to_owned()));
    let past = page(pages + 1, 7);
    assert_eq!((ids(&past).len(), &past["page"]["total_count"]), (0, &json!(total)));
    for (number, size) in [(0, 10), (-1, 10), (1, 0), (1, 101)] {
        let answer =
            call(session, "/device/queryDeviceList", json!({ "page_no": number, "page_size": size }));
        assert_eq!(answer["code"], "R001", "{number} {size}");
    }
}

#[test]
fn sims_in_use_are_a_list_of_those_with_an_order_in_use() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let list = data(session, "/device/syncAssetInfo", json!({}));
    let list = list.as_array().expect("a list");
    assert!(list.iter().any(|sim| sim["assetId"] == SIM) && list.len() > 10);
    assert!(
        list.iter()
            .all(|sim| sim["lifeCycle"] == "2" && sim.as_object().map(serde_json::Map::len) == Some(2))
    );
}

#[test]
fn orders_are_newest_first_and_filtered_by_what_is_sent() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let query = |changes: Value| {
        let mut fields = json!({ "device_id": "", "order_id": "", "order_status": "", "order_type": "", "page_no": 1, "page_size": 100 });
        fields.as_object_mut().expect("an object").extend(changes.as_object().expect("an object").clone());
        data(session, "/package/queryOrder", fields)
    };
    let keys: Vec<String> = query(json!({})).as_object().expect("an object").keys().cloned().collect();
    assert_eq!(keys, ["page", "sign", "package_order_num", "package_order"]);
    let made = data(session, "/package/orderPackage", super::wish(json!({})));
    assert_eq!(query(json!({}))["package_order"][0]["orderCode"], made["order_id"]);
    let of_sim = query(json!({ "device_id": SIM }));
    assert_eq!((&of_sim["package_order_num"], &of_sim["page"]["total_pages"]), (&json!(2), &json!(1)));
    let one = query(json!({ "order_id": ORDER }));
    assert_eq!(one["package_order"][0]["orderStatus"], "1");
    assert_eq!(one["package_order"].as_array().map(Vec::len), Some(1));
    for number in ["0", "1", "2", "3", "4"] {
        let found = query(json!({ "order_status": number }));
        let list = found["package_order"].as_array().expect("a list").clone();
        assert!(list.iter().all(|order| order["orderStatus"] == number));
    }
    let monthly = query(json!({ "order_type": "2" }));
    assert!(monthly["package_order"].as_array().expect("a list").iter().all(|order| order["buyType"] == "2"));
    assert_eq!(
        query(json!({ "device_id": FOREIGN }))["package_order_num"],
        0,
        "another partner's SIM has none"
    );
    let waits = &query(json!({ "order_status": "0" }))["package_order"][0];
    assert_eq!(waits["expireDate"], "", "empty, not null, as the page prints it");
}

#[test]
fn plans_are_those_that_are_sold_to_the_partner_under_both_names() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let page = json!({ "page_no": 1, "page_size": 100 });
    let codes = |partner: &str, path: &str| -> Vec<Value> {
        let answer = call_as(session, partner, path, page.clone());
        let list = answer["data"]["package_list"].as_array().expect("a list").clone();
        list.iter().map(|plan| plan["package_code"].clone()).collect()
    };
    let own = codes("P000270", "/package/queryPackage");
    assert!(own.contains(&json!("DP20190726001274")) && !own.contains(&json!("DP20201218003915")));
    assert_eq!(own, codes("P000270", "/package/syncPackage"));
    assert!(codes("QY-000001", "/package/queryPackage").contains(&json!("DP20201218003915")));
}
