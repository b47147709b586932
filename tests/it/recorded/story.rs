//! A bug report from end to end: a running server, one file, another process.

use std::process::{Command, Output};

use linksfield_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::support::{PRE_ORDER, Raw, api, builder, changed, folder};

const SHOP: &str = r#"{
    "format": 1, "scenario": "shop", // a scenario of somebody's own
    "payer": { "after": "10m" },
    "vendor": { "auth": "strict" },
    "rules": [
        { "id": "by-chance", "on": "poll", "chance": 0.5, "answer": { "code": 3004 } },
        { "id": "jitter", "on": "detail", "fault": { "delay": { "uniform": { "from": "0ms", "to": "1ms" } } } }
    ]
}"#;

fn binary(args: &[&str]) -> Output {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("linksfield-sandbox"));
    command.args(args).output().expect("the binary runs")
}

/// What somebody does with a session until it has gone wrong.
fn story(sandbox: &Sandbox) {
    let steer = |method: &str, path: &str, body: &Value| {
        let answer = api(sandbox, method, &format!("sessions/checkout/{path}"), &body.to_string());
        assert!(answer.status < 300, "{path}: {} {}", answer.status, answer.body);
        answer.body
    };
    // The first epoch is over before the story begins.
    sandbox.session("checkout").expect("the session").reset();
    let token = steer("POST", "tokens", &json!({ "email": "mei.tan@traveller.example" }));
    let token: Value = serde_json::from_str(&token).expect("JSON");
    let token = token["token"].as_str().expect("a token");
    let send = |method: &str, path: &str, body: &str| {
        let length = body.len();
        let head = format!("{method} /s/checkout{path} HTTP/1.1\r\nHost: x\r\nx-access-token: {token}\r\n");
        let mut raw = Raw::connect(sandbox);
        raw.send(format!("{head}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}")).rest()
    };
    let order =
        |mail: &str| send("POST", PRE_ORDER, &changed(json!({ "receive_qr_email": mail })).to_string());
    assert_eq!(order("lost-answer@you.example"), "", "the answer is lost");
    assert!(order("lost-answer@you.example").is_empty());
    steer("POST", "fail-next", &json!({ "on": "pre-order", "code": "TOKEN_EXPIRED" }));
    assert!(order("test@test.com").contains("\"code\":7"));
    steer("POST", "rules", &json!({ "on": "login", "answer": { "code": 9999 } }));
    steer("PATCH", "packages/1000000", &json!({ "price": { "USD": 3 } }));
    order("paid-3s@you.example");
    steer("POST", "clock/advance", &json!({ "by": "61s" }));
    let orders = steer("GET", "orders", &Value::Null);
    let orders: Value = serde_json::from_str(&orders).expect("JSON");
    let id = &orders["orders"][0]["id"];
    steer("POST", &format!("orders/{id}/pay"), &json!({ "outcome": "fail" }));
    for _ in 0..6 {
        send("POST", "/package/queryOrdStatusAndEmail", &json!({ "orderId": id }).to_string());
        send("GET", "/v1.1/package/detail?id=1000000", "");
    }
    steer("POST", "clock/advance", &json!({ "by": "3h" }));
    assert!(send("POST", PRE_ORDER, "{ broken").contains("\"code\":2"));
    assert!(send("POST", "/v1.2/package/preOrderPackge", "{}").contains(" 404 "));
    assert!(send("POST", "/user/emailLogin", "{}").contains("200 OK"));
    // A body that is refused before it is read whole, and an encoding that nobody understands.
    assert!(send("POST", PRE_ORDER, &"x".repeat(70_000)).contains(" 413 "));
    let mut raw = Raw::connect(sandbox);
    let gzip = format!(
        "POST /s/checkout{PRE_ORDER} HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{{}}"
    );
    assert_eq!(raw.send(gzip).answer().status, 415);
    // A token of another session, whose name is in the path: the journal notes it.
    let other = sandbox.session("other").expect("a session").token().expect("a token");
    let call = format!(
        "GET /s/checkout/v1.1/package/detail?id=1000000 HTTP/1.1\r\nHost: x\r\nx-access-token: {other}\r\n\r\n"
    );
    Raw::connect(sandbox).send(&call).answer();
    assert!(sandbox.session("other").expect("a session").drop_session());
    Raw::connect(sandbox).send(&call).answer();
}

