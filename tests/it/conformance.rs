//! Walks the catalogue: each card's example is accepted, and each documented answer is produced.

use linksfield_sandbox::Listing;
use serde_json::Value;

use crate::support::{request, under};

#[test]
fn each_cards_example_is_accepted() {
    for endpoint in Listing::read(None).expect("the embedded fixtures").endpoints {
        let sandbox = under("default");
        let answer = sandbox.default_session().call(&request(&endpoint.path, endpoint.example.clone()));
        assert_eq!(crate::support::json(&answer)["code"], 0, "{}", endpoint.id);
        assert_eq!(answer.headers()["x-sandbox-evidence"], endpoint.evidence, "{}", endpoint.id);
    }
}

#[test]
fn each_reply_on_a_card_comes_out_to_the_character_under_the_scenario_that_freezes_it() {
    for endpoint in Listing::read(None).expect("the embedded fixtures").endpoints {
        for reply in &endpoint.replies {
            let sandbox = under("documented-example");
            let answer = sandbox.default_session().call(&request(&endpoint.path, endpoint.example.clone()));
            // White space apart: the card is printed for reading, the wire is compact. Keys keep their order.
            let printed: Value = serde_json::from_str(&reply.meaning).expect("JSON");
            assert_eq!(
                String::from_utf8_lossy(answer.body()),
                printed.to_string(),
                "{} {}",
                endpoint.id,
                reply.name
            );
        }
    }
}
