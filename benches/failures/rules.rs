//! A pre-order under different sets of a thousand rules, in process. No rule fires, so that all of them are looked at.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Request;
use linksfield_sandbox::{Listing, Sandbox, SessionHandle, SessionOptions};
use serde_json::{Value, json};

const RULES: usize = 1_000;
const BODY: &str = r#"{"currency":"USD","currencyId":2,"deviceType":"10","discountFlag":0,"id":1000000,"money":5,"packageCode":"LP20220325000000","packageNum":1,"partnerCode":"1000000005","periodNum":1,"receive_qr_email":"test@test.com"}"#;

/// Prints what a call takes under each set, and how much more that is than under none.
pub(crate) fn measure(calls: u32, rounds: usize) {
    let sandbox = Sandbox::builder().seed(1).start_blocking().expect("the sandbox starts");
    let sets: Vec<(&str, SessionHandle)> = sets()
        .into_iter()
        .enumerate()
        .map(|(at, (what, rules))| {
            let scenario = json!({ "format": 1, "scenario": "bench", "rules": rules }).to_string();
            let options = SessionOptions::named(format!("rules-{at}")).scenario(scenario);
            (what, sandbox.session_with(options).expect("a session"))
        })
        .collect();
    // By turns, so that whatever else the machine does meets all of them alike.
    let mut times: Vec<Vec<Duration>> = sets.iter().map(|_| Vec::new()).collect();
    for _ in 0..rounds {
        for ((_, session), times) in sets.iter().zip(&mut times) {
            session.reset();
            times.push(call(session, calls));
        }
    }
    let middle: Vec<f64> = times.iter_mut().map(|times| median(times).as_secs_f64() * 1e6).collect();
    for ((what, _), micros) in sets.iter().zip(&middle) {
        println!("a pre-order with {what}: {micros:.2} µs, {:+.2} µs", micros - middle[0]);
    }
}

/// What one of so many calls takes.
fn call(session: &SessionHandle, calls: u32) -> Duration {
    let request = Request::post("/v1.2/package/preOrderPackage")
        .header("content-type", "application/json")
        .body(Bytes::from_static(BODY.as_bytes()))
        .expect("a request");
    let begun = Instant::now();
    for _ in 0..calls {
        let answer = session.call(&request);
        assert!(answer.body().starts_with(b"{\"code\":0,"), "{answer:?}");
    }
    begun.elapsed() / calls
}

fn sets() -> Vec<(&'static str, Vec<Value>)> {
    let listing = Listing::read(None).expect("the embedded fixtures");
    let of = |rule: &dyn Fn(usize) -> Value| (0..RULES).map(rule).collect();
    let on_pre_order = |when: Value| json!({ "on": "pre-order", "when": when, "answer": { "code": 9999 } });
    vec![
        ("no rule", Vec::new()),
        (
            "1,000 rules spread over all endpoints",
            of(&|n| {
                let endpoint = &listing.endpoints[n % listing.endpoints.len()];
                let when = if endpoint.place == "body" { "body" } else { "query" };
                json!({ "on": endpoint.id, "when": { when: { "partnerCode": format!("P{n}") } }, "answer": { "code": 9999 } })
            }),
        ),
        (
            "1,000 rules that ask one field of the body for a value each",
            of(&|n| on_pre_order(json!({ "body": { "partnerCode": format!("P{n}") } }))),
        ),
        (
            "1,000 rules that ask one field of the body for a beginning each",
            of(&|n| on_pre_order(json!({ "body": { "partnerCode": { "startsWith": format!("P{n}") } } }))),
        ),
        (
            "1,000 rules that ask a header of their own each",
            of(&|n| on_pre_order(json!({ "header": { format!("x-fail-{n}"): "1" } }))),
        ),
        (
            "1,000 rules that match, and let the first million pass",
            of(&|_| json!({ "on": "pre-order", "times": { "skip": 1_000_000 }, "answer": { "code": 9999 } })),
        ),
    ]
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
