//! How a Rust test suite embeds the sandbox: these tests are the example.

use linksfield_sandbox::{Sandbox, SessionOptions};

use crate::support::{PRE_ORDER, documented, json, request};

/// A plain test: a sandbox, a session named after the test, a failure on command, the clock, the journal.
#[test]
fn a_plain_test_buys_fails_and_moves_the_clock() {
    let sandbox = Sandbox::builder().seed(7).start_blocking().expect("it starts");
    let session = sandbox.session("a_plain_test_buys_fails_and_moves_the_clock").expect("a session");
    assert_eq!(session.url(), format!("{}/s/a_plain_test_buys_fails_and_moves_the_clock", sandbox.url()));
    session
        .arm(r#"{ "on": "pre-order", "times": { "next": 1 }, "answer": { "code": "PRICE_INCONSISTENT" } }"#)
        .expect("a rule");

    let buy =
        || json(&session.call(&request(PRE_ORDER, serde_json::Value::Object(documented()).to_string())));
    assert_eq!(buy()["code"], 10009);
    session.clock().advance(std::time::Duration::from_hours(1)).expect("within the calendar");
    assert_eq!(buy()["code"], 0);

    assert_eq!(session.orders().len(), 1);
    assert_eq!(session.journal().len(), 2);
    let error = session.arm(r#"{ "on": "pre-ordr", "answer": { "code": 7 } }"#).expect_err("a slip");
    assert!(error.to_string().contains("did you mean \"pre-order\"?"), "{error}");
}

/// An async test: the sandbox runs on a thread of its own, so any runtime will do.
#[tokio::test]
async fn an_async_test_starts_one_and_drops_it() {
    let sandbox = Sandbox::builder().scenario("sold-out").start().await.expect("it starts");
    let options = SessionOptions::named("own").seed(1).scenario("documented-example");
    let session = sandbox.session_with(options).expect("a session");
    let answer =
        json(&session.call(&request(PRE_ORDER, serde_json::Value::Object(documented()).to_string())));
    assert_eq!(answer["data"]["orderNo"], "ESIM_L202212050000000");
    session.use_scenario("token-expired").expect("a scenario");
    assert_eq!(
        (session.scenario().as_str(), session.epoch(), session.orders().len()),
        ("token-expired", 2, 0)
    );
    assert!(session.use_scenario("no-such").is_err());
    let address = sandbox.addresses()[0];
    drop(sandbox);
    assert!(std::net::TcpStream::connect(address).is_err(), "dropping it stops it");
}
