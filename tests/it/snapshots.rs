//! Copies of a session: forks that go their own way, and snapshots that one goes back to.

use std::time::Duration;

use linksfield_sandbox::{Sandbox, SessionHandle};
use serde_json::{Value, json};

use crate::support::{PRE_ORDER, api, documented, json as body_of, pre_order, request, under_text};

fn shop() -> Sandbox {
    under_text(
        r#"{ "format": 1, "scenario": "test", "clock": { "start": "2023-05-18T06:25:35Z", "mode": "frozen" },
            "vendor": { "auth": "strict" }, "world": { "profiles": { "free": 3 } } }"#,
    )
}

fn order(session: &SessionHandle, token: &str) -> Value {
    let mut call = request(PRE_ORDER, Value::Object(documented()).to_string());
    call.headers_mut().insert("x-access-token", token.parse().expect("a value"));
    body_of(&session.call(&call))
}

fn post(sandbox: &Sandbox, path: &str, body: &Value) -> (u16, Value) {
    let answer = api(sandbox, "POST", &format!("sessions/{path}"), &body.to_string());
    (answer.status, answer.json())
}

#[test]
fn a_fork_goes_on_from_what_the_session_was_and_neither_sees_the_other() {
    let sandbox = shop();
    let session = sandbox.default_session();
    let token = session.token().expect("a ready token");
    assert_eq!(order(session, &token)["code"], 0);
    session.arm(r#"{ "id": "armed", "on": "poll", "answer": { "code": 7 } }"#).expect("a rule");
    let (status, fork) = post(&sandbox, "default/fork", &json!({ "name": "what if" }));
    assert_eq!(
        (status, &fork["id"], &fork["orders"], &fork["turns"]),
        (201, &json!("what-if"), &json!(1), &json!(1))
    );
    let other = sandbox.session("what if").expect("the fork");
    assert_eq!(other.orders(), session.orders());
    assert!(other.journal().is_empty());
    // Its tokens are its own, and go on from the same numbers.
    assert_eq!(order(&other, &token)["code"], 7);
    let own = other.token().expect("a ready token");
    let (one, two) = (order(session, &token), order(&other, &own));
    assert_eq!(one, two);
    other.clock().advance(Duration::from_hours(1)).expect("within the calendar");
    assert_eq!(
        (&session.orders()[0]["payStatus"], &other.orders()[0]["payStatus"]),
        (&json!("waiting"), &json!("timedOut"))
    );
    assert_eq!(api(&sandbox, "GET", "sessions/what-if/rules", "").json()["rules"][0]["id"], "armed");
    assert_eq!(post(&sandbox, "default/fork", &json!({ "name": "what if" })).0, 409);
}

#[test]
fn a_snapshot_is_gone_back_to_as_often_as_one_likes() {
    let sandbox = shop();
    let session = sandbox.default_session();
    let token = session.token().expect("a ready token");
    let first = order(session, &token)["data"]["id"]
        .as_u64()
        .and_then(|id| u32::try_from(id).ok())
        .expect("an order");
    assert_eq!(post(&sandbox, "default/snapshot", &json!({ "name": "ordered" })).0, 201);
    // A restored session begins a journal of its own.
    assert_eq!(api(&sandbox, "DELETE", "sessions/default/journal", "").status, 204);
    let mut runs = Vec::new();
    for _ in 0..2 {
        session.clock().advance(Duration::from_mins(30)).expect("within the calendar");
        assert_eq!(session.pay(first), Some(0));
        order(session, &token);
        runs.push(format!("{:?}{:?}{:?}", session.orders(), session.outbox(), session.journal()));
        let (status, answer) = post(&sandbox, "default/restore", &json!({ "name": "ordered" }));
        assert_eq!((status, &answer["now"]), (200, &json!("2023-05-18T06:25:35.000Z")));
        assert_eq!((session.orders().len(), session.outbox().len(), session.journal().len()), (1, 0, 0));
        // A token that was live then is live again.
        assert_eq!(session.orders()[0]["payStatus"], "waiting");
    }
    assert_eq!(runs[0], runs[1]);
    assert_eq!(session.epoch(), 3);
    let (status, answer) = post(&sandbox, "default/restore", &json!({ "name": "orderd" }));
    assert_eq!((status, answer["error"]["help"].as_str()), (404, Some("did you mean \"ordered\"?")));
}

#[test]
fn there_are_so_many_snapshots_and_no_more() {
    let sandbox = shop();
    for n in 0..16 {
        assert_eq!(post(&sandbox, "default/snapshot", &json!({ "name": format!("n{n}") })).0, 201);
    }
    assert_eq!(post(&sandbox, "default/snapshot", &json!({ "name": "n16" })).0, 429);
    assert_eq!(post(&sandbox, "default/snapshot", &json!({ "name": "n3" })).0, 201);
    assert_eq!(pre_order(sandbox.default_session(), &json!({}))["code"], 7);
}
