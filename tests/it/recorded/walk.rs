//! Any walk over calls, steering and time repeats.

use std::fmt::Write;

use http::Request;
use linksfield_sandbox::{Recording, Sandbox, SessionHandle, SessionOptions};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::assert_repeats;
use crate::support::{PRE_ORDER, api, builder, changed, request};

const WALK: &str = r#"{
    "format": 1, "scenario": "walk", // a comment
    "note": "All that leaves something to chance, to the clock or to counting.",
    "uses": ["jittery-network"],
    "payer": { "after": "90s" },
    "world": { "profiles": { "free": 12 }, "generate": { "users": 3 } },
    "rules": [
        { "id": "by-chance", "on": "pre-order", "chance": 0.2, "answer": { "code": 9999 } },
        { "id": "leaps", "on": "webhook", "times": { "every": 3 }, "then": { "advance": "5m" } },
        { "id": "lost", "on": "webhook", "times": { "every": 4, "per": "order.id" }, "fault": "lost", "commit": true },
        { "id": "too-many", "on": "poll", "over": { "limit": 4, "window": "10m" }, "answer": { "http": { "status": 429 } } },
        { "id": "once", "on": "detail", "times": { "first": 1 }, "then": { "arm": { "on": "poll", "answer": { "code": 3004 } } } },
        { "id": "mail", "on": "mail/qr", "chance": 0.5, "fault": { "delay": "7m" }, "then": { "advance": "30s" } }
    ]
}"#;

/// One step: what is done, and with what.
type Step = (u8, u8);

const KINDS: u8 = 26;

/// A client, and somebody who steers.
struct Walk<'a> {
    sandbox: &'a Sandbox,
    session: &'a SessionHandle,
    token: String,
}

