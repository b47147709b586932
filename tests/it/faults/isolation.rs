//! Sessions that live side by side, each with faults, a code, a price, a clock and a seed of its own, live as each would alone.

use std::fmt::Write as _;
use std::time::Duration;

use http::HeaderValue;
use linksfield_sandbox::{Sandbox, SessionOptions};
use serde_json::{Value, json};

use super::{End, connect, rest, send};
use crate::support::{PRE_ORDER, Raw, api, builder, documented, request};

const SESSIONS: u64 = 64;
const ROUNDS: u64 = 100;
/// Every second session is reset before this round.
const RESET: u64 = 50;

/// What goes wrong in the n-th session, how the connection ends that asks for its end, and what the journal says of the wire.
fn fault(n: u64) -> (Value, End, String) {
    let (at, bytes, wait) = (60 + n, n % 40, 1 + n % 3);
    match n % 8 {
        0 => (json!("lost"), End::Reset, "RST after 0 bytes".to_owned()),
        1 => (json!({ "cut": { "at": at, "how": "fin" } }), End::Fin, format!("FIN after {at} bytes")),
        2 => (json!({ "cut": { "at": at, "how": "rst" } }), End::Reset, format!("RST after {at} bytes")),
        3 => (json!({ "truncate": { "bytes": bytes } }), End::Fin, format!("{bytes} bytes")),
        4 => (json!("chunkGarbage"), End::Fin, String::new()),
        5 => (json!({ "malformedJson": "cut" }), End::Fin, String::new()),
        6 => (json!({ "delay": format!("{wait}ms") }), End::Fin, format!("{wait}ms")),
        _ => (
            json!({ "drip": { "bytes": 200 + n, "every": "1ms" } }),
            End::Fin,
            format!("{} bytes every 1ms", 200 + n),
        ),
    }
}

fn scenario(n: u64) -> String {
    let mut rule = json!({ "id": format!("own-{n}"), "on": "pre-order", "when": { "header": { "x-fail": "1" } },
        "answer": { "code": 5_000 + n, "custom": true, "message": format!("own-{n}") }, "fault": fault(n).0 });
    if n % 8 < 6 {
        rule["commit"] = json!(n % 2 == 1);
    }
    json!({ "format": 1, "scenario": "own", "rules": [rule],
        "clock": { "start": format!("{}-03-01T08:00:00Z", 2_020 + n), "mode": "frozen" },
        "world": { "packages": [{ "id": 1_000_000, "price": { "USD": n + 1 } }] } })
    .to_string()
}

/// What its client sees of the n-th session: what good calls are answered, the clock, the orders in the end.
fn life(sandbox: &Sandbox, n: u64) -> String {
    let name = format!("own-{n}");
    let options = SessionOptions::named(&name).seed(n).scenario(scenario(n));
    let session = sandbox.session_with(options).expect("a session");
    let body = Value::Object(documented()).to_string();
    let call = format!(
        "POST /s/{name}{PRE_ORDER} HTTP/1.1\r\nHost: x\r\nX-Fail: 1\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let (_, wanted_end, wire) = fault(n);
    let stored_each = 1 + u64::from(n % 8 < 6 && n % 2 == 1);
    let mut raw = Raw::connect(sandbox);
    let mut all = String::new();
    let mut rounds = 0;
    for round in 0..ROUNDS {
        if round == RESET && n.is_multiple_of(2) {
            assert_eq!(api(sandbox, "POST", &format!("sessions/{name}/reset"), "").status / 100, 2);
            rounds = 0;
        }
        rounds += 1;
        let good = raw.post(&format!("/s/{name}{PRE_ORDER}"), &body).answer();
        let answered = good.json();
        assert_eq!((&answered["code"], &answered["data"]["amount"]), (&json!(0), &json!(n + 1)), "{name}");
        assert_eq!(good.header("x-sandbox-session"), Some(name.as_str()));
        assert_eq!(good.header("x-sandbox-turn"), Some((2 * rounds - 1).to_string().as_str()));
        let time = answered["data"]["orderTime"].as_str().expect("a time");
        assert!(time.starts_with(&(2_020 + n).to_string()), "{name}: {time}");
        let mut stream = connect(sandbox);
        send(&mut stream, &call);
        let (bytes, end) = rest(&mut stream);
        assert_eq!(end, wanted_end, "{name}");
        if n % 8 >= 6 {
            let text = String::from_utf8_lossy(&bytes);
            let told = format!(r#"{{"code":{},"data":null,"message":"{name}"}}"#, 5_000 + n);
            assert!(text.ends_with(&told), "{name}: {text}");
        }
        session.clock().advance(Duration::from_secs(n)).expect("within the calendar");
        writeln!(all, "{} {}", good.body, session.clock().now()).expect("a text");
    }
    let (orders, journal) = (session.orders(), session.journal());
    assert_eq!((orders.len() as u64, journal.len() as u64), (rounds * stored_each, rounds * 2), "{name}");
    for failed in journal.iter().skip(1).step_by(2) {
        assert_eq!((&failed["rule"], &failed["response"]["code"]), (&json!(name), &json!(5_000 + n)));
        assert!(failed["wire"].to_string().contains(&wire), "{name}: {}", failed["wire"]);
    }
    all + &Value::Array(orders).to_string()
}

/// The same of a session of the same name and seed to which nobody but this calls, without a socket.
fn life_alone(sandbox: &Sandbox, n: u64) -> String {
    let options = SessionOptions::named(format!("own-{n}")).seed(n).scenario(scenario(n));
    let session = sandbox.session_with(options).expect("a session");
    let good = request(PRE_ORDER, Value::Object(documented()).to_string());
    let mut bad = good.clone();
    bad.headers_mut().insert("x-fail", HeaderValue::from_static("1"));
    let mut all = String::new();
    for round in 0..ROUNDS {
        if round == RESET && n.is_multiple_of(2) {
            session.reset();
        }
        let answer = session.call(&good);
        session.call(&bad);
        session.clock().advance(Duration::from_secs(n)).expect("within the calendar");
        writeln!(all, "{} {}", String::from_utf8_lossy(answer.body()), session.clock().now())
            .expect("a text");
    }
    all += &Value::Array(session.orders()).to_string();
    assert!(session.drop_session());
    all
}

#[test]
fn sixty_four_sessions_with_faults_of_their_own_live_as_each_would_alone() {
    let together = builder().start_blocking().expect("the sandbox starts");
    let lives: Vec<String> = std::thread::scope(|scope| {
        let together = &together;
        let lives: Vec<_> = (0..SESSIONS).map(|n| scope.spawn(move || life(together, n))).collect();
        lives.into_iter().map(|life| life.join().expect("a life")).collect()
    });
    std::thread::scope(|scope| {
        for (at, lives) in (0..).zip(lives.chunks(8)) {
            // One after the other: each is the only one of its sandbox while it lives.
            scope.spawn(move || {
                let alone = builder().start_blocking().expect("the sandbox starts");
                for (n, together) in (8 * at..).zip(lives) {
                    assert_eq!(*together, life_alone(&alone, n), "own-{n}");
                }
            });
        }
    });
    let default = together.default_session();
    assert!(default.journal().is_empty() && default.orders().is_empty());
}
