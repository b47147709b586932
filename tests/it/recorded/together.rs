//! Calls and steps from many threads: whatever their order was, it is the one that happens again.

use std::thread;

use serde_json::json;

use super::assert_repeats;
use crate::support::{PRE_ORDER, api, changed, request, under_text};

#[test]
fn calls_and_steps_of_many_threads_happen_again_in_their_order() {
    let sandbox = under_text(
        r#"{ "format": 1, "scenario": "test", "payer": { "after": "2m" }, "rules": [
            { "on": "pre-order", "chance": 0.3, "answer": { "code": 9999 } },
            { "on": "webhook", "times": { "every": 2 }, "then": { "advance": "1m" } }] }"#,
    );
    let session = sandbox.default_session();
    thread::scope(|scope| {
        for caller in 0..4 {
            scope.spawn(move || {
                for n in 0..40 {
                    let mail = format!("buyer{caller}{n}@traveller.example");
                    let body = changed(json!({ "receive_qr_email": mail, "money": n % 3 }));
                    session.call(&request(PRE_ORDER, body.to_string()));
                }
            });
        }
        for steerer in 0..2_u64 {
            let sandbox = &sandbox;
            scope.spawn(move || {
                for n in 0..30_u64 {
                    let (path, body) = match (n + steerer) % 4 {
                        0 => ("fail-next", json!({ "on": "pre-order", "code": "TOKEN_EXPIRED", "times": 2 })),
                        1 => ("clock/advance", json!({ "by": "45s" })),
                        2 => {
                            ("rules", json!({ "on": "pre-order", "chance": 0.2, "answer": { "code": 3004 } }))
                        }
                        _ => ("tokens", json!({ "email": "mei.tan@traveller.example" })),
                    };
                    api(sandbox, "POST", &format!("sessions/default/{path}"), &body.to_string());
                    let price = json!({ "price": { "USD": 1 + n % 5 } }).to_string();
                    api(sandbox, "PATCH", "sessions/default/packages/1000000", &price);
                }
            });
        }
    });
    assert_eq!(api(&sandbox, "PUT", "sessions/default/clock", r#"{ "mode": "frozen" }"#).status, 200);
    assert_repeats(session);
}
