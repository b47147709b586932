//! What a fleet costs: a month that passes over ten thousand SIMs, each with a plan in use, with callbacks and without; and a
//! signed order.
//!
//! `cargo bench --bench fleet` takes a few seconds; `-- orders` or `-- month` does one half. Figures are wall clock; no figure is a
//! test.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
#![allow(clippy::print_stdout, missing_docs)]

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use linksfield_sandbox::{Sandbox, SessionHandle, SessionOptions, sign_body};
use serde_json::Value;

fn main() {
    // `cargo test --all-targets` runs this too: then a hundredth is enough to see that it works.
    let (sims, orders) = if cfg!(debug_assertions) { (100, 20) } else { (10_000, 10_000) };
    let asked = |part: &str| {
        let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
        words.is_empty() || words.iter().any(|word| word == part)
    };
    if asked("month") {
        let quiet = Sandbox::builder().seed(1).start_blocking().expect("the sandbox starts");
        a_month(&quiet, sims, "nobody listens");
        let told = receiver();
        let told =
            Sandbox::builder().seed(1).callback("*", told).start_blocking().expect("the sandbox starts");
        a_month(&told, sims, "callbacks on");
    }
    if asked("orders") {
        let sandbox = Sandbox::builder().seed(1).start_blocking().expect("the sandbox starts");
        signed_orders(&sandbox, orders, "one SIM", 1);
        signed_orders(&sandbox, orders, "many SIMs", usize::MAX);
    }
}

/// Thirty days at once, over SIMs that all use data.
fn a_month(sandbox: &Sandbox, sims: usize, how: &str) {
    let scenario = format!(
        r#"{{ "format": 1, "scenario": "bench", "clock": {{ "mode": "frozen" }},
            "world": {{ "generate": {{ "sims": {sims} }} }} }}"#
    );
    let session = sandbox.session_with(SessionOptions::named("month").scenario(scenario)).expect("a session");
    let look = signed(r#"{"access_code":"P000270","timestamp":"1643012271","version":"2.0"}"#);
    let (mut wakes, mut times, mut events, mut outcomes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..5 {
        session.reset();
        let begun = Instant::now();
        call(&session, "/device/syncAssetInfo", &look);
        wakes.push(begun.elapsed());
        let begun = Instant::now();
        let fired = session.clock().advance(Duration::from_hours(24 * 30)).expect("within the calendar");
        times.push(begun.elapsed());
        events.push(fired.len());
        outcomes.push(outcome(sandbox, &session));
    }
    wakes.sort_unstable();
    times.sort_unstable();
    println!("{sims} SIMs wake, 5 times: median {:?}, slowest {:?}", wakes[2], wakes[4]);
    println!(
        "30 days over {sims} SIMs with a plan in use, {how}, 5 times: median {:?}, slowest {:?}; events {events:?}",
        times[2], times[4]
    );
    println!("  deliveries dropped for want of room: {outcomes:?}");
}

/// How many callbacks found no room.
fn outcome(sandbox: &Sandbox, session: &SessionHandle) -> u64 {
    let mut stream = TcpStream::connect(sandbox.addresses()[0]).expect("it listens");
    let path = format!("/__sandbox/sessions/{}/deliveries?limit=1", session.name());
    let asked = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(asked.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    let body = answer.split_once("\r\n\r\n").expect("a body").1;
    let body: Value = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error} in {answer}"));
    body["dropped"].as_u64().expect("a number")
}

/// A server that takes everything.
fn receiver() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            // The client closes once it has its answer; what it sent fits into one read of a local socket.
            let _ = stream.read(&mut [0; 8192]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        }
    });
    url
}

/// Signed orders of a plan, without a socket, for so many SIMs in turns.
fn signed_orders(sandbox: &Sandbox, orders: usize, how: &str, sims: usize) {
    let session = sandbox.session(if sims == 1 { "one" } else { "many" }).expect("a session");
    let look = signed(r#"{"access_code":"P000270","timestamp":"1643012271","version":"2.0"}"#);
    let listed = call(&session, "/device/syncAssetInfo", &look);
    let listed: Value = serde_json::from_slice(&listed).expect("JSON");
    let listed = listed["data"].as_array().expect("SIMs").iter().take(sims);
    let bodies: Vec<String> = listed.map(|sim| order(sim["assetId"].as_str().expect("an ICCID"))).collect();
    let begun = Instant::now();
    for body in bodies.iter().cycle().take(orders) {
        call(&session, "/package/orderPackage", body);
    }
    let each = begun.elapsed() / u32::try_from(orders).unwrap_or(1);
    println!("{orders} signed orders in-process for {how} ({}): {each:?} each", bodies.len());
}

/// A signed order of a plan.
fn order(sim: &str) -> String {
    signed(&format!(
        r#"{{"access_code":"P000270","device_id":"{sim}","global_order":"0","is_open":"0","order_period":"1",
            "package_code":"DP20190726001274","package_name":"x","package_type":"2","pay_amount":"0","pay_rst":"1","pay_type":"2",
            "test_flow":"0","test_flow_flag":"0","timestamp":"1643253530","version":"2.0"}}"#
    ))
}

/// A body with its signature.
fn signed(body: &str) -> String {
    let signed = sign_body(body, None, None, None).expect("a partner of the fixtures");
    let mut fields: serde_json::Map<String, Value> = serde_json::from_str(body).expect("JSON");
    fields.insert("sign".to_owned(), signed.sign.into());
    Value::Object(fields).to_string()
}

fn call(session: &SessionHandle, path: &'static str, body: &str) -> bytes::Bytes {
    let call = http::Request::post(path).body(body.to_owned().into()).expect("a call");
    let answer = session.call(&call);
    assert!(answer.body().starts_with(b"{\"code\":\"0000\""), "{}", String::from_utf8_lossy(answer.body()));
    answer.into_body()
}
