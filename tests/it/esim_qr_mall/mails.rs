//! Mails: to whom, in which language, what becomes of them, and how they are looked at.

use std::time::Duration;

use linksfield_sandbox::{Sandbox, SessionHandle};
use serde_json::{Value, json};

use crate::support::{Raw, api, call, changed, documented, json as body_of, pre_order, request, under_text};

fn shop(rules: &str) -> Sandbox {
    under_text(&format!(
        r#"{{ "format": 1, "scenario": "test", "clock": {{ "start": "2023-05-18T06:25:35Z", "mode": "frozen" }}, "rules": {rules} }}"#
    ))
}

fn buy(session: &SessionHandle, body: &Value) -> u32 {
    let id = pre_order(session, body)["data"]["id"]
        .as_u64()
        .and_then(|id| u32::try_from(id).ok())
        .expect("an order");
    assert_eq!(session.pay(id), Some(0));
    id
}

#[test]
fn the_mail_goes_to_the_field_else_to_the_account_in_the_buyers_language() {
    let sandbox = shop("[]");
    let session = sandbox.default_session();
    let id = buy(session, &Value::Object(documented()));
    let mut chinese =
        request(crate::support::PRE_ORDER, changed(json!({ "receive_qr_email": "" })).to_string());
    chinese.headers_mut().insert("accept-language", "zh-CN".parse().expect("a value"));
    let other = body_of(&session.call(&chinese))["data"]["id"].as_u64().expect("an order");
    assert_eq!(session.pay(u32::try_from(other).expect("seven digits")), Some(0));
    let outbox = api(&sandbox, "GET", "sessions/default/outbox", "").json();
    assert_eq!(outbox["total"], 2);
    let mails = outbox["mails"].as_array().expect("mails");
    assert_eq!((&mails[0]["to"], &mails[0]["orderId"]), (&json!("test@test.com"), &json!(id)));
    assert_eq!((&mails[1]["to"], &mails[1]["language"]), (&json!("mei.tan@traveller.example"), &json!("zh")));
    let whole = api(&sandbox, "GET", "sessions/default/outbox/2", "").json();
    assert!(whole["text"].as_str().expect("a text").contains("马来西亚泰国"), "{whole}");
    assert_eq!(api(&sandbox, "GET", "sessions/default/outbox/3", "").status, 404);
}

#[test]
fn pictures_and_the_file_of_a_mail_can_be_had() {
    let sandbox = shop("[]");
    let session = sandbox.default_session();
    buy(session, &Value::Object(documented()));
    let text = session.outbox()[0]["qrText"].as_str().expect("a QR text").to_owned();
    let svg = api(&sandbox, "GET", "sessions/default/outbox/1/qr.svg", "");
    assert_eq!(svg.header("content-type"), Some("image/svg+xml"));
    assert!(svg.header("content-security-policy").is_some_and(|policy| policy.contains("sandbox")));
    assert_eq!(svg.body, linksfield_sandbox::QrCode::of(&text).expect("short enough").svg());
    let eml = api(&sandbox, "GET", "sessions/default/outbox/1/eml", "");
    let mail = mail_parser::MessageParser::default().parse(eml.body.as_bytes()).expect("a mail");
    assert_eq!(mail.to().and_then(|to| to.first()).and_then(|to| to.address()), Some("test@test.com"));
    let picture = mail.attachments().next().expect("a picture").contents().to_vec();
    assert_eq!(read_png(&picture), text);
    let mut png = Raw::connect(&sandbox);
    png.send("GET /__sandbox/sessions/default/outbox/1/qr.png HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    let answer = png.bytes();
    let start = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
    assert_eq!(read_png(&answer[start..]), text);
}

/// What a phone's camera would read in a picture.
fn read_png(png: &[u8]) -> String {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("its size")];
    let info = reader.next_frame(&mut pixels).expect("a frame");
    let (width, height) = (info.width as usize, info.height as usize);
    let depth = reader.info().bit_depth;
    let grey = |x: usize, y: usize| match depth {
        png::BitDepth::One => ((pixels[y * info.line_size + x / 8] >> (7 - x % 8)) & 1) * 255,
        _ => pixels[y * info.line_size + x],
    };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, grey);
    let (_, text) = image.detect_grids().first().expect("a QR code").decode().expect("it can be read");
    text
}

