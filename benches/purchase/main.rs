//! What a purchase costs: the nine documented steps over loopback, and a month that passes over ten thousand open orders.
//!
//! `cargo bench --bench purchase` takes a few seconds. Figures are wall clock; no figure is a test.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
#![allow(clippy::print_stdout, missing_docs)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use linksfield_sandbox::Sandbox;
use serde_json::{Value, json};

fn main() {
    // `cargo test --all-targets` runs this too: then a hundredth is enough to see that it works.
    let (rounds, orders) = if cfg!(debug_assertions) { (2, 100) } else { (200, 10_000) };
    nine_steps(rounds);
    a_month(orders);
}

/// From the login to the eSIM's detail, on one keep-alive connection: the steps of the vendor's flow page, and the polls between.
fn nine_steps(rounds: usize) {
    let sandbox = Sandbox::builder().seed(1).start_blocking().expect("the sandbox starts");
    let mut stream = TcpStream::connect(sandbox.addresses()[0]).expect("a connection");
    stream.set_nodelay(true).expect("no delay");
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            let begun = Instant::now();
            purchase(&mut stream);
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!(
        "nine steps from login to eSIM detail, {rounds} times: median {:?}, slowest {:?}",
        times[times.len() / 2],
        times[times.len() - 1]
    );
}

fn purchase(stream: &mut TcpStream) {
    let account = json!({ "appId": 12, "email": "mei.tan@traveller.example", "partnerCode": "1000000005",
        "passwd": "5f4dcc3b5aa765d61d8327deb882cf99", "userType": 4 });
    let token = post(stream, "", "/user/emailLogin", &account)["token"].as_str().expect("a token").to_owned();
    post(stream, &token, "/package/countryPackageList", &json!({ "partnerCode": "1000000005", "type": 1 }));
    let where_to = json!({ "countryCode": 502, "type": 1, "partnerCode": "1000000005" });
    post(stream, &token, "/v1.1/package/packageList", &where_to);
    let package = exchange(stream, &token, "GET", "/v1.1/package/detail?id=1000000", "");
    let wish = json!({ "currency": "USD", "currencyId": 2, "deviceType": "10", "id": package["id"],
        "packageCode": package["packageCode"], "partnerCode": "1000000005", "periodNum": package["period"],
        "receive_qr_email": "buyer@traveller.example" });
    let order = post(stream, &token, "/v1.2/package/preOrderPackage", &wish);
    let which = json!({ "orderId": order["id"] });
    assert_eq!(post(stream, &token, "/package/queryOrdStatusAndEmail", &which)["orderPayStatus"], 0);
    let paid = json!({ "dateTime": "1670228581", "orderId": order["id"].to_string(), "partnerCode": "1000000005",
        "payAmount": order["amount"].to_string(), "payCurrency": "USD", "type": "payment_intent.succeeded" });
    post(stream, &token, "/v1.1/payment/webhook", &paid);
    let status = post(stream, &token, "/package/queryOrdStatusAndEmail", &which);
    assert_eq!(status["orderPayStatus"], 1);
    assert_eq!(post(stream, &token, "/v1.1/order/myEsimDetail", &which)["qrCode"], status["qrCode"]);
}

fn post(stream: &mut TcpStream, token: &str, path: &str, body: &Value) -> Value {
    exchange(stream, token, "POST", path, &body.to_string())
}

/// One call; the data of its success.
fn exchange(stream: &mut TcpStream, token: &str, method: &str, path: &str, body: &str) -> Value {
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nx-access-token: {token}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + body).as_bytes()).expect("the server reads");
    let mut answer = Vec::new();
    let mut piece = [0; 16_384];
    loop {
        let count = stream.read(&mut piece).expect("an answer");
        assert!(count > 0, "the connection ended");
        answer.extend_from_slice(&piece[..count]);
        let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
        let length =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
        if answer.len() >= end + 4 + length.expect("a length") {
            let mut value: Value = serde_json::from_slice(&answer[end + 4..]).expect("JSON");
            assert_eq!(value["code"], 0, "{path}: {value}");
            return value["data"].take();
        }
    }
}

/// Thirty days at once, over orders that nobody has paid.
fn a_month(orders: usize) {
    let frozen = r#"{ "format": 1, "scenario": "bench", "clock": { "mode": "frozen" } }"#;
    let sandbox = Sandbox::builder().seed(1).start_blocking().expect("the sandbox starts");
    let options = linksfield_sandbox::SessionOptions::named("month").scenario(frozen);
    let body = r#"{"currency":"USD","id":1000000,"packageCode":"LP20220325000000","partnerCode":"1000000005","periodNum":1}"#;
    let session = sandbox.session_with(options).expect("a session");
    let mut events = Vec::new();
    let mut times: Vec<Duration> = (0..5)
        .map(|_| {
            session.reset();
            for _ in 0..orders {
                let call =
                    http::Request::post("/v1.2/package/preOrderPackage").body(body.into()).expect("a call");
                assert!(session.call(&call).body().starts_with(b"{\"code\":0,"));
            }
            let begun = Instant::now();
            let fired = session.clock().advance(Duration::from_hours(24 * 30)).expect("within the calendar");
            let took = begun.elapsed();
            events.push(fired.len());
            took
        })
        .collect();
    times.sort_unstable();
    println!(
        "30 days over {orders} open orders, 5 times: median {:?}, slowest {:?}; events {events:?}",
        times[2], times[4]
    );
}
