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
        assert!(is_success(&answer), "{operation} before {}: {answer}", endpoint.id);
    }
    sandbox
}

fn is_success(answer: &Value) -> bool {
    answer["code"] == 0 || answer["code"] == "0000"
}

/// Members of a reply whose printed values cannot come out again, by the card's own word.
fn not_reproduced(endpoint: &EndpointLine, reply: &str) -> Vec<String> {
    let path = crate::support::root().join(format!("fixtures/{}.json", endpoint.id));
    let card: Value = serde_json::from_str(&std::fs::read_to_string(path).expect("a card")).expect("JSON");
    let replies = card["replies"].as_array().expect("replies");
    let found = replies.iter().find(|found| found["name"] == reply).expect("the reply");
    let ways = found["notReproduced"].as_array().cloned().unwrap_or_default();
    ways.iter().map(|way| way.as_str().expect("a way").to_owned()).collect()
}

/// Takes the value out at a way such as `data.device_order[].order_id`; the member stays, so that it has to be there.
fn blank(value: &mut Value, way: &str) {
    let (first, rest) = way.split_once('.').map_or((way, None), |(first, rest)| (first, Some(rest)));
    let name = first.trim_end_matches("[]");
    let member = value.get_mut(name).unwrap_or_else(|| panic!("{name} is missing"));
    match (rest, member) {
        (None, member) => *member = Value::Null,
        (Some(rest), Value::Array(list)) => list.iter_mut().for_each(|one| blank(one, rest)),
        (Some(rest), member) => blank(member, rest),
    }
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
        let body = crate::support::json(&answer);
        assert!(is_success(&body), "{}: {body}", endpoint.id);
        assert_eq!(answer.headers()["x-sandbox-evidence"], endpoint.evidence, "{}", endpoint.id);
    }
}

#[test]
fn each_reply_on_a_card_has_the_shape_of_what_comes() {
    for endpoint in endpoints() {
        assert!(!endpoint.replies.is_empty(), "{} shows no answer", endpoint.id);
        for reply in &endpoint.replies {
            let sandbox = scene(endpoint);
            let mut answer = crate::support::json(&sandbox.default_session().call(&example(endpoint)));
            let mut printed: Value = serde_json::from_str(&reply.meaning).expect("JSON");
            for way in not_reproduced(endpoint, &reply.name) {
                blank(&mut answer, &way);
                blank(&mut printed, &way);
            }
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
            let mut printed: Value = serde_json::from_str(&reply.meaning).expect("JSON");
            let mut came = String::from_utf8_lossy(answer.body()).into_owned();
            let ways = not_reproduced(endpoint, &reply.name);
            if !ways.is_empty() {
                let mut body: Value = serde_json::from_str(&came).expect("JSON");
                assert_eq!(body.to_string(), came, "compact, and nothing twice");
                for way in &ways {
                    blank(&mut body, way);
                    blank(&mut printed, way);
                }
                came = body.to_string();
            }
            assert_eq!(came, printed.to_string(), "{} {}", endpoint.id, reply.name);
            tried += 1;
        }
    }
    assert!(tried >= 7, "only {tried} answers were compared");
}