#[test]
fn a_mail_can_be_lost_bounce_or_be_late_and_the_order_is_paid_all_the_same() {
    let rules = r#"[
        { "id": "lost", "on": "mail/qr", "times": { "first": 1 }, "fault": "lost" },
        { "id": "back", "on": "mail/*", "times": { "skip": 0, "first": 1 }, "fault": "bounce" },
        { "id": "late", "on": "mail/qr", "fault": { "delay": "2h" } }
    ]"#;
    let sandbox = shop(rules);
    let session = sandbox.default_session();
    for _ in 0..3 {
        buy(session, &Value::Object(documented()));
    }
    let states = |session: &SessionHandle| -> Vec<String> {
        session.outbox().iter().map(|mail| mail["state"].as_str().expect("a word").to_owned()).collect()
    };
    assert_eq!(states(session), ["lost", "bounced", "onItsWay"]);
    assert!(session.orders().iter().all(|order| order["payStatus"] == "paid"));
    let fired = session.clock().advance(Duration::from_hours(2)).expect("within the calendar");
    assert_eq!(fired[0]["kind"], "mailDelivered");
    assert_eq!(states(session), ["lost", "bounced", "delivered"]);
}

#[test]
fn rules_that_make_no_sense_for_mails_or_calls_are_refused() {
    let text = r#"{ "format": 1, "scenario": "x", "rules": [
        { "on": "mail/qr", "answer": { "code": 7 } },
        { "on": "pre-order", "fault": "bounce" },
        { "on": ["mail/qr", "webhook"], "fault": ["lost"] },
        { "on": "mail/qrr", "fault": "lost" },
        { "on": "mail/qr", "fault": "lost", "commit": true }
    ], "calls": [{ "on": "mail/qr" }], "expect": [{ "on": "mail/*", "count": 1 }] }"#;
    let file = crate::support::scenario_file(text);
    let error =
        linksfield_sandbox::check_scenario(file.path().as_ref(), None).expect_err("mistakes").to_string();
    for code in ["not-for-mails", "only-mails", "unknown-endpoint", "commit-forbidden"] {
        assert!(error.contains(code), "{code} is not in {error}");
    }
    assert!(error.contains(r#"did you mean "mail/qr"?"#), "{error}");
    assert_eq!(error.matches("no-call").count(), 2, "{error}");
}

#[test]
fn a_verification_code_is_mailed_and_shown() {
    let sandbox = shop("[]");
    let session = sandbox.default_session();
    let answer = call(session, "/user/emailVerificationCode", &json!({ "email": "new@traveller.example" }));
    assert_eq!(answer["code"], 0);
    let mail = &session.outbox()[0];
    assert_eq!((&mail["kind"], &mail["to"]), (&json!("code"), &json!("new@traveller.example")));
    let whole = api(&sandbox, "GET", "sessions/default/outbox/1", "").json();
    let code = mail["code"].as_str().expect("a code");
    assert!(code.len() == 4 && whole["text"].as_str().expect("a text").contains(code), "{whole}");
    assert_eq!(
        api(&sandbox, "GET", "sessions/default/outbox/1/qr.svg", "").json()["error"]["code"],
        "no-picture"
    );
}

#[test]
fn a_mail_catcher_gets_what_arrives() {
    let catcher = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = catcher.local_addr().expect("its address");
    let caught = std::thread::spawn(move || crate::support::catch_mail(&catcher));
    let sandbox = crate::support::builder().smtp(address).start_blocking().expect("the sandbox starts");
    buy(sandbox.default_session(), &Value::Object(documented()));
    let mail = caught.join().expect("a mail");
    assert!(mail.contains("test@test.com") && mail.contains("image/png"), "{mail}");
    let refused =
        crate::support::builder().smtp("192.0.2.1:25".parse().expect("an address")).start_blocking();
    assert_eq!(refused.expect_err("another machine").kind(), linksfield_sandbox::ErrorKind::Usage);
}
