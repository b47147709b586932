//! What sessions cost: making, using and dropping one, and memory. Own harness, in-process and over HTTP.
//!
//! `cargo bench --bench sessions` takes some seconds; `-- --quick` a tenth of the work. Resets are in `memory`. Figures are wall clock and resident
//! memory of this process; no figure is a test.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
#![allow(clippy::print_stdout, clippy::cast_precision_loss, missing_docs)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use bytes::Bytes;
use http::Request;
use linksfield_sandbox::{Limit, Sandbox, SessionHandle};

const PATH: &str = "/v1.2/package/preOrderPackage";
const BODY: &str = r#"{"currency":"USD","currencyId":2,"deviceType":"10","discountFlag":0,"id":1000000,"money":5,"packageCode":"LP20220325000000","packageNum":1,"partnerCode":"1000000005","periodNum":1,"receive_qr_email":"test@test.com"}"#;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    // `cargo test --all-targets` runs this too: then a hundredth is enough to see that it works.
    let quick = args.iter().any(|arg| arg == "--quick") || cfg!(debug_assertions);
    let rounds = if quick { 1_000 } else { 10_000 };
    making(rounds);
    memory_of_sessions(rounds / 10);
}

fn sandbox() -> Sandbox {
    let builder = Sandbox::builder().seed(1).limit(Limit::Sessions(20_000)).limit(Limit::Orders(2_000_000));
    builder.start_blocking().expect("the sandbox starts")
}

fn request() -> Request<Bytes> {
    Request::post(PATH)
        .header("content-type", "application/json")
        .body(Bytes::from_static(BODY.as_bytes()))
        .expect("a request")
}

fn order(session: &SessionHandle, request: &Request<Bytes>) {
    let answer = session.call(request);
    assert!(answer.body().starts_with(b"{\"code\":0,"), "{answer:?}");
}

/// Make, use once, drop: in-process, and as three calls on one keep-alive connection.
fn making(rounds: u32) {
    let (sandbox, request) = (sandbox(), request());
    let begun = Instant::now();
    for n in 0..rounds {
        let session = sandbox.session(&format!("inside-{n}")).expect("a session");
        order(&session, &request);
        assert!(session.drop_session());
    }
    println!("make + use once + drop, in-process, {rounds} times: {:?} each", begun.elapsed() / rounds);
    let mut stream = TcpStream::connect(sandbox.addresses()[0]).expect("a connection");
    stream.set_nodelay(true).expect("no delay");
    let begun = Instant::now();
    for n in 0..rounds {
        let name = format!("{{\"name\":\"outside-{n}\"}}");
        exchange(&mut stream, "POST", "/__sandbox/sessions", &name);
        exchange(&mut stream, "POST", &format!("/s/outside-{n}{PATH}"), BODY);
        exchange(&mut stream, "DELETE", &format!("/__sandbox/sessions/outside-{n}"), "");
    }
    println!(
        "make + use once + drop, three calls over HTTP, {rounds} times: {:?} each",
        begun.elapsed() / rounds
    );
}

fn exchange(stream: &mut TcpStream, method: &str, path: &str, body: &str) {
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all((head + body).as_bytes()).expect("the server reads");
    let mut answer = Vec::new();
    let mut piece = [0; 8_192];
    loop {
        let count = stream.read(&mut piece).expect("an answer");
        assert!(count > 0, "the connection ended");
        answer.extend_from_slice(&piece[..count]);
        let text = String::from_utf8_lossy(&answer);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            assert!(head.starts_with("HTTP/1.1 20"), "{text}");
            let length = head
                .lines()
                .find_map(|line| line.to_lowercase().strip_prefix("content-length: ").map(str::to_owned));
            if length.is_none_or(|length| length.parse() == Ok(body.len())) {
                return;
            }
        }
    }
}

/// Sessions that live side by side, ten orders each.
fn memory_of_sessions(count: u32) {
    let (sandbox, request) = (sandbox(), request());
    let before = resident();
    let sessions: Vec<SessionHandle> =
        (0..count).map(|n| sandbox.session(&format!("live-{n}")).expect("a session")).collect();
    for session in &sessions {
        (0..10).for_each(|_| order(session, &request));
    }
    let after = resident();
    println!(
        "{count} sessions live, ten orders each: {:.1} MiB resident in all, {:.1} KiB a session",
        mib(after),
        (after - before) as f64 / f64::from(count)
    );
}

/// Kilobytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

fn mib(kilobytes: u64) -> f64 {
    kilobytes as f64 / 1_024.0
}
