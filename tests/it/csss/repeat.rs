//! The same seed and the same calls give the same bytes, and sessions do not see each other.

use serde_json::{Value, json};

use super::{ORDER, OTHER, SIM, advance, call, data, signed_as, wish};
use crate::support::{builder, request};

#[test]
fn the_same_seed_and_calls_give_the_same_bytes_and_another_seed_gives_others() {
    let story = |seed: u64| -> Vec<String> {
        let sandbox =
            builder().seed(seed).scenario("documented-example").start_blocking().expect("the sandbox starts");
        let mut said = Vec::new();
        let mut say = |path: &str, fields: Value| {
            let body = signed_as("P000270", fields).to_string();
            let answer = sandbox.default_session().call(&request(path, body));
            said.push(String::from_utf8_lossy(answer.body()).into_owned());
        };
        say("/package/orderPackage", wish(json!({ "is_open": "1" })));
        say("/device/queryDeviceList", json!({ "page_no": 1, "page_size": 100 }));
        advance(&sandbox, 100);
        say("/flow/queryBatchFlowUsage", json!({ "deviceList": [SIM, OTHER] }));
        say("/package/queryOrder", json!({ "page_no": 1, "page_size": 100 }));
        said
    };
    assert_eq!(story(7), story(7));
    assert_ne!(story(7), story(8));
}

#[test]
fn sessions_do_not_see_each_other() {
    let sandbox = builder().start_blocking().expect("the sandbox starts");
    let other = sandbox.session("other").expect("a session");
    data(sandbox.default_session(), "/package/endOrder", json!({ "order_id": ORDER }));
    assert_eq!(super::status(sandbox.default_session(), ORDER), "3");
    assert_eq!(super::status(&other, ORDER), "1");
    assert_eq!(call(&other, "/package/endOrder", json!({ "order_id": ORDER }))["code"], "0000");
}