#[test]
fn what_is_due_at_once_happens_before_or_after_a_step_as_it_did() {
    for looks_first in [false, true] {
        let sandbox = crate::support::under_text(
            r#"{ "format": 1, "scenario": "test", "clock": { "start": "2026-03-01T08:00:00Z", "mode": "frozen" } }"#,
        );
        let session = sandbox.default_session();
        crate::support::pre_order(session, &changed(json!({})));
        let id = &session.orders()[0]["id"];
        let pay = json!({ "copies": 2, "gap": "2m" }).to_string();
        assert_eq!(api(&sandbox, "POST", &format!("sessions/default/orders/{id}/pay"), &pay).status, 200);
        // The first is due now, and reported once somebody looks.
        if looks_first {
            assert_eq!(session.orders()[0]["payStatus"], "paid");
        }
        session.arm(r#"{ "on": "webhook", "answer": { "code": 9999 } }"#).expect("a rule");
        let paid = if looks_first { "paid" } else { "waiting" };
        assert_eq!(session.orders()[0]["payStatus"], paid);
        super::assert_repeats(session);
    }
}

#[test]
fn one_file_makes_a_session_happen_again_in_another_process() {
    let folder = folder(&[("shop.json", SHOP)]);
    let path = |name: &str| folder.path().join(name).display().to_string();
    let builder = builder().scenario(path("shop.json")).vendor("messages", "translated");
    let builder = builder.limit(linksfield_sandbox::Limit::Body(65_536));
    let sandbox = builder.start_blocking().expect("the sandbox starts");
    story(&sandbox);
    let session = sandbox.session("checkout").expect("the session");
    assert_eq!(api(&sandbox, "PUT", "sessions/checkout/clock", r#"{ "mode": "frozen" }"#).status, 200);
    let journal = session.journal();
    assert!(journal.len() > 20, "{}", journal.len());
    let (file, url) = (path("bug.json"), sandbox.url());
    let written = binary(&["ctl", "--url", &url, "--session", "checkout", "record", &file]);
    assert!(written.status.success(), "{written:?}");
    let text = std::fs::read_to_string(&file).expect("a file");
    assert_eq!(text, session.recorded().expect("a recording"));
    let printed = binary(&["ctl", "--url", &url, "--session", "checkout", "record"]);
    assert_eq!(String::from_utf8_lossy(&printed.stdout), text);
    drop(sandbox);

    // What is recorded is a scenario that `check` finds nothing wrong with.
    let checked = binary(&["check", &file]);
    assert!(checked.status.success(), "{checked:?}");
    let same = binary(&["replay", &file]);
    let told = format!("{} calls, the same journal\n", journal.len());
    assert_eq!((same.status.code(), String::from_utf8_lossy(&same.stdout).into_owned()), (Some(0), told));
    let printed = binary(&["replay", &file, "--print"]);
    let lines: Vec<String> = String::from_utf8_lossy(&printed.stdout).lines().map(str::to_owned).collect();
    let recorded: Vec<&str> = text.lines().skip_while(|line| !line.contains("\"journal\"")).skip(1).collect();
    assert_eq!(lines.len(), journal.len());
    for (line, recorded) in lines.iter().zip(recorded) {
        assert_eq!(line, recorded.trim().trim_end_matches(','), "to the byte");
    }

    // Another style of the same file is still the same; another story is not.
    assert!(binary(&["fmt", &file]).status.success());
    assert!(binary(&["replay", &file]).status.success());
    let tampered =
        text.replacen("{\\\"USD\\\":3}", "", 1).replacen("\"price\":{\"USD\":3}", "\"price\":{\"USD\":4}", 1);
    assert_ne!(tampered, text);
    std::fs::write(&file, tampered.replacen("\"generator\": 1", "\"generator\": 0", 1)).expect("a file");
    let other = binary(&["replay", &file]);
    assert_eq!(other.status.code(), Some(5));
    let told = String::from_utf8_lossy(&other.stdout).into_owned();
    insta::assert_snapshot!(told.trim_end(), @r"
    turn 4 differs (POST /v1.2/package/preOrderPackage):
      /response/body/data/amount
        recorded: 3
        replayed: 4
    ");
    let note = String::from_utf8_lossy(&other.stderr).into_owned();
    assert!(note.contains("whose generated values have the number 0; here they have 1"), "{note}");
}
