//! What a fleet costs: a month that passes over ten thousand SIMs, each with a plan in use, and a signed order.
//!
//! `cargo bench --bench fleet` takes a few seconds. Figures are wall clock; no figure is a test.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
#![allow(clippy::print_stdout, missing_docs)]

use std::time::{Duration, Instant};

use linksfield_sandbox::{Sandbox, SessionHandle, SessionOptions, sign_body};

fn main() {
    // `cargo test --all-targets` runs this too: then a hundredth is enough to see that it works.
    let (sims, orders) = if cfg!(debug_assertions) { (100, 20) } else { (10_000, 10_000) };
    let sandbox = Sandbox::builder().seed(1).start_blocking().expect("the sandbox starts");
    let scenario = format!(
        r#"{{ "format": 1, "scenario": "bench", "clock": {{ "mode": "frozen" }},
            "world": {{ "generate": {{ "sims": {sims} }} }} }}"#
    );
    a_month(&sandbox, &scenario, sims);
    signed_orders(&sandbox, orders);
}

/// Thirty days at once, over SIMs that all use data.
fn a_month(sandbox: &Sandbox, scenario: &str, sims: usize) {
    let session = sandbox.session_with(SessionOptions::named("month").scenario(scenario)).expect("a session");
    let look = signed(r#"{"access_code":"P000270","timestamp":"1643012271","version":"2.0"}"#);
    let mut events = Vec::new();
    let (mut wakes, mut times) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        session.reset();
        let begun = Instant::now();
        call(&session, "/device/syncAssetInfo", &look);
        wakes.push(begun.elapsed());
        let begun = Instant::now();
        let fired = session.clock().advance(Duration::from_hours(24 * 30)).expect("within the calendar");
        times.push(begun.elapsed());
        events.push(fired.len());
    }
    wakes.sort_unstable();
    times.sort_unstable();
    println!("{sims} SIMs wake, 5 times: median {:?}, slowest {:?}", wakes[2], wakes[4]);
    println!(
        "30 days over {sims} SIMs with a plan in use, 5 times: median {:?}, slowest {:?}; events {events:?}",
        times[2], times[4]
    );
}

/// Signed orders of a plan, without a socket.
fn signed_orders(sandbox: &Sandbox, orders: usize) {
    let session = sandbox.session("orders").expect("a session");
    let body = signed(
        r#"{"access_code":"P000270","device_id":"89852022018041800193","global_order":"0","is_open":"0","order_period":"1",
            "package_code":"DP20190726001274","package_name":"x","package_type":"2","pay_amount":"0","pay_rst":"1","pay_type":"2",
            "test_flow":"0","test_flow_flag":"0","timestamp":"1643253530","version":"2.0"}"#,
    );
    let begun = Instant::now();
    for _ in 0..orders {
        call(&session, "/package/orderPackage", &body);
    }
    println!(
        "{orders} signed orders in-process: {:?} each",
        begun.elapsed() / u32::try_from(orders).unwrap_or(1)
    );
}

/// A body with its signature.
fn signed(body: &str) -> String {
    let signed = sign_body(body, None, None, None).expect("a partner of the fixtures");
    let mut fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(body).expect("JSON");
    fields.insert("sign".to_owned(), signed.sign.into());
    serde_json::Value::Object(fields).to_string()
}

fn call(session: &SessionHandle, path: &'static str, body: &str) {
    let call = http::Request::post(path).body(body.to_owned().into()).expect("a call");
    let answer = session.call(&call);
    assert!(answer.body().starts_with(b"{\"code\":\"0000\""), "{}", String::from_utf8_lossy(answer.body()));
}
