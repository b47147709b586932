//! Callbacks as a Rust test suite steers and sees them.

use linksfield_sandbox::{ErrorKind, test_session};

use super::*;

#[test]
fn a_rust_test_says_where_callbacks_go_and_sees_what_was_sent() {
    let receiver = Receiver::new();
    let sandbox = sandbox(r#", "vendor": { "smsWindow": "off" }"#);
    let session = test_session!(sandbox);
    session.set_callbacks(&[("uplink-sms", &receiver.url())]).expect("a target");
    let event = format!(r#"{{ "kind": "uplink-sms", "sim": "{SIM}", "text": "one" }}"#);
    assert_eq!(session.fire_event(&event).expect("an event"), 1);
    let told = receiver.next();
    session.text_from(SIM, "two").expect("a text");
    assert_eq!(texts(&[receiver.next()]), ["two"]);
    // The same as over HTTP; the second of a SIM goes when the first was taken.
    let sent = session.deliveries();
    assert_eq!((sent.len(), &sent[0]["state"]), (2, &json!("delivered")));
    assert_eq!(sent[0]["request"]["body"], told.body.as_str());
    let digest = linksfield_sandbox::callback_digest(&told.body, "replica-notify-secret").expect("a body");
    assert_eq!(told.header("x-lf-md5"), Some(digest.as_str()));

    session.set_callbacks(&[]).expect("nowhere");
    session.fire_event(&event).expect("an event");
    assert_eq!(session.deliveries().len(), 2);
    let refused = |error: linksfield_sandbox::Error, help: &str| {
        assert_eq!((error.kind(), error.to_string().contains(help)), (ErrorKind::Usage, true), "{error}");
    };
    refused(
        session.set_callbacks(&[("*", "https://127.0.0.1:1/")]).expect_err("no https"),
        "https is not supported",
    );
    refused(session.fire_event("{").expect_err("no JSON"), "");
    refused(
        session.fire_event(r#"{ "kind": "uplink-sms", "text": "x" }"#).expect_err("no SIM"),
        "name it by its ICCID",
    );
    refused(session.text_from("no such SIM", "x").expect_err("no SIM"), "GET …/sims lists them");
}
