//! Faults beside other things: pipelined calls, old clients, codes, resets, the rule language.

use std::time::Duration;

use serde_json::{Value, json};

use super::{End, call, connect, failing, leave_after, parts, rest, send, whole};
use crate::support::{
    PRE_ORDER, Raw, api, documented, order_at, root, scenario_file, under, under_text, with_rules,
};

#[test]
fn the_answer_before_is_whole_and_what_is_behind_an_end_is_never_executed() {
    for (fault, bytes) in [(r#""lost""#, 0), (r#"{ "cut": { "at": 40, "how": "fin" } }"#, 40)] {
        let sandbox = failing(&format!(r#""fault": {fault}, "commit": true"#));
        let one = whole(&sandbox).len();
        let mut stream = connect(&sandbox);
        let three: String = [false, true, false].map(|fails| call("1.1", "", fails)).concat();
        send(&mut stream, &three);
        let (all, end) = rest(&mut stream);
        assert_eq!(all.len(), one + bytes, "{fault}");
        assert_eq!(end, if bytes == 0 { End::Reset } else { End::Fin });
        assert_eq!(sandbox.default_session().orders().len(), 3, "the third call is never read");
    }
}

#[test]
fn a_length_that_is_too_small_and_kept_open_spoils_the_next_answer() {
    let sandbox = failing(r#""fault": { "length": { "tooSmall": { "keepOpen": true } } }, "commit": true"#);
    let mut raw = Raw::connect(&sandbox);
    raw.send(call("1.1", "", true)).send(call("1.1", "Connection: close\r\n", false));
    let first = raw.answer();
    assert!(serde_json::from_str::<Value>(&first.body).is_err());
    let next = raw.rest();
    assert_eq!(next.find("HTTP/1.1 200"), Some(20), "{next}");
}

#[test]
fn an_interim_answer_is_not_counted() {
    let sandbox = failing(r#""fault": { "cut": { "at": 40, "how": "fin" } }, "commit": true"#);
    let mut stream = connect(&sandbox);
    send(&mut stream, &call("1.1", "Expect: 100-continue\r\n", true));
    let (bytes, end) = rest(&mut stream);
    let text = String::from_utf8(bytes).expect("UTF-8");
    let (interim, cut) = text.split_once("\r\n\r\n").unwrap_or(("", &text));
    assert!(interim.is_empty() || interim == "HTTP/1.1 100 Continue", "{text}");
    assert_eq!((cut.len(), end), (40, End::Fin));
}

#[test]
fn old_clients_and_those_that_close_meet_the_same() {
    for (version, headers) in [("1.0", ""), ("1.1", "Connection: close\r\n")] {
        let sandbox = failing(
            r#""fault": [{ "drip": { "bytes": 100, "every": "1ms" } }, { "truncate": { "bytes": 5 } }], "commit": true"#,
        );
        let mut stream = connect(&sandbox);
        send(&mut stream, &call(version, headers, true));
        let (bytes, end) = rest(&mut stream);
        assert_eq!((parts(&bytes).1.as_str(), end), ("{\"cod", End::Fin), "{version}");
    }
}

#[test]
fn a_code_a_patch_and_a_fault_go_together_carried_out_or_not() {
    for commit in [true, false] {
        for answer in [r#""answer": { "code": 7 },"#, r#""answer": { "patch": { "message": "x" } },"#, ""] {
            let sandbox = failing(&format!(
                r#"{answer} "fault": [{{ "delay": "1ms" }}, {{ "truncate": {{ "bytes": 9 }} }}], "commit": {commit}"#
            ));
            let mut stream = connect(&sandbox);
            send(&mut stream, &call("1.1", "", true));
            let code = if answer.contains("code") { "7" } else { "0" };
            assert_eq!(parts(&rest(&mut stream).0).1, format!("{{\"code\":{code}"), "{answer} {commit}");
            assert_eq!(sandbox.default_session().orders().len(), usize::from(commit), "{answer}");
            // What was only computed has taken no number and no profile.
            let next = Raw::connect(&sandbox).send(call("1.1", "", false)).answer().json();
            assert_eq!(next["data"]["id"], 1_055_293 + u64::from(commit));
            let profiles = api(&sandbox, "GET", "sessions/default/profiles", "").json();
            assert_eq!(profiles["reserved"], 1 + u64::from(commit));
        }
    }
}

#[test]
fn a_reset_ends_all_held_answers_and_none_arrives() {
    let sandbox = failing(r#""fault": "stall", "commit": true"#);
    let mut held: Vec<_> = (0..200).map(|_| connect(&sandbox)).collect();
    for stream in &mut held {
        send(stream, &call("1.1", "", true));
    }
    while sandbox.default_session().journal().len() < held.len() {
        std::thread::yield_now();
    }
    sandbox.default_session().reset();
    for stream in &mut held {
        assert_eq!(rest(stream).0, b"");
    }
    assert!(sandbox.default_session().orders().is_empty());
    let mut stream = connect(&sandbox);
    send(&mut stream, &call("1.1", "", true));
    while sandbox.default_session().journal().is_empty() {
        std::thread::yield_now();
    }
    sandbox.stop();
    assert_eq!(rest(&mut stream).0, b"", "a stop ends them too");
}

#[test]
fn a_drip_is_stopped_in_the_middle_by_a_reset() {
    let sandbox = failing(r#""fault": { "drip": { "bytes": 10, "every": "10m" } }"#);
    let mut stream = connect(&sandbox);
    send(&mut stream, &call("1.1", "", true));
    let mut first = [0; 10];
    std::io::Read::read_exact(&mut stream, &mut first).expect("the first piece");
    sandbox.default_session().reset();
    assert_eq!(rest(&mut stream).0, b"");
}

#[test]
fn an_outage_keeps_to_the_sessions_clock() {
    let sandbox = under_text(
        r#"{ "format": 1, "scenario": "test", "clock": { "start": "2022-12-05T00:00:00Z", "mode": "frozen" }, "rules": [
            { "on": "pre-order", "fault": { "outage": { "from": "30m", "for": "10m", "answer": { "code": 9999 } } } },
            { "on": "pre-order", "fault": { "outage": { "from": "2022-12-05T02:00:00Z", "for": "1h", "answer": { "code": 7 } } } } ] }"#,
    );
    let session = sandbox.default_session();
    let code = |minutes: u64| {
        session.clock().advance(Duration::from_mins(minutes)).expect("within the calendar");
        crate::support::pre_order(session, &Value::Object(documented()))["code"].clone()
    };
    let codes = [0, 29, 1, 9, 1, 80, 59, 1].map(code);
    assert_eq!(codes, [0, 0, 9999, 9999, 0, 7, 7, 0]);
}

#[test]
fn delays_by_chance_are_the_same_for_one_seed() {
    let waits = |seed: u64| {
        let file = scenario_file(
            r#"{ "format": 1, "scenario": "test", "rules": [{ "id": "slow", "on": "*",
                "fault": { "delay": { "logNormal": { "median": "200ms", "sigma": 0.5 } } } }] }"#,
        );
        let sandbox = linksfield_sandbox::Sandbox::builder().seed(seed).scenario(file.path());
        let sandbox = sandbox.start_blocking().expect("the sandbox starts");
        let session = sandbox.default_session();
        (0..5).for_each(|_| drop(crate::support::pre_order(session, &json!({}))));
        session.journal().iter().map(|entry| entry["wire"][0].clone()).collect::<Vec<_>>()
    };
    assert_eq!(waits(7), waits(7));
    assert_ne!(waits(7), waits(8));
}

#[test]
fn a_lost_answer_is_ordered_by_a_magic_value_and_by_fail_next() {
    let sandbox = under("default");
    let body =
        crate::support::changed(json!({ "receive_qr_email": "mei+lost-answer@you.example" })).to_string();
    let mut raw = Raw::connect(&sandbox);
    assert_eq!(raw.post(PRE_ORDER, &body).rest(), "");
    let armed = |body: &str| api(&sandbox, "POST", "sessions/default/fail-next", body);
    let refused = armed(r#"{ "on": "pre-order", "fault": "lost" }"#);
    assert_eq!((refused.status, &refused.json()["error"]["code"]), (400, &json!("commit-missing")));
    assert_eq!(armed(r#"{ "on": "pre-order", "fault": "lost", "commit": true }"#).status, 201);
    let mut raw = Raw::connect(&sandbox);
    assert_eq!(raw.post(PRE_ORDER, &Value::Object(documented()).to_string()).rest(), "");
    assert_eq!(order_at(&sandbox, PRE_ORDER, "").status, 200);
    assert_eq!(sandbox.default_session().orders().len(), 3);
    assert_eq!(sandbox.default_session().journal()[0]["wire"], json!(["RST after 0 bytes"]));
}

#[test]
fn every_form_of_the_table_is_taken_and_its_commit_is_as_the_table_says() {
    let listing = crate::support::listing();
    assert!(listing.faults.len() >= 12);
    let sandbox = under("default");
    let readme = std::fs::read_to_string(root().join("README.md")).expect("the README");
    for fault in &listing.faults {
        assert!(readme.contains(&format!("`{}`", fault.name)), "the README does not name {}", fault.name);
        for form in fault.forms {
            let of = ["of mails only", "of callbacks only"].map(|of| fault.about.starts_with(of));
            let on = match of {
                [true, _] => "mail/qr",
                [_, true] => "callback/*",
                _ => "pre-order",
            };
            let arm = |commit: &str| {
                let rule = format!(r#"{{ "on": "{on}", "fault": {form}{commit} }}"#);
                sandbox.default_session().arm(&rule).is_ok()
            };
            let said = [arm(""), arm(r#", "commit": true"#), arm(r#", "commit": false"#)];
            let wanted = match fault.commit {
                "as what happens in it" if form.contains("answer") => [true, true, true],
                "required" | "as what happens in it" => [false, true, true],
                _ => [true, false, false],
            };
            assert_eq!(said, wanted, "{form}");
        }
    }
    let listed = api(&sandbox, "GET", "faults", "").json();
    assert_eq!(listed["faults"].as_array().map(Vec::len), Some(listing.faults.len()));
}

#[test]
fn a_lost_answer_needs_no_commit_where_nothing_is_carried_out() {
    let sandbox = with_rules(r#"[{ "on": "detail", "fault": "lost" }]"#);
    let mut stream = connect(&sandbox);
    send(&mut stream, "GET /v1.1/package/detail?id=1000000 HTTP/1.1\r\nHost: x\r\n\r\n");
    let (bytes, end) = rest(&mut stream);
    assert_eq!((bytes.len(), end), (0, End::Reset));
}

#[test]
fn a_silent_answer_needs_a_place_among_the_held() {
    let file = scenario_file(
        r#"{ "format": 1, "scenario": "test", "rules": [{ "on": "*", "fault": "stall", "commit": true }] }"#,
    );
    let sandbox = crate::support::builder().scenario(file.path()).limit(linksfield_sandbox::Limit::Held(1));
    let sandbox = sandbox.start_blocking().expect("the sandbox starts");
    let mut held = connect(&sandbox);
    send(&mut held, &call("1.1", "", false));
    while sandbox.default_session().journal().is_empty() {
        std::thread::yield_now();
    }
    assert_eq!(Raw::connect(&sandbox).post(PRE_ORDER, "{}").answer().status, 503);
    assert_eq!(leave_after(&mut held, 0).1, b"");
}
