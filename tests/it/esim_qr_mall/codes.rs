//! Any row of the code table can be forced on each endpoint, and a code of one's own as well.

use linksfield_sandbox::EndpointLine;
use serde_json::{Value, json};

use crate::support::{call, documented, example, with_rules};

#[test]
fn every_code_can_be_forced_on_every_endpoint_by_name_and_by_number() {
    let listing = crate::support::listing();
    let mut forced = 0;
    let of_group = |endpoint: &&EndpointLine| endpoint.id.starts_with("esim_qr_mall/");
    let endpoints: Vec<&EndpointLine> = listing.endpoints.iter().filter(of_group).collect();
    for endpoint in &endpoints {
        for code in listing.codes.iter().filter(|code| endpoint.id.starts_with(&code.group)) {
            let number: i64 = code.code.parse().expect("this group's codes are numbers");
            for spelt in [json!(code.name), json!(number)] {
                let rules = json!([{ "on": endpoint.id, "answer": { "code": spelt } }]);
                let sandbox = with_rules(&rules.to_string());
                let session = sandbox.default_session();
                let answer = crate::support::json(&session.call(&example(endpoint)));
                // A page may print its own text, as the webhook's does for a success.
                let printed = if code.code == "0" && endpoint.operation == "webhook" {
                    Some("操作成功")
                } else {
                    None
                };
                let text = printed.unwrap_or(code.printed.as_ref().unwrap_or(&code.text));
                assert_eq!(
                    answer,
                    json!({ "code": number, "data": null, "message": text }),
                    "{}",
                    endpoint.id
                );
                assert!(session.orders().is_empty(), "a forced code is not carried out");
                assert_eq!(session.journal()[0]["rule"], "rule-1");
                forced += 1;
            }
        }
    }
    assert_eq!(forced, endpoints.len() * 10 * 2);
}

#[test]
fn a_forced_code_is_carried_out_if_the_rule_says_so() {
    let sandbox = with_rules(r#"[{ "on": "pre-order", "answer": { "code": "ERROR" }, "commit": true }]"#);
    let answer = call(sandbox.default_session(), "/package/preOrderPackage", &Value::Object(documented()));
    assert_eq!(answer["code"], 9999);
    assert_eq!(
        sandbox.default_session().orders().len(),
        1,
        "the order is stored, the client is told of an error"
    );
}

#[test]
fn a_code_of_ones_own_has_its_message() {
    let sandbox = with_rules(
        r#"[{ "on": "*", "answer": { "code": 4711, "custom": true, "message": "no such luck" } }]"#,
    );
    let answer = call(sandbox.default_session(), "/package/preOrderPackage", &Value::Object(documented()));
    assert_eq!(answer, json!({ "code": 4711, "data": null, "message": "no such luck" }));
}

#[test]
fn every_code_comes_by_turn_and_round_again() {
    let sandbox = crate::support::under("every-code");
    let codes: Vec<i64> = (0..20)
        .map(|_| call(sandbox.default_session(), crate::support::PRE_ORDER, &Value::Object(documented())))
        .map(|answer| answer["code"].as_i64().expect("a code"))
        .collect();
    let round = [2, 7, 1102, 3004, 3005, 6006, 9999, 10008, 10009, 0];
    assert_eq!(codes, [round, round].concat());
}
