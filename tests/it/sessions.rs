//! Sessions: how a call reaches one, what it shares with others (nothing), and what becomes of it.

use std::time::Duration;

use linksfield_sandbox::{Limit, Sandbox, SessionOptions};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{
    PRE_ORDER, Raw, api, builder, changed, documented, order_at, pre_order, request, under,
};

/// Which session answered.
fn session_of(sandbox: &Sandbox, path: &str, headers: &str) -> String {
    let answer = order_at(sandbox, path, headers);
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.header("x-sandbox-session").expect("a session").to_owned()
}

#[test]
fn a_call_reaches_its_session_by_path_header_or_host_label() {
    let sandbox = under("default");
    assert_eq!(session_of(&sandbox, PRE_ORDER, ""), "default");
    assert_eq!(session_of(&sandbox, &format!("/s/one{PRE_ORDER}"), ""), "one");
    assert_eq!(session_of(&sandbox, PRE_ORDER, "X-Sandbox-Session: Two\r\n"), "two");
    assert_eq!(session_of(&sandbox, PRE_ORDER, "Host: three.localhost:8484\r\n"), "three");
    for name in ["default", "one", "two", "three"] {
        let orders = api(&sandbox, "GET", &format!("sessions/{name}/orders"), "").json();
        assert_eq!(orders["total"], 1, "{name}");
    }
    assert_eq!(session_of(&sandbox, &format!("/s/one{PRE_ORDER}?x=1"), ""), "one");
    let away = Raw::connect(&sandbox).post("/s/one", "{}").answer();
    assert_eq!((away.status, away.header("x-sandbox-session")), (404, Some("one")));
}

#[test]
fn the_first_that_speaks_wins_and_the_journal_notes_the_other() {
    let sandbox = under("default");
    let both = "X-Sandbox-Session: header\r\nHost: label.localhost\r\n";
    assert_eq!(session_of(&sandbox, &format!("/s/path{PRE_ORDER}"), both), "path");
    assert_eq!(session_of(&sandbox, PRE_ORDER, both), "header");
    let notes = |name: &str| {
        api(&sandbox, "GET", &format!("sessions/{name}/journal"), "").json()["entries"][0]["notes"].clone()
    };
    assert_eq!(
        notes("path"),
        json!(["the header X-Sandbox-Session names the session \"header\"; the path goes before it"])
    );
    assert_eq!(
        notes("header"),
        json!(["the host names the session \"label\"; the header X-Sandbox-Session goes before it"])
    );
}

