//! An orderly stop and another start.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use linksfield_sandbox::{Sandbox, SessionHandle, SessionOptions};
use serde_json::{Value, json};

use super::{FROZEN, control, frozen, kept_in, serve, start};
use crate::support::{PRE_ORDER, api, changed, documented, pre_order, request, scenario_file};

/// What the control surface shows of a session, but for what is not kept.
const SHOWN: [&str; 9] =
    ["orders", "outbox", "packages", "profiles", "users", "tokens", "sims", "deliveries", "clock"];

fn shown(sandbox: &Sandbox, session: &str) -> Vec<String> {
    let show = |what: &&str| {
        let answer = api(sandbox, "GET", &format!("sessions/{session}/{what}"), "");
        assert_eq!(answer.status, 200, "{what}: {}", answer.body);
        format!("{what}: {}", answer.body)
    };
    SHOWN.iter().map(show).collect()
}

fn done(sandbox: &Sandbox, method: &str, path: &str, body: Value) -> Value {
    let body = if body == json!(null) { String::new() } else { body.to_string() };
    let answer = api(sandbox, method, path, &body);
    assert!((200..300).contains(&answer.status), "{path}: {}", answer.body);
    if answer.body.is_empty() { Value::Null } else { answer.json() }
}

/// Orders of all kinds, people, patches, mails, SIMs.
fn busy(sandbox: &Sandbox, session: &SessionHandle) {
    let name = session.name().to_owned();
    let at = |path: &str| format!("sessions/{name}/{path}");
    let mut ids = Vec::new();
    for step in 0..12_u64 {
        let body = changed(json!({ "periodNum": 1 + step % 5 }));
        ids.push(pre_order(session, &body)["data"]["id"].clone());
        session.clock().advance(Duration::from_mins(7)).expect("within the calendar");
    }
    for id in &ids[6..9] {
        session.pay(u32::try_from(id.as_u64().expect("an id")).expect("a small number"));
    }
    done(sandbox, "POST", &at("users"), json!({ "email": "new@you.example", "password": "secret" }));
    assert!(session.issue_token("new@you.example").is_some());
    let sims = done(sandbox, "GET", &at("sims"), json!(null));
    let iccid = sims["sims"][0]["iccid"].as_str().expect("a SIM").to_owned();
    done(sandbox, "POST", &at("events"), json!({ "kind": "uplink-sms", "sim": iccid, "text": "hello" }));
    done(sandbox, "POST", &at("clock/advance"), json!({ "by": "90m" }));
}

#[test]
fn everything_that_the_control_surface_shows_is_there_after_a_stop() {
    let (folder, scenario) = (tempfile::tempdir().expect("a folder"), frozen());
    let kept = kept_in(folder.path(), &scenario);
    let sandbox = start(&kept);
    busy(&sandbox, sandbox.default_session());
    let options = SessionOptions::named("Own").seed(11).claim("email", "*+own@you.example");
    busy(&sandbox, &sandbox.session_with(options.idle(Duration::from_hours(5))).expect("a session"));
    let before = (shown(&sandbox, "default"), shown(&sandbox, "own"));
    let (token, turn) = (sandbox.default_session().token(), last_turn(sandbox.default_session()));
    sandbox.stop();
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 2);

    let sandbox = start(&kept);
    assert_eq!((shown(&sandbox, "default"), shown(&sandbox, "own")), before);
    let session = sandbox.default_session();
    assert_eq!(session.token(), token);
    let own = sandbox.session("own").expect("the session");
    assert_eq!((own.seed(), own.epoch(), own.orders().len()), (11, 1, 12));
    // A claim still leads to it.
    let body = changed(json!({ "receive_qr_email": "a+own@you.example" })).to_string();
    let answer = crate::support::Raw::connect(&sandbox).post(PRE_ORDER, &body).answer();
    assert_eq!(answer.header("x-sandbox-session"), Some("own"), "{body}");
    // Turns, ids and numbers go on.
    let orders = session.orders();
    let next = pre_order(session, &Value::Object(documented()));
    let rises =
        |key: &str| next["data"][key].as_u64() > orders.iter().filter_map(|order| order[key].as_u64()).max();
    assert!(rises("id"), "{next} after {orders:?}");
    assert_eq!(last_turn(session), turn + 2);
    // What happened before the stop stands in no journal, and nobody is told that it does.
    let untold = session.recorded().expect_err("calls are missing").to_string();
    assert!(untold.contains("started again"), "{untold}");
    session.reset();
    pre_order(session, &Value::Object(documented()));
    session.recorded().expect("all of it is known again");
}

fn last_turn(session: &SessionHandle) -> u64 {
    let answer = session.call(&request("/no/such/path", ""));
    answer.headers()["x-sandbox-turn"].to_str().expect("text").parse().expect("a number")
}

#[test]
fn a_clock_stands_where_it_stood_or_has_gone_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let kept = crate::support::builder().data(folder.path());
    let sandbox = start(&kept);
    sandbox.default_session().clock().advance(Duration::from_hours(24 * 400)).expect("within the calendar");
    let real = sandbox.default_session().clock().now();
    let frozen = sandbox.session_with(SessionOptions::named("still").scenario(FROZEN)).expect("a session");
    frozen.clock().advance(Duration::from_secs(90)).expect("within the calendar");
    sandbox.stop();
    let sandbox = start(&kept);
    let now = sandbox.default_session().clock().now();
    assert!(now >= real && now[..10] <= *"2100-01-01", "{real} then {now}");
    let still = sandbox.session("still").expect("the session");
    assert_eq!(still.clock().now(), "2026-03-01T08:01:30.000Z");
    assert_eq!(still.scenario(), "frozen");
}