impl Walk<'_> {
    fn go(&mut self, (kind, with): Step) {
        let n = usize::from(with);
        if kind < 12 { self.call(kind, n) } else { self.steers(kind, n) }
    }

    /// A call of a client.
    fn call(&self, kind: u8, n: usize) {
        match kind {
            0 | 1 => self.order("test@test.com"),
            2 => {
                let mails = [
                    "lost-answer@you.example",
                    "paid-3s@you.example",
                    "preorder-3005@you.example",
                    "mail-lost@you.example",
                ];
                self.order(mails[n % mails.len()]);
            }
            3 | 4 => self.post("/package/queryOrdStatusAndEmail", &json!({ "orderId": self.an_order(n) })),
            5 | 6 => {
                let kinds =
                    ["payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.succeeded"];
                let paid = json!({ "dateTime": "1670228581", "orderId": self.an_order(n).to_string(), "partnerCode": "1000000005",
                    "payAmount": (n % 5).to_string(), "payCurrency": "USD", "type": kinds[n % 3] });
                self.post("/v1.1/payment/webhook", &paid);
            }
            7 => {
                let passwd = ["0192023a7bbd73250516f069df18b500", "nonsense"][n % 2];
                self.post(
                    "/user/emailLogin",
                    &json!({ "appId": 12, "email": "mei.tan@traveller.example",
                    "partnerCode": "1000000005", "passwd": passwd, "userType": 4 }),
                );
            }
            8 => self.send(Request::get("/v1.1/package/detail?id=1000000").body(Vec::new())),
            9 => {
                let bad: [(&str, &[u8]); 4] = [
                    (PRE_ORDER, b"{ broken"),
                    (PRE_ORDER, b"\xff\xfe{}"),
                    ("/nowhere?a=%20b", b"{}"),
                    ("/user/emailLogin", b""),
                ];
                let (path, body) = bad[n % 4];
                self.send(
                    Request::post(path)
                        .header("accept-language", "zh")
                        .header("x-twice", "a")
                        .header("x-twice", "b")
                        .body(body.to_vec()),
                );
            }
            10 => self.send(Request::get(PRE_ORDER).header("content-type", "text/plain").body(Vec::new())),
            _ => self.post("/v1.1/order/myEsimDetail", &json!({ "orderId": self.an_order(n) })),
        }
    }

    /// A step of whoever steers.
    fn steers(&mut self, kind: u8, n: usize) {
        match kind {
            12 | 13 => self.steer(
                "POST",
                "clock/advance",
                &json!({ "by": (["3s", "90s", "11m", "61m", "80h"][n % 5]) }),
            ),
            14 => {
                let bodies = [
                    json!({ "on": "pre-order", "code": "TOKEN_EXPIRED" }),
                    json!({ "fault": "lost", "commit": true, "times": 2 }),
                    json!({ "on": "poll", "fault": { "delay": "3s" } }),
                    json!({ "on": "nowhere", "code": 7 }),
                ];
                self.steer("POST", "fail-next", &bodies[n % 4]);
            }
            15 => {
                let bodies = [
                    json!({ "id": "mine", "on": "webhook", "chance": 0.5, "answer": { "code": 10008 } }),
                    json!({ "on": "poll", "chance": 0.3, "answer": { "code": 3004 } }),
                    json!({ "on": "poll", "bad": true }),
                    json!({ "on": "*", "times": { "every": 3 }, "answer": { "gateway": 502 } }),
                ];
                self.steer("POST", "rules", &bodies[n % 4]);
            }
            16 => self.steer("DELETE", ["rules", "rules/mine", "rules/armed-1"][n % 3], &json!({})),
            17 => self.steer("PATCH", "packages/1000000", &json!({ "price": { "USD": 1 + n % 4 } })),
            18 => {
                let emails = ["mei.tan@traveller.example", "nobody@traveller.example"];
                let answer = api(
                    self.sandbox,
                    "POST",
                    &self.below("tokens"),
                    &json!({ "email": emails[n % 2] }).to_string(),
                );
                if answer.status == 201 {
                    answer.json()["token"].as_str().expect("a token").clone_into(&mut self.token);
                }
            }
            19 => self.steer(
                "POST",
                "users",
                &json!({ "email": format!("user{}@traveller.example", n % 4), "password": "secret" }),
            ),
            20 => {
                let bodies = [
                    json!({}),
                    json!({ "outcome": "fail" }),
                    json!({ "copies": 2, "gap": "2m" }),
                    json!({ "contrary": true, "copies": 2 }),
                    json!({ "after": "1h", "amount": 7 }),
                ];
                let path = format!("orders/{}/pay", self.an_order(n));
                self.steer("POST", &path, &bodies[n % 5]);
            }
            21 => {
                let path = format!("orders/{}", self.an_order(n));
                self.steer("PATCH", &path, &json!({ "payStatus": "timedOut" }));
            }
            22 => {
                let bodies = [
                    json!({ "name": "three-polls-then-paid", "world": "keep" }),
                    json!({ "name": "flaky,jittery-network", "world": "keep" }),
                    json!({ "world": "keep", "document": { "format": 1, "scenario": "other", "vendor": { "auth": "strict" }, "rules": [
                        { "on": "detail", "chance": 0.5, "answer": { "code": 9999 } }] } }),
                ];
                self.steer("PUT", "scenario", &bodies[n % 3]);
            }
            23 => self.steer("PATCH", &format!("tokens/{}", n % 3), &json!({ "expired": true })),
            24 => match n % 4 {
                0 => drop(
                    self.session.arm(r#"{ "on": "detail", /* a comment */ "answer": { "code": 9999 } }"#),
                ),
                1 => self.token = self.session.issue_token("mei.tan@traveller.example").unwrap_or_default(),
                2 => drop(self.session.pay(u32::try_from(self.an_order(n)).expect("an id"))),
                _ => drop(self.session.disarm("armed-2")),
            },
            _ => {
                let bodies = [
                    json!({ "mode": "real" }),
                    json!({ "mode": "frozen" }),
                    json!({ "mode": "scaled", "factor": 1000 }),
                ];
                self.steer("PUT", "clock", &bodies[n % 3]);
            }
        }
    }

    fn order(&self, mail: &str) {
        self.post(PRE_ORDER, &changed(json!({ "receive_qr_email": mail })));
    }

    /// The id of an order, or one that nobody has.
    fn an_order(&self, nth: usize) -> u64 {
        let orders = self.session.orders();
        orders.get(nth % (orders.len() + 1)).and_then(|order| order["id"].as_u64()).unwrap_or(17)
    }

    fn post(&self, path: &str, body: &Value) {
        let mut request = request(path, body.to_string());
        request.headers_mut().insert("x-access-token", self.token.parse().expect("a value"));
        self.session.call(&request);
    }

    fn send(&self, request: http::Result<Request<Vec<u8>>>) {
        self.session.call(&request.expect("a request").map(Into::into));
    }

    fn steer(&self, method: &str, path: &str, body: &Value) {
        // Refused or not: both are the same when they happen again.
        api(self.sandbox, method, &self.below(path), &body.to_string());
    }

    fn below(&self, path: &str) -> String {
        format!("sessions/{}/{path}", self.session.name())
    }
}

