//! Each fault of the wire by itself.

use std::io::Write;
use std::net::TcpStream;

use serde_json::json;

use super::{End, call, connect, failing, leave_after, parts, rest, send, whole};
use crate::support::{Raw, api};

/// What comes of one call that fails, on a connection of its own.
fn failed(fault: &str) -> (Vec<u8>, End, usize, usize) {
    let sandbox = failing(&format!(r#""fault": {fault}, "commit": true"#));
    let answer = whole(&sandbox);
    let head = answer.len() - parts(&answer).1.len();
    let mut stream = connect(&sandbox);
    send(&mut stream, &call("1.1", "", true));
    let (bytes, end) = rest(&mut stream);
    assert_eq!(sandbox.default_session().orders().len(), 2, "{fault}: both are stored");
    (bytes, end, head, answer.len())
}

#[test]
fn an_answer_is_cut_to_the_byte_by_a_reset_or_in_good_order() {
    for at in [0, 40, 150] {
        for (how, wanted) in [("rst", End::Reset), ("fin", End::Fin)] {
            let (bytes, end, _, whole) = failed(&format!(r#"{{ "cut": {{ "at": {at}, "how": "{how}" }} }}"#));
            assert!(whole > 150);
            assert_eq!((bytes.len(), end), (at, wanted), "{how} at {at}");
        }
    }
    let (bytes, end, head, _) = failed(r#"{ "cut": { "at": "afterHead" } }"#);
    assert_eq!((bytes.len(), end), (head, End::Reset));
    for fault in [r#""lost""#, r#"{ "cut": { "at": "beforeHead" } }"#] {
        let (bytes, end, ..) = failed(fault);
        assert_eq!((bytes.len(), end), (0, End::Reset), "{fault}");
    }
}

#[test]
fn a_truncated_body_is_shorter_than_its_length() {
    let (bytes, end, head, whole) = failed(r#"{ "truncate": { "bytes": 10 } }"#);
    assert_eq!((bytes.len(), end), (head + 10, End::Fin));
    assert!(parts(&bytes).0.contains(&format!("content-length: {}", whole - head)));
    let (bytes, end, head, whole) = failed(r#"{ "truncate": { "fraction": 0.5 } }"#);
    assert_eq!((bytes.len(), end), (head + (whole - head) / 2, End::Fin));
}

#[test]
fn a_length_that_is_too_small_or_missing_ends_the_connection() {
    let (bytes, end, head, whole) = failed(r#"{ "length": "tooSmall" }"#);
    assert_eq!((bytes.len(), end), (whole, End::Fin));
    assert!(parts(&bytes).0.contains(&format!("content-length: {}", whole - head - 20)));
    let (bytes, end, head, whole) = failed(r#"{ "length": "missing" }"#);
    assert_eq!((parts(&bytes).1.len(), end), (whole - head, End::Fin));
    assert!(!parts(&bytes).0.contains("content-length"));
}

#[test]
fn a_length_that_is_too_big_leaves_the_client_waiting() {
    let sandbox = failing(r#""fault": { "length": "tooBig" }, "commit": true"#);
    let whole = whole(&sandbox);
    let mut stream = connect(&sandbox);
    send(&mut stream, &call("1.1", "", true));
    let (bytes, more) = leave_after(&mut stream, whole.len());
    assert_eq!(more, b"");
    let (head, body) = parts(&bytes);
    assert!(head.contains(&format!("content-length: {}", body.len() + 20)), "{head}");
}

#[test]
fn chunk_garbage_is_half_the_body_and_rubbish() {
    let (bytes, end, _, _) = failed(r#""chunkGarbage""#);
    let (head, body) = parts(&bytes);
    assert_eq!(end, End::Fin);
    assert!(head.contains("transfer-encoding: chunked") && !head.contains("content-length"), "{head}");
    assert!(body.ends_with("\r\nzz\r\n") && body.contains(r#"{"code":0"#), "{body}");
}

#[test]
fn a_drip_brings_the_whole_answer_and_the_connection_goes_on() {
    let sandbox = failing(r#""fault": { "drip": { "bytes": 50, "every": "1ms" } }"#);
    let mut raw = Raw::connect(&sandbox);
    raw.send(call("1.1", "", true)).send(call("1.1", "", false));
    assert_eq!(
        (raw.answer().json()["code"].clone(), raw.answer().json()["code"].clone()),
        (json!(0), json!(0))
    );
    assert_eq!(sandbox.default_session().journal()[0]["wire"], json!(["50 bytes every 1ms"]));
}

#[test]
fn a_stall_ends_when_the_client_leaves_even_with_input_unread() {
    let sandbox = failing(r#""fault": "stall", "commit": false"#);
    let mut stream = connect(&sandbox);
    send(&mut stream, &call("1.1", "", true));
    send(&mut stream, &call("1.1", "", false));
    send(&mut stream, &" ".repeat(40_000));
    let (_, more) = leave_after(&mut stream, 0);
    assert_eq!(more, b"");
    assert!(sandbox.default_session().orders().is_empty());
    assert_eq!(sandbox.default_session().journal().len(), 1, "what is pipelined behind it is never read");
}

#[test]
fn a_body_can_be_no_json_or_of_another_shape_in_good_http() {
    let body = |fault: &str| {
        let sandbox = failing(&format!(r#""fault": {fault}, "commit": true"#));
        let mut raw = Raw::connect(&sandbox);
        let answer = raw.send(call("1.1", "", true)).answer();
        assert_eq!(raw.send(call("1.1", "", false)).answer().json()["code"], 0, "the connection goes on");
        answer
    };
    for how in ["cut", "extraComma", "wrongQuote", "twoValues", "bom"] {
        let answer = body(&format!(r#"{{ "malformedJson": "{how}" }}"#));
        assert!(serde_json::from_str::<serde_json::Value>(&answer.body).is_err(), "{how}");
    }
    assert_eq!(body(r#"{ "wrongType": "stringForNumber" }"#).json()["code"], "0");
    assert_eq!(body(r#"{ "wrongType": "null" }"#).json()["data"]["orderNo"], json!(null));
    let page = body(r#"{ "wrongType": "htmlPage" }"#);
    assert_eq!(page.header("content-security-policy"), Some("sandbox"));
    assert_eq!(body(r#"{ "wrongType": "gzipFlag" }"#).header("content-encoding"), Some("gzip"));
}

#[test]
fn a_large_answer_arrives_before_its_reset_also_at_a_slow_reader() {
    let text = "x".repeat(900_000);
    let sandbox = failing(&format!(
        r#""answer": {{ "http": {{ "status": 200, "body": "{text}" }} }}, "fault": {{ "cut": {{ "at": 800000 }} }}, "commit": false"#
    ));
    let mut stream = connect(&sandbox);
    send(&mut stream, &call("1.1", "", true));
    // Other calls go on while the kernel still holds what this client does not read.
    assert_eq!(api(&sandbox, "GET", "health/live", "").status, 200);
    let (bytes, end) = rest(&mut stream);
    assert_eq!((bytes.len(), end), (800_000, End::Reset));
}

#[test]
fn a_client_that_goes_on_sending_after_a_fin_is_served_silence() {
    let sandbox = failing(r#""fault": { "cut": { "at": 0, "how": "fin" } }, "commit": true"#);
    let mut stream: TcpStream = connect(&sandbox);
    send(&mut stream, &call("1.1", "", true));
    let (bytes, end) = rest(&mut stream);
    assert_eq!((bytes.len(), end), (0, End::Fin));
    stream.write_all(b"more").expect("nobody resets");
}
