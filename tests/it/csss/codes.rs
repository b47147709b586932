//! Any row of the group's table can be forced on each of its endpoints.

use serde_json::{Value, json};

use crate::support::{example, json as parsed, listing, with_rules};

#[test]
fn every_code_can_be_forced_on_every_endpoint_by_name_and_by_code() {
    let listing = listing();
    let codes: Vec<_> = listing.codes.iter().filter(|code| code.group == "csss").collect();
    let endpoints: Vec<_> = listing.endpoints.iter().filter(|e| e.id.starts_with("csss/")).collect();
    assert_eq!((codes.len(), endpoints.len()), (18, 21));
    for endpoint in endpoints {
        let words = codes.iter().flat_map(|code| [(code, json!(code.name)), (code, json!(code.code))]);
        let rules: Vec<Value> = words.clone()
            .map(|(_, spelt)| json!({ "on": endpoint.id, "times": { "first": 1 }, "answer": { "code": spelt } }))
            .collect();
        let sandbox = with_rules(&json!(rules).to_string());
        for (code, spelt) in words {
            let mut call = example(endpoint);
            call.headers_mut().insert("accept-language", "EN-US".parse().expect("a value"));
            let answer = parsed(&sandbox.default_session().call(&call));
            assert_eq!(
                (&answer["code"], &answer["data"]),
                (&json!(code.code), &Value::Null),
                "{} {spelt}",
                endpoint.id
            );
            assert_eq!(
                (&answer["message"], &answer["success"]),
                (&json!(code.text), &json!(code.code == "0000"))
            );
        }
    }
}