#[test]
fn what_was_dropped_or_reset_stays_so() {
    let (folder, scenario) = (tempfile::tempdir().expect("a folder"), frozen());
    let kept = kept_in(folder.path(), &scenario);
    let sandbox = start(&kept);
    for name in ["dropped", "reset", "snapshot"] {
        pre_order(&sandbox.session(name).expect("a session"), &Value::Object(documented()));
    }
    let first = sandbox.session("reset").expect("the session").token();
    done(&sandbox, "DELETE", "sessions/dropped", json!(null));
    done(&sandbox, "POST", "sessions/reset/reset", json!(null));
    done(&sandbox, "POST", "sessions/snapshot/snapshot", json!({ "name": "one" }));
    pre_order(&sandbox.session("snapshot").expect("the session"), &Value::Object(documented()));
    done(&sandbox, "POST", "sessions/snapshot/restore", json!({ "name": "one" }));
    done(&sandbox, "POST", "sessions/snapshot/fork", json!({ "name": "fork" }));
    sandbox.stop();
    let sandbox = start(&kept);
    assert_eq!(api(&sandbox, "GET", "sessions/dropped", "").status, 410);
    let reset = sandbox.session("reset").expect("the session");
    assert_eq!((reset.epoch(), reset.orders().len()), (2, 0));
    assert_ne!(reset.token(), first);
    assert_eq!(sandbox.session("snapshot").expect("the session").orders().len(), 1);
    assert_eq!(sandbox.session("fork").expect("the session").orders().len(), 1);
    let again = sandbox.session("dropped").expect("a session");
    assert_eq!((again.epoch(), again.orders().len()), (2, 0));
    sandbox.stop();
    assert_eq!(start(&kept).session("dropped").expect("the session").epoch(), 2);
}

#[test]
fn a_session_goes_on_under_the_scenario_that_it_was_given() {
    let (folder, scenario) = (tempfile::tempdir().expect("a folder"), frozen());
    let kept = kept_in(folder.path(), &scenario);
    let sandbox = start(&kept);
    done(&sandbox, "PUT", "sessions/default/scenario", json!({ "name": "system-error", "world": "keep" }));
    let document = json!({ "format": 1, "scenario": "mine", "rules": [{ "on": "pre-order", "answer": { "code": "ERROR" } }] });
    let made = json!({ "name": "own", "scenario": document });
    let made = api(&sandbox, "POST", "sessions", &made.to_string());
    assert_eq!(made.status, 201, "{}", made.body);
    let told = |sandbox: &Sandbox| {
        let codes = ["default", "own"].map(|name| {
            let session = sandbox.session(name).expect("the session");
            pre_order(&session, &Value::Object(documented()))["code"].clone()
        });
        (codes, sandbox.default_session().scenario())
    };
    let before = told(&sandbox);
    assert_ne!(before.0[0], json!(0));
    sandbox.stop();
    assert_eq!(told(&start(&kept)), before);
}

#[test]
fn the_same_calls_give_the_same_bytes_with_a_folder_and_without() {
    let scenario = scenario_file(FROZEN);
    let transcript = |builder: &linksfield_sandbox::Builder| {
        let sandbox = start(builder);
        busy(&sandbox, sandbox.default_session());
        let journal = Value::Array(sandbox.default_session().journal()).to_string();
        (shown(&sandbox, "default"), journal)
    };
    let without = crate::support::builder().scenario(scenario.path());
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(transcript(&without), transcript(&kept_in(folder.path(), &scenario)));
}

#[test]
fn a_callback_that_was_under_way_at_a_kill_is_sent_again_with_the_same_id() {
    let folder = tempfile::tempdir().expect("a folder");
    let receiver = TcpListener::bind("127.0.0.1:0").expect("a port");
    let target = format!("*=http://{}/", receiver.local_addr().expect("an address"));
    let mut server = serve(folder.path(), &["--seed", "7", "--callback", &target]);
    let sims = control(&server, "GET", "sessions/default/sims", &json!(null)).json();
    let event = json!({ "kind": "uplink-sms", "sim": sims["sims"][0]["iccid"], "text": "hello" });
    let told = control(&server, "POST", "sessions/default/events", &event);
    assert_eq!(told.status, 200, "{}", told.body);
    // It is taken, and never answered.
    let first = posted(&receiver);
    server.child.kill().expect("SIGKILL");
    server.child.wait().expect("an end");
    let server = serve(folder.path(), &[]);
    assert_eq!(server.ready["seed"], 7);
    let mut again = posted(&receiver);
    assert_eq!((id(&again.1), body(&again.1)), (id(&first.1), body(&first.1)));
    again.0.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").expect("it is read");
    let listed =
        control(&server, "GET", "sessions/default/deliveries?state=delivered&count=1&wait=20s", &json!(null));
    assert_eq!(listed.json()["deliveries"][0]["delivery"], id(&again.1).as_str(), "{}", listed.body);
}

/// A connection, and what came on it.
fn posted(receiver: &TcpListener) -> (TcpStream, String) {
    let (mut stream, _) = receiver.accept().expect("a connection");
    let (mut text, mut piece) = (String::new(), [0; 4096]);
    while !text.trim_end().ends_with('}') {
        let count = stream.read(&mut piece).expect("a request");
        text += &String::from_utf8_lossy(&piece[..count]);
    }
    (stream, text)
}

fn id(posted: &str) -> String {
    let line = posted
        .lines()
        .find_map(|line| line.to_lowercase().strip_prefix("x-lf-delivery: ").map(str::to_owned));
    line.expect("an id")
}

fn body(posted: &str) -> &str {
    posted.split("\r\n\r\n").nth(1).expect("a body")
}
