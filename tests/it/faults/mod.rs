//! Faults over raw sockets: what arrives of an answer, to the byte, and how the connection ends.

mod clients;
mod isolation;
mod nginx;
mod table;
mod together;
mod wire;

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};

use linksfield_sandbox::Sandbox;
use serde_json::Value;

use crate::support::{PRE_ORDER, builder, documented, scenario_file};

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Fin,
    Reset,
}

/// A sandbox in which a call with the header `x-fail` meets this fault.
pub(super) fn failing(rule: &str) -> Sandbox {
    let rule = format!(r#"{{ "id": "f", "on": "*", "when": {{ "header": {{ "x-fail": "1" }} }}, {rule} }}"#);
    let text = format!(
        r#"{{ "format": 1, "scenario": "test", "numbers": {{ "orderSerial": 0, "orderId": 1055293, "step": 1 }}, "rules": [{rule}] }}"#
    );
    let file = scenario_file(&text);
    builder().scenario(file.path()).without_trace_headers().start_blocking().expect("the sandbox starts")
}

/// A pre-order as bytes.
pub(super) fn call(version: &str, headers: &str, fails: bool) -> String {
    let body = Value::Object(documented()).to_string();
    let fail = if fails { "X-Fail: 1\r\n" } else { "" };
    format!(
        "POST {PRE_ORDER} HTTP/{version}\r\nHost: x\r\n{headers}{fail}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

pub(super) fn connect(sandbox: &Sandbox) -> TcpStream {
    TcpStream::connect(sandbox.addresses()[0]).expect("a connection")
}

pub(super) fn send(stream: &mut TcpStream, text: &str) {
    stream.write_all(text.as_bytes()).expect("the server reads");
}

/// All that still comes, and how it ends.
pub(super) fn rest(stream: &mut TcpStream) -> (Vec<u8>, End) {
    let mut all = Vec::new();
    let mut piece = vec![0; 65_536];
    loop {
        match stream.read(&mut piece) {
            Ok(0) => return (all, End::Fin),
            Ok(count) => all.extend_from_slice(&piece[..count]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return (all, End::Reset),
            Err(error) => panic!("{error} after {} bytes", all.len()),
        }
    }
}

/// So many bytes, and then the client leaves: whatever else would have come.
pub(super) fn leave_after(stream: &mut TcpStream, count: usize) -> (Vec<u8>, Vec<u8>) {
    let mut first = vec![0; count];
    stream.read_exact(&mut first).expect("so many bytes");
    stream.shutdown(Shutdown::Write).expect("shut down");
    (first, rest(stream).0)
}

/// A whole answer of this sandbox, on a connection of its own.
pub(super) fn whole(sandbox: &Sandbox) -> Vec<u8> {
    let mut stream = connect(sandbox);
    send(&mut stream, &call("1.1", "Connection: close\r\n", false));
    let text = String::from_utf8(rest(&mut stream).0).expect("UTF-8");
    text.replace("connection: close\r\n", "").into_bytes()
}

/// An answer in its two parts.
pub(super) fn parts(bytes: &[u8]) -> (String, String) {
    let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head");
    (head.to_owned(), body.to_owned())
}
