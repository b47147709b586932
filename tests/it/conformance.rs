//! Walks the catalogue: each card's example is accepted, and each answer on a card is what comes.

use linksfield_sandbox::{EndpointLine, Sandbox};
use serde_json::Value;

use crate::support::{example, under};

fn endpoints() -> &'static [EndpointLine] {
    &crate::support::listing().endpoints
}

/// The frozen world of the printed examples, after the calls that a card's example takes for granted.
fn scene(endpoint: &EndpointLine) -> Sandbox {
    let sandbox = under("documented-example");
    let listing = crate::support::listing();
    for operation in &endpoint.after {
        let newest = listing.newest(operation).unwrap_or_else(|| panic!("{operation} is not served"));
        let answer = crate::support::json(&sandbox.default_session().call(&example(newest)));
        assert_eq!(answer["code"], 0, "{operation} before {}", endpoint.id);
    }
    sandbox
}

/// Keys in their order, and JSON types. A list has the shape of its elements, which all have to be alike.
fn shape(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "truth value".to_owned(),
        Value::Number(_) => "number".to_owned(),
        Value::String(_) => "text".to_owned(),
        Value::Array(list) => {
            let mut shapes: Vec<String> = list.iter().map(shape).collect();
            shapes.dedup();
            format!("[{}]", shapes.join(" | "))
        }
        Value::Object(object) => {
            let members: Vec<String> =
                object.iter().map(|(key, value)| format!("{key}: {}", shape(value))).collect();
            format!("{{ {} }}", members.join(", "))
        }
    }
}

#[test]
fn each_cards_example_is_accepted_where_it_travels() {
    for endpoint in endpoints() {
        let sandbox = scene(endpoint);
        let answer = sandbox.default_session().call(&example(endpoint));
        assert_eq!(crate::support::json(&answer)["code"], 0, "{}", endpoint.id);
        assert_eq!(answer.headers()["x-sandbox-evidence"], endpoint.evidence, "{}", endpoint.id);
    }
}

#[test]
fn each_reply_on_a_card_has_the_shape_of_what_comes() {
    for endpoint in endpoints() {
        assert!(!endpoint.replies.is_empty(), "{} shows no answer", endpoint.id);
        for reply in &endpoint.replies {
            let sandbox = scene(endpoint);
            let answer = crate::support::json(&sandbox.default_session().call(&example(endpoint)));
            let printed: Value = serde_json::from_str(&reply.meaning).expect("JSON");
            assert_eq!(shape(&answer), shape(&printed), "{} {}", endpoint.id, reply.name);
        }
    }
}

#[test]
fn a_documented_reply_comes_out_to_the_character_under_the_scenario_that_freezes_it() {
    let mut tried = 0;
    for endpoint in endpoints() {
        for reply in &endpoint.replies {
            // The elder pre-orders answer as the documented one does, so their cards have to say the same.
            if reply.evidence != "documented" && endpoint.operation != "pre-order" {
                continue;
            }
            let sandbox = scene(endpoint);
            let answer = sandbox.default_session().call(&example(endpoint));
            // White space apart: the card is printed for reading, the wire is compact. Keys keep their order.
            let printed: Value = serde_json::from_str(&reply.meaning).expect("JSON");
            assert_eq!(
                String::from_utf8_lossy(answer.body()),
                printed.to_string(),
                "{} {}",
                endpoint.id,
                reply.name
            );
            tried += 1;
        }
    }
    assert!(tried >= 3, "only {tried} answers were compared");
}