fn walk(sandbox: &Sandbox, session: &SessionHandle, steps: &[Step]) {
    let mut walk = Walk { sandbox, session, token: String::new() };
    for step in steps {
        walk.go(*step);
    }
    // What goes on by itself would go on after it was recorded.
    walk.steer("PUT", "clock", &json!({ "mode": "frozen" }));
}

fn scenario(clock: &str) -> String {
    WALK.replacen("\"payer\"", &format!("\"clock\": {clock}, \"payer\""), 1)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_walk_happens_again(
        steps in proptest::collection::vec((0..KINDS, any::<u8>()), 60..90), seed in any::<u64>(), runs in any::<bool>()
    ) {
        let sandbox = builder().start_blocking().expect("the sandbox starts");
        let clock = if runs { r#"{ "mode": "real" }"# } else { r#"{ "start": "2026-03-01T08:00:00Z", "mode": "frozen" }"# };
        let options = SessionOptions::named("a walk").scenario(scenario(clock)).seed(seed);
        let session = sandbox.session_with(options).expect("a session");
        // A second epoch, with tokens and numbers of its own.
        session.arm(r#"{ "on": "poll", "answer": { "code": 7 } }"#).expect("a rule");
        session.reset();
        walk(&sandbox, &session, &steps);
        assert_repeats(&session);
    }
}

#[test]
fn a_recording_of_a_replay_is_the_recording() {
    let sandbox = builder().start_blocking().expect("the sandbox starts");
    let clock = r#"{ "start": "2026-03-01T08:00:00Z", "mode": "frozen" }"#;
    let session =
        sandbox.session_with(SessionOptions::named("walk").scenario(scenario(clock))).expect("a session");
    let steps: Vec<Step> = (0..60_u8).map(|n| (n.wrapping_mul(7) % KINDS, n)).collect();
    walk(&sandbox, &session, &steps);
    let text = session.recorded().expect("a recording");
    // The file is a scenario: it can be served, and its calls made, in a session of its name.
    let other = builder().start_blocking().expect("the sandbox starts");
    let options = SessionOptions::named("walk").scenario(text.clone()).seed(session.seed());
    let again = other.session_with(options).expect("a session");
    let unmet = again.rehearse();
    assert!(unmet.is_empty(), "{unmet:?}");
    assert_eq!(again.journal(), session.journal());
    let mut twice = again.recorded().expect("a recording");
    assert!(
        Recording::parse("again", twice.clone())
            .expect("a recording")
            .replay(None)
            .expect("a replay")
            .difference
            .is_none()
    );
    // Steps of the surface stand in it once.
    let control = |text: &str| text.matches("\"control\":{").count();
    assert_eq!(control(&twice), control(&text));
    let _ = write!(twice, "// a comment");
    assert!(
        Recording::parse("again", twice)
            .expect("a recording")
            .replay(None)
            .expect("a replay")
            .difference
            .is_none()
    );
}
