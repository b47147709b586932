//! How a Rust test suite embeds the sandbox: these tests are the example.

use bytes::Bytes;
use http::Request;
use linksfield_sandbox::{Sandbox, SessionHandle, SessionOptions, test_session};
use serde_json::Value;

use crate::support::{PRE_ORDER, documented, json, request};

/// Stands in for the client under test, which would be given `session.url()`.
fn pre_order(session: &SessionHandle) -> Value {
    let call: Request<Bytes> = request(PRE_ORDER, Value::Object(documented()).to_string());
    json(&session.call(&call))
}

/// The shortest way: a session of the shared sandbox, named after the test, verified and dropped at its end.
#[test]
fn a_plain_test_buys_fails_and_moves_the_clock() {
    let session = test_session!();
    assert!(session.url().ends_with("/s/embedding-a_plain_test_buys_fails_and_moves_the_clock"));
    session
        .arm(r#"{ "on": "pre-order", "times": { "next": 1 }, "answer": { "code": "PRICE_INCONSISTENT" } }"#)
        .expect("a rule");
    session.expects(r#"{ "expect": [{ "on": "pre-order", "codes": [10009, 0], "count": 2 }] }"#);

    assert_eq!(pre_order(&session)["code"], 10009);
    session.clock().advance(std::time::Duration::from_hours(1)).expect("within the calendar");
    assert_eq!(pre_order(&session)["code"], 0);

    assert_eq!(session.orders().len(), 1);
    assert_eq!(session.journal().len(), 2);
    let error = session.arm(r#"{ "on": "pre-ordr", "answer": { "code": 7 } }"#).expect_err("a slip");
    assert!(error.to_string().contains("did you mean \"pre-order\"?"), "{error}");
}

/// An async test: the sandbox runs on a thread of its own, so any runtime will do.
#[tokio::test]
async fn an_async_test_whose_title_is_long_has_a_session_of_the_shared_sandbox_too() {
    let session = test_session!(Sandbox::shared(), scenario: "sold-out");
    // What is cut off a long name stays in a digest.
    assert!(
        session.name().starts_with("embedding-an_async_test_whose_title_is_long_has_a_ses"),
        "{session:?}"
    );
    assert_eq!(session.name().len(), 63);
    let answer = tokio::task::spawn_blocking({
        let session = SessionHandle::clone(&session);
        move || pre_order(&session)
    });
    assert_eq!(answer.await.expect("an answer")["code"], 3005);
    assert!(session.orders().is_empty());
}

/// A sandbox of the test's own, started within a runtime; dropping it stops it.
#[tokio::test]
async fn an_async_test_starts_one_and_drops_it() {
    let sandbox = Sandbox::builder().scenario("sold-out").start().await.expect("it starts");
    let options = SessionOptions::named("own").seed(1).scenario("documented-example");
    let session = sandbox.session_with(options).expect("a session");
    assert_eq!(pre_order(&session)["data"]["orderNo"], "ESIM_L202212050000000");
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

/// The text of a panic.
fn panic_of(test: impl FnOnce() + std::panic::UnwindSafe) -> String {
    let payload = std::panic::catch_unwind(test).expect_err("a panic");
    payload.downcast_ref::<String>().cloned().expect("a text")
}

#[test]
fn what_was_expected_and_did_not_come_fails_the_test_with_the_difference_and_the_last_calls() {
    let text = panic_of(|| {
        let session = test_session!(Sandbox::shared(), name: "unmet");
        session.arm(r#"{ "id": "dear", "on": "pre-order", "answer": { "code": 10009 } }"#).expect("a rule");
        session.arm(r#"{ "id": "never", "on": "poll", "answer": { "code": 7 } }"#).expect("a rule");
        session.expects(r#"{ "expect": [{ "on": "pre-order", "codes": 0, "count": 1 }] }"#);
        pre_order(&session);
    });
    for shown in [
        "1 of 1 expectations is not met",
        "- 1 call to pre-order answered with 0",
        "codes: wanted 0, got 10009",
        "calls of session unmet (http://127.0.0.1:",
        "POST /v1.2/package/preOrderPackage  200  code 10009  by dear  price inconsistent",
        "rules that never fired: never",
    ] {
        assert!(text.contains(shown), "no {shown:?} in\n{text}");
    }
    // It is gone all the same, so that a second run of the test begins anew.
    let again = test_session!(Sandbox::shared(), name: "unmet").unverified();
    assert_eq!((again.epoch(), again.journal().len()), (2, 0));
}

#[test]
fn a_test_that_has_failed_is_not_blamed_twice() {
    let text = panic_of(|| {
        let session = test_session!(Sandbox::shared(), name: "failed already");
        session.expects(r#"{ "expect": [{ "on": "poll", "count": 1 }] }"#);
        let code = pre_order(&session)["code"].to_string();
        panic!("the client made {code} of it");
    });
    assert_eq!(text, "the client made 0 of it");
}

#[test]
fn what_is_expected_is_read_at_once_and_a_name_is_one_test_s() {
    let text = panic_of(|| {
        test_session!(Sandbox::shared(), name: "slip").expects(r#"{ "expect": [{ "on": "pol" }] }"#);
    });
    assert!(text.contains("did you mean \"poll\"?"), "{text}");
    let text = panic_of(|| {
        let _one = test_session!(Sandbox::shared(), name: "twins");
        let _other = test_session!(Sandbox::shared(), name: "twins");
    });
    assert_eq!(text, "a session called \"twins\" is live already: another test has the same name");
}

#[test]
fn a_scenario_of_one_s_own_is_verified_at_the_end_and_a_shipped_one_is_not() {
    let scenario = r#"{ "format": 1, "scenario": "mine", "expect": [{ "on": "poll", "count": 1 }] }"#;
    let text = panic_of(|| drop(test_session!(Sandbox::shared(), name: "mine", scenario: scenario)));
    assert!(text.contains("- 1 call to poll\n") && text.contains("session mine ("), "{text}");
    assert!(text.ends_with("was never called"), "{text}");
    drop(test_session!(Sandbox::shared(), name: "mine", scenario: scenario).unverified());
    drop(test_session!(Sandbox::shared(), name: "shipped", scenario: "flaky"));
}