#[test]
fn a_port_of_its_own_works_with_every_client_and_closes_with_the_session() {
    let sandbox = under("default");
    let made = api(&sandbox, "POST", "sessions", r#"{ "name": "own port", "listen": "127.0.0.1:0" }"#);
    assert_eq!(made.status, 201, "{made:?}");
    let url = made.json()["urls"]["port"].as_str().expect("a port").to_owned();
    let address = url.strip_prefix("http://").expect("a URL").parse().expect("an address");
    let body = Value::Object(documented()).to_string();
    let mut idle = Raw::connect_to(address);
    let answer = idle.post(PRE_ORDER, &body).answer();
    assert_eq!(answer.header("x-sandbox-session"), Some("own-port"));
    // The port decides, whatever the path says.
    assert_eq!(
        idle.post(&format!("/s/other{PRE_ORDER}"), &body).answer().header("x-sandbox-session"),
        Some("own-port")
    );
    assert_eq!(api(&sandbox, "DELETE", "sessions/own-port", "").status, 204);
    assert_eq!(idle.rest(), "", "its connections end");
    for (listen, status) in
        [("0.0.0.0:0", 400), ("nonsense", 400), (&*sandbox.addresses()[0].to_string(), 409)]
    {
        let refused =
            api(&sandbox, "POST", "sessions", &json!({ "name": "x", "listen": listen }).to_string());
        assert_eq!(
            (refused.status, &refused.json()["error"]["pointer"]),
            (status, &json!("/listen")),
            "{listen}"
        );
        assert_eq!(
            api(&sandbox, "GET", "sessions/x", "").status / 100,
            4,
            "a session without its port is not left behind"
        );
    }
}

#[test]
fn a_token_finds_its_session_and_lives_three_days() {
    let sandbox = under("default");
    let one = sandbox.session("one").expect("a session");
    let token = one.issue_token("mei.tan@traveller.example").expect("a token");
    let with = |token: &str| order_at(&sandbox, PRE_ORDER, &format!("x-access-token: {token}\r\n"));
    assert_eq!(with(&token).header("x-sandbox-session"), Some("one"));
    // One that nobody issued is foreign, also if it is computed from an equal seed.
    let proof = token.rsplit('~').next().expect("a proof");
    let made_up = token.replace(&format!("~1~{proof}"), &format!("~2~{proof}"));
    assert_ne!(made_up, token);
    assert_eq!(with(&made_up).json()["code"], 0, "foreign is the demo user when lenient");
    one.clock().advance(Duration::from_hours(72)).expect("within the calendar");
    let expired = with(&token).json();
    assert_eq!(expired["code"], 7);
    assert!(expired["message"].as_str().expect("a message").contains("three days"), "{expired}");
}

#[test]
fn a_token_of_an_older_epoch_is_the_demo_user_and_one_of_a_session_that_is_gone_is_7() {
    let sandbox = under("default");
    let one = sandbox.session("one").expect("a session");
    let token = one.issue_token("mei.tan@traveller.example").expect("a token");
    let with = |token: &str| order_at(&sandbox, PRE_ORDER, &format!("x-access-token: {token}\r\n")).json();
    one.reset();
    assert_eq!(with(&token)["code"], 0);
    assert_eq!(
        one.journal()[0]["notes"][0],
        "x-access-token: issued before the session was reset, so this is the demo user"
    );
    one.drop_session();
    let gone = with(&token);
    assert_eq!(gone["code"], 7);
    assert!(
        gone["message"].as_str().expect("a message").contains("the session that issued it is gone"),
        "{gone}"
    );
}

#[test]
fn a_strict_shop_takes_its_own_tokens_and_no_others() {
    let sandbox = builder().vendor("auth", "strict").start_blocking().expect("the sandbox starts");
    let session = sandbox.session("one").expect("a session");
    let token = session.issue_token("mei.tan@traveller.example").expect("a token");
    let with = |token: &str| {
        order_at(&sandbox, &format!("/s/one{PRE_ORDER}"), &format!("x-access-token: {token}\r\n")).json()
    };
    assert_eq!(with(&token)["code"], 0);
    assert_eq!(with("")["code"], 7);
    session.reset();
    let old = with(&token);
    assert!(old["message"].as_str().expect("a message").contains("before the session was reset"), "{old}");
}

#[test]
fn names_are_made_of_any_text_and_the_view_says_how_to_reach_the_session() {
    let sandbox = under("default");
    let body =
        r#"{ "name": "tests/test_buy.py::test_pays[USD]", "seed": 5, "scenario": "documented-example" }"#;
    let made = api(&sandbox, "POST", "sessions", body);
    insta::assert_json_snapshot!(made.json());
    let again = api(&sandbox, "POST", "sessions", body);
    assert_eq!((again.status, &again.json()["error"]["code"]), (409, &json!("session-exists")));
    assert_eq!(api(&sandbox, "POST", "sessions", r#"{ "name": "支付" }"#).status, 400);
    let nameless = api(&sandbox, "POST", "sessions", "").json();
    assert!(nameless["id"].as_str().expect("an id").starts_with("session-"), "{nameless}");
    let bad = order_at(&sandbox, &format!("/s/a%20b{PRE_ORDER}"), "");
    assert_eq!((bad.status, bad.header("x-sandbox-error")), (400, Some("bad-session-name")));
}

#[test]
fn a_name_that_is_gone_is_410_until_it_is_made_again_with_its_next_epoch() {
    let sandbox = under("default");
    let at = format!("/s/one{PRE_ORDER}");
    order_at(&sandbox, &at, "");
    assert_eq!(api(&sandbox, "DELETE", "sessions/one", "").status, 204);
    let gone = order_at(&sandbox, &at, "");
    assert_eq!((gone.status, gone.header("x-sandbox-error")), (410, Some("session-gone")));
    assert!(gone.body.contains("it was dropped"), "{}", gone.body);
    assert_eq!(api(&sandbox, "GET", "sessions/one/orders", "").status, 410);
    let made = api(&sandbox, "POST", "sessions", r#"{ "name": "one" }"#).json();
    assert_eq!((&made["epoch"], &made["orders"]), (&json!(2), &json!(0)));
    assert_eq!(order_at(&sandbox, &at, "").status, 200);
}

#[test]
fn the_default_session_stays_and_prefixes_are_dropped_together() {
    let sandbox = under("default");
    for name in ["ci-1", "ci-2", "mine"] {
        sandbox.session(name).expect("a session");
    }
    assert_eq!(api(&sandbox, "DELETE", "sessions/default", "").status, 409);
    assert_eq!(api(&sandbox, "DELETE", "sessions", "").status, 400);
    assert_eq!(api(&sandbox, "DELETE", "sessions?prefix=ci-", "").json(), json!({ "dropped": 2 }));
    let names: Vec<Value> = api(&sandbox, "GET", "sessions", "").json()["sessions"]
        .as_array()
        .expect("sessions")
        .iter()
        .map(|session| session["id"].clone())
        .collect();
    assert_eq!(names, ["default", "mine"]);
}

#[test]
fn a_cap_names_the_idlest_and_the_option_and_never_evicts_a_live_one() {
    let sandbox = builder().limit(Limit::Sessions(2)).start_blocking().expect("the sandbox starts");
    for name in ["one", "two"] {
        order_at(&sandbox, &format!("/s/{name}{PRE_ORDER}"), "");
    }
    let refused = order_at(&sandbox, &format!("/s/three{PRE_ORDER}"), "");
    assert_eq!((refused.status, refused.header("x-sandbox-error")), (429, Some("too-many-sessions")));
    assert!(refused.body.contains("one, two") && refused.body.contains("--max-sessions"), "{}", refused.body);
    assert_eq!(api(&sandbox, "POST", "sessions", r#"{ "name": "three" }"#).status, 429);
    assert_eq!(order_at(&sandbox, &format!("/s/one{PRE_ORDER}"), "").status, 200);
}

#[test]
fn a_session_that_nobody_uses_goes_after_its_time() {
    let sandbox = under("default");
    let made = api(&sandbox, "POST", "sessions", r#"{ "name": "brief", "ttl": "1ms" }"#);
    assert_eq!(made.status, 201);
    let answer = loop {
        // Using it would renew it: each look comes when it is over, or renews it for another millisecond.
        let answer = order_at(&sandbox, &format!("/s/brief{PRE_ORDER}"), "");
        if answer.status != 200 {
            break answer;
        }
    };
    assert_eq!(answer.status, 410);
    assert!(answer.body.contains("nobody used it for 1ms"), "{}", answer.body);
}

#[test]
fn strict_sessions_close_the_default_one_and_make_none_on_their_own() {
    let sandbox = builder().strict_sessions().start_blocking().expect("the sandbox starts");
    let refused = order_at(&sandbox, PRE_ORDER, "");
    assert_eq!((refused.status, refused.header("x-sandbox-error")), (404, Some("no-session")));
    assert!(refused.body.contains("did your client drop /s/NAME"), "{}", refused.body);
    assert_eq!(order_at(&sandbox, &format!("/s/default{PRE_ORDER}"), "").status, 404);
    let unknown = order_at(&sandbox, &format!("/s/one{PRE_ORDER}"), "");
    assert_eq!((unknown.status, unknown.header("x-sandbox-error")), (404, Some("unknown-session")));
    assert_eq!(api(&sandbox, "POST", "sessions", r#"{ "name": "one" }"#).status, 201);
    assert_eq!(order_at(&sandbox, &format!("/s/one{PRE_ORDER}"), "").status, 200);
}

#[test]
fn seeds_differ_by_name_and_repeat_by_name() {
    let ids = |seed: u64| -> Vec<Value> {
        let sandbox = Sandbox::builder().seed(seed).start_blocking().expect("the sandbox starts");
        ["one", "two"]
            .map(|name| pre_order(&sandbox.session(name).expect("a session"), &Value::Object(documented()))["data"]["id"].clone())
            .to_vec()
    };
    assert_eq!(ids(7), ids(7));
    assert_ne!(ids(7)[0], ids(7)[1]);
    let sandbox = under("default");
    let own = sandbox.session_with(SessionOptions::named("own").seed(99)).expect("a session");
    assert_eq!(own.seed(), 99);
}

#[test]
fn a_reset_begins_anew_and_cancels_what_is_held() {
    let sandbox = crate::support::with_rules(
        r#"[{ "on": "pre-order", "when": { "body": { "money": 1 } }, "fault": { "delay": "10m" } }]"#,
    );
    let session = sandbox.session("one").expect("a session");
    session.arm(r#"{ "on": "*", "times": { "skip": 2 }, "answer": { "code": 7 } }"#).expect("a rule");
    let mut held = Raw::connect(&sandbox);
    held.post(&format!("/s/one{PRE_ORDER}"), &changed(json!({ "money": 1 })).to_string());
    while session.orders().is_empty() {
        std::thread::yield_now();
    }
    let first = session.orders()[0].clone();
    assert_eq!(api(&sandbox, "POST", "sessions/one/reset", "").status, 204);
    assert_eq!(held.rest(), "", "the held answer never arrives");
    assert_eq!((session.orders().len(), session.journal().len(), session.epoch()), (0, 0, 2));
    let codes: Vec<Value> =
        (0..4).map(|_| pre_order(&session, &Value::Object(documented()))["code"].clone()).collect();
    assert_eq!(codes, [0, 0, 0, 0], "armed rules are gone");
    assert_eq!(session.orders()[0]["id"], first["id"], "the same seed begins with the same numbers");
    assert_eq!(session.journal()[0]["turn"], 1);
}

/// What a session answers to these calls.
fn answers(session: &linksfield_sandbox::SessionHandle, calls: &[u8]) -> Vec<String> {
    calls.iter().map(|call| answer(session, *call)).collect()
}

fn answer(session: &linksfield_sandbox::SessionHandle, call: u8) -> String {
    if call >= 12 {
        session.clock().advance(Duration::from_hours(u64::from(call))).expect("within the calendar");
        return session.clock().now();
    }
    let reply = session.call(&request(PRE_ORDER, changed(json!({ "periodNum": call })).to_string()));
    format!("{:?} {}", reply.headers(), String::from_utf8_lossy(reply.body()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn two_sessions_interleaved_in_any_order_answer_as_each_would_alone(
        calls in proptest::collection::vec((any::<bool>(), 0_u8..16), 0..40)
    ) {
        let frozen = r#"{ "format": 1, "scenario": "test", "clock": { "start": "2026-03-01T08:00:00Z", "mode": "frozen" },
            "rules": [{ "on": "*", "times": { "every": 5 }, "answer": { "code": 9999 } }] }"#;
        let flaky = r#"{ "format": 1, "scenario": "other", "clock": { "start": "2020-01-01T00:00:00Z", "mode": "frozen" },
            "world": { "profiles": { "free": 3 } } }"#;
        let start = || {
            let sandbox = builder().start_blocking().expect("the sandbox starts");
            let one = sandbox.session_with(SessionOptions::named("one").scenario(frozen)).expect("a session");
            let two = sandbox.session_with(SessionOptions::named("two").scenario(flaky)).expect("a session");
            (sandbox, one, two)
        };
        let (_together, one, two) = start();
        let (mut from_one, mut from_two) = (Vec::new(), Vec::new());
        for (is_one, call) in &calls {
            if *is_one { from_one.push(answer(&one, *call)) } else { from_two.push(answer(&two, *call)) }
        }
        let of = |wanted: bool| calls.iter().filter(|(is_one, _)| *is_one == wanted).map(|(_, call)| *call).collect::<Vec<_>>();
        let (_alone, one, _) = start();
        prop_assert_eq!(from_one, answers(&one, &of(true)));
        let (_alone, _, two) = start();
        prop_assert_eq!(from_two, answers(&two, &of(false)));
    }
}

#[test]
fn a_token_opens_no_closed_door_and_its_session_is_noted_beside_a_name() {
    let strict = builder().strict_sessions().start_blocking().expect("the sandbox starts");
    let refused = order_at(&strict, PRE_ORDER, "x-access-token: sbx1~default~1~0~0~x\r\n");
    assert_eq!((refused.status, refused.header("x-sandbox-error")), (404, Some("no-session")));
    let sandbox = under("default");
    let token =
        sandbox.session("b").expect("a session").issue_token("mei.tan@traveller.example").expect("a token");
    let at_a = || order_at(&sandbox, &format!("/s/a{PRE_ORDER}"), &format!("x-access-token: {token}\r\n"));
    assert_eq!(at_a().header("x-sandbox-session"), Some("a"));
    let notes = &sandbox.session("a").expect("a session").journal()[0]["notes"];
    assert_eq!(notes[0], "the access token is of the session \"b\"; \"a\" was named and goes before it");
    api(&sandbox, "DELETE", "sessions/b", "");
    assert_eq!(at_a().json()["code"], 7, "its session is gone, whatever else is named");
}

#[test]
fn a_wait_ends_with_its_session_and_a_title_is_a_prefix_too() {
    let sandbox = under("default");
    let made = api(&sandbox, "POST", "sessions", r#"{ "name": "tests::waits[1]" }"#).json();
    assert_eq!(made["id"], "tests-waits-1");
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| api(&sandbox, "GET", "sessions/tests-waits-1/journal?wait=10m", ""));
        let dropped = api(&sandbox, "DELETE", "sessions?prefix=tests::", "");
        assert_eq!(dropped.json(), json!({ "dropped": 1 }));
        assert_eq!(waiting.join().expect("an answer").status, 410);
    });
}
