//! Sessions that cannot be told as one file say why.

use linksfield_sandbox::{ErrorKind, Limit, Recording, Sandbox};
use serde_json::json;

use super::assert_repeats;
use crate::support::{api, builder, changed, documented, pre_order, request, under, under_text};

/// Why the default session cannot be recorded, over HTTP; the Rust API says the same.
fn refused(sandbox: &Sandbox) -> String {
    let answer = api(sandbox, "GET", "sessions/default/scenario?as=recorded", "");
    assert_eq!((answer.status, &answer.json()["error"]["code"]), (409, &json!("not-recorded")));
    let message = answer.json()["error"]["message"].as_str().expect("a sentence").to_owned();
    let error = sandbox.default_session().recorded().expect_err("no recording");
    assert_eq!(error.kind(), ErrorKind::Unknown);
    assert!(error.to_string().starts_with(&message), "{error}");
    message
}

fn order(sandbox: &Sandbox) {
    pre_order(sandbox.default_session(), &documented().into());
}

#[test]
fn what_fell_out_of_the_journal_is_missed() {
    let sandbox = builder().limit(Limit::Journal(2)).start_blocking().expect("the sandbox starts");
    (0..3).for_each(|_| order(&sandbox));
    assert_eq!(refused(&sandbox), "1 journal entries fell out");
    sandbox.default_session().reset();
    assert_repeats(sandbox.default_session());
}

#[test]
fn a_cleared_journal_is_missed() {
    let sandbox = under("default");
    order(&sandbox);
    assert_eq!(api(&sandbox, "DELETE", "sessions/default/journal", "").status, 204);
    assert_eq!(refused(&sandbox), "the journal was cleared: the calls before that are not known");
    order(&sandbox);
    refused(&sandbox);
}

#[test]
fn a_body_that_was_cut_is_missed() {
    let sandbox = under("default");
    sandbox.default_session().call(&request("/user/emailLogin", "x".repeat(20_000)));
    assert_eq!(refused(&sandbox), "the body of turn 1 has 20000 bytes, of which the journal keeps 16384");
}

#[test]
fn a_copy_does_not_know_what_came_before() {
    let sandbox = under("default");
    order(&sandbox);
    for (path, body) in [
        ("fork", r#"{ "name": "copy" }"#),
        ("snapshot", r#"{ "name": "here" }"#),
        ("restore", r#"{ "name": "here" }"#),
    ] {
        let status = api(&sandbox, "POST", &format!("sessions/default/{path}"), body).status;
        assert!(status < 300, "{path}: {status}");
    }
    let message = refused(&sandbox);
    assert!(message.starts_with("the session began as a copy"), "{message}");
    let fork = sandbox.session("copy").expect("the fork").recorded().expect_err("no recording");
    assert!(fork.to_string().starts_with(&message), "{fork}");
    sandbox.default_session().reset();
    order(&sandbox);
    assert_repeats(sandbox.default_session());
}

#[test]
fn too_many_steps_are_not_kept() {
    let sandbox = under("default");
    for n in 0..1_001 {
        sandbox.default_session().disarm(&format!("rule-{n}"));
    }
    let message = refused(&sandbox);
    assert!(message.starts_with("the session was steered more often than is kept"), "{message}");
}

#[test]
fn any_other_file_is_no_recording() {
    let error = Recording::parse("x.json", r#"{ "format": 1, "scenario": "x" }"#).expect_err("no recording");
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().starts_with("x.json is no recording"), "{error}");
    let error = Recording::parse("x.json", r#"{ "recorded": { "session": 5 } }"#).expect_err("no recording");
    assert_eq!(error.kind(), ErrorKind::InvalidFile);
    let whole = r#"{ "format": 1, "scenario": "x", "calls": [{ "raw": { "method": "P ST", "target": "/" } }],
        "recorded": { "session": "default", "epoch": 1, "seed": 1, "generator": 1, "version": "1", "journal": [
        { "turn": 1 }
        ] } }"#;
    let error = Recording::parse("x.json", whole).expect("a head").replay(None).expect_err("a mistake");
    assert!(error.to_string().contains("x.json:1:"), "{error}");
}

#[test]
fn what_the_process_was_told_stands_in_the_file() {
    let builder = builder().vendor("settle", "2polls").vendor("auth", "strict").vendor("preOrderLimit", "5m");
    let builder = builder.auto_pay(std::time::Duration::from_secs(3)).base_path("/fms");
    let sandbox = builder.start_blocking().expect("the sandbox starts");
    let session = sandbox.default_session();
    let mut call = request("/fms/v1.2/package/preOrderPackage", changed(json!({})).to_string());
    session.call(&call);
    let token = session.issue_token("mei.tan@traveller.example").expect("a token");
    call.headers_mut().insert("x-access-token", token.parse().expect("a value"));
    session.call(&call);
    session.clock().advance(std::time::Duration::from_secs(4)).expect("within the calendar");
    assert_eq!(session.journal().len(), 3);
    assert_repeats(session);
}

#[test]
fn a_file_that_the_scenario_uses_stands_in_the_file() {
    let folder = crate::support::folder(&[
        (
            "a.json",
            r#"{ "format": 1, "scenario": "a", "rules": [{ "on": "pre-order", "answer": { "code": 9999 } }] }"#,
        ),
        (
            "b.json",
            r#"{ "format": 1, "scenario": "b", "uses": ["a"], "rules": [{ "on": "poll", "answer": { "code": 7 } }] }"#,
        ),
    ]);
    let path = |name: &str| folder.path().join(name).display().to_string();
    let files = format!("{},{}", path("a.json"), path("b.json"));
    // Each may stand in front once, so the second is taken by itself.
    let sandbox = builder().scenario(path("a.json")).start_blocking().expect("the sandbox starts");
    let session = sandbox.default_session();
    session.use_scenario(r#"{ "format": 1, "scenario": "c", "uses": ["a"] }"#).expect("a scenario");
    order(&sandbox);
    assert_eq!(session.journal()[0]["rule"], "a/rule-1", "{files}");
    assert_repeats(session);
}

#[test]
fn calls_to_the_byte_and_of_the_control_surface_may_stand_in_any_scenario() {
    let sandbox = under_text(
        r#"{ "format": 1, "scenario": "test", "clock": { "start": "2026-03-01T08:00:00Z", "mode": "frozen" },
        "calls": [
            { "on": "pre-order", "save": { "order": "data.id" } },
            { "control": { "path": "orders/${order}/pay", "body": { "outcome": "fail" } }, "expect": { "status": 200, "answers.0.code": 0 } },
            { "at": "2026-03-01T09:00:00Z", "control": { "method": "GET", "path": "clock" }, "expect": { "now": "2026-03-01T09:00:00.000Z" } },
            { "raw": { "method": "POST", "target": "/nowhere", "base64": "/w==" }, "expect": { "status": 404 } },
            { "at": "2026-03-01T08:30:00Z" }
        ],
        "expect": [{ "orders": { "payStatus": "failed" }, "count": 1 }] }"#,
    );
    let unmet = sandbox.default_session().rehearse();
    let back = "the clock shows 2026-03-01T09:00:00.000Z and never moves back".to_owned();
    assert_eq!(unmet, [("/calls/4/at".to_owned(), back)]);
}
