//! The binary as others build on it: ready line, exit codes, signals, and what it prints where.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::support::{PRE_ORDER, Raw, documented, under};

/// The binary, without what the developer's own shell says.
pub(crate) fn binary() -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("linksfield-sandbox"));
    // What the developer's own shell says must not steer a test.
    for (name, _) in
        std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("LINKSFIELD_SANDBOX_"))
    {
        command.env_remove(name);
    }
    command
}

/// A server, ended when it is dropped.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) ready: Value,
}

impl Server {
    /// Started on a free port.
    pub(crate) fn start(args: &[&str]) -> Self {
        let mut command = binary();
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(args);
        Self::of(command)
    }

    /// Started by a command of one's own.
    pub(crate) fn of(mut command: Command) -> Self {
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().expect("stdout")).read_line(&mut line).expect("a ready line");
        let ready = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        Self { child, ready }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.ready["url"]
            .as_str()
            .and_then(|url| url.strip_prefix("http://"))
            .expect("a URL")
            .parse()
            .expect("an address")
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("the process is there");
    }

    /// Waits for the end; exit status, what else came on stdout, and stderr.
    pub(crate) fn end(mut self) -> (ExitStatus, String, String) {
        let status = self.child.wait().expect("an end");
        let (mut out, mut err) = (String::new(), String::new());
        self.child.stdout.take().expect("stdout").read_to_string(&mut out).expect("text");
        self.child.stderr.take().expect("stderr").read_to_string(&mut err).expect("text");
        (status, out, err)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Exit code, stdout and stderr of a command that ends by itself.
pub(crate) fn run(args: &[&str]) -> (Option<i32>, String, String) {
    let output = binary().args(args).output().expect("the binary runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_ready_line_says_everything_and_nothing_follows_it_on_stdout() {
    let server = Server::start(&["--seed", "7", "--scenario", "flaky"]);
    let port = server.address().port();
    let expected = json!({
        "event": "ready", "contract": 1, "version": env!("CARGO_PKG_VERSION"), "generator": 1,
        "pid": server.child.id(), "url": format!("http://127.0.0.1:{port}"),
        "control": format!("http://127.0.0.1:{port}/__sandbox"), "seed": 7, "scenario": "flaky",
    });
    assert_eq!(server.ready, expected);
    let keys: Vec<&String> = server.ready.as_object().expect("an object").keys().collect();
    assert_eq!(
        keys,
        ["event", "contract", "version", "generator", "pid", "url", "control", "seed", "scenario"]
    );
    let answer =
        Raw::connect_to(server.address()).post(PRE_ORDER, &Value::Object(documented()).to_string()).answer();
    assert_eq!(answer.json()["code"], 0);
    server.signal(Signal::TERM);
    let (status, out, err) = server.end();
    assert_eq!((status.code(), out.as_str(), err.as_str()), (Some(0), "", ""));
}

#[test]
fn either_signal_stops_it_with_0() {
    for signal in [Signal::TERM, Signal::INT] {
        let server = Server::start(&[]);
        let _idle = Raw::connect_to(server.address());
        server.signal(signal);
        assert_eq!(server.end().0.code(), Some(0), "{signal:?}");
    }
}

#[test]
fn options_without_a_command_serve() {
    let mut command = binary();
    command.args(["--listen", "127.0.0.1:0", "--control", "off", "--seed", "1"]).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().expect("stdout")).read_line(&mut line).expect("a ready line");
    kill_process(Pid::from_child(&child), Signal::TERM).expect("the process is there");
    assert_eq!(child.wait().expect("an end").code(), Some(0));
    let ready: Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!((&ready["control"], &ready["seed"]), (&Value::Null, &json!(1)));
}

#[test]
fn variables_stand_behind_flags_and_before_defaults() {
    let mut command = binary();
    command.env("LINKSFIELD_SANDBOX_SEED", "5").env("LINKSFIELD_SANDBOX_SCENARIO", "sold-out");
    command.env("LINKSFIELD_SANDBOX_LISTEN", "127.0.0.1:0").args(["--seed", "6"]).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().expect("stdout")).read_line(&mut line).expect("a ready line");
    child.kill().expect("it ends");
    child.wait().expect("it ends");
    let ready: Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!((&ready["scenario"], &ready["seed"]), (&json!("sold-out"), &json!(6)));
}

#[test]
fn a_busy_port_is_named_and_ends_with_4() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let (code, out, err) = run(&["serve", "--listen", &address]);
    assert_eq!((code, out.as_str()), (Some(4), ""));
    assert!(err.contains(&format!("cannot bind {address}")) && err.contains("is in use"), "{err}");
}

#[test]
fn wrong_usage_ends_with_2_and_says_what_is_right() {
    let cases: [(&[&str], &str); 7] = [
        (&["serve", "--scenario", "tokn-expired"], "did you mean token-expired?"),
        (&["serve", "--vendor", "auth=loose"], "it takes lenient or strict"),
        (&["serve", "--vendor", "auth"], "write KEY=VALUE"),
        (&["serve", "--vendor", "colour=red"], "there are auth, signatures, signatureWindow, answerSign"),
        (&["serve", "--drain", "2"], "such as 500ms or 2s"),
        (&["--listen", "0.0.0.0:0"], "--control-token"),
        (&["srve"], "unrecognized subcommand"),
    ];
    for (args, expected) in cases {
        let (code, out, err) = run(args);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{args:?}: {err}");
        assert!(err.contains(expected), "{args:?}: {err}");
    }
}

#[test]
fn an_open_address_needs_a_token_and_then_nothing_else_opens_the_control_surface() {
    let mut command = binary();
    command.args(["--listen", "0.0.0.0:0", "--control-token", "s3cret"]).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().expect("stdout")).read_line(&mut line).expect("a ready line");
    let ready: Value = serde_json::from_str(&line).expect("JSON");
    let port = ready["url"].as_str().and_then(|url| url.rsplit(':').next()).expect("a port").to_owned();
    let address: SocketAddr = format!("127.0.0.1:{port}").parse().expect("an address");
    let get = |headers: &str| {
        let path = "/__sandbox/sessions/default/orders";
        Raw::connect_to(address)
            .send(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n"))
            .answer()
            .status
    };
    let (without, with) = (get(""), get("Authorization: Bearer s3cret\r\n"));
    child.kill().expect("it ends");
    child.wait().expect("it ends");
    assert_eq!((without, with), (403, 200));
}

#[test]
fn an_invalid_file_ends_with_3_before_anything_is_bound() {
    let file = crate::support::scenario_file("{ \"format\": 1, \"scenario\": \"x\", \"rulez\": [] }");
    let (code, out, err) = run(&["serve", "--scenario", &file.path()]);
    assert_eq!((code, out.as_str()), (Some(3), ""));
    assert!(err.contains("error[unknown-key]") && err.contains("rules"), "{err}");
    assert_eq!(run(&["serve", "--scenario", "./no-such-file.json"]).0, Some(3));
}

#[test]
fn check_names_good_files_on_stdout_and_draws_mistakes_on_stderr() {
    let good = crate::support::scenario_file("{ \"format\": 1, \"scenario\": \"good\" }");
    let bad = crate::support::scenario_file(
        "{ \"format\": 1, \"scenario\": \"bad\", \"rules\": [{ \"on\": \"pre-ordr\", \"answer\": { \"code\": 7 } }] }",
    );
    let (code, out, err) = run(&["check", &good.path(), &bad.path()]);
    assert_eq!((code, out), (Some(3), format!("{}: ok\n", good.path())));
    assert!(
        err.contains("did you mean \"pre-order\"?") && err.contains("1 of 2 files cannot be used"),
        "{err}"
    );
    assert_eq!(run(&["check", &good.path()]).0, Some(0));
}

#[test]
fn list_shows_what_there_is_and_finds_a_word() {
    let (code, out, _) = run(&["list", "codes", "expired"]);
    assert_eq!((code, out.lines().count()), (Some(0), 2));
    assert!(out.contains("TOKEN_EXPIRED"), "{out}");
    assert!(
        run(&["list", "endpoints"]).1.lines().all(|line| !line.contains("pre-order")
            || line.contains("partial")
            || line.contains("documented"))
    );
    assert!(
        run(&["list", "endpoints", "esim_qr_mall/pre_order_package_v1_2"])
            .1
            .contains("required unless currencyId")
    );
    assert!(run(&["list", "scenarios", "flaky"]).1.contains("\"every\": 3"));
    assert_eq!(run(&["list", "colours"]).0, Some(2));
}

#[test]
fn a_reader_that_has_enough_of_our_output_is_no_error() {
    let mut child = binary()
        .args(["list"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    drop(child.stdout.take());
    let status = child.wait().expect("an end");
    let mut err = String::new();
    child.stderr.take().expect("stderr").read_to_string(&mut err).expect("text");
    assert_eq!((status.code(), err.as_str()), (Some(0), ""));
}

#[test]
fn health_is_0_for_a_server_and_1_for_none() {
    let server = Server::start(&[]);
    let url = server.ready["url"].as_str().expect("a URL").to_owned();
    let (code, out, _) = run(&["health", &url]);
    assert_eq!(code, Some(0));
    assert!(out.contains("ready"), "{out}");
    drop(server);
    let (code, _, err) = run(&["health", &url]);
    assert_eq!(code, Some(1));
    assert!(err.contains("cannot connect to"), "{err}");
}

#[test]
fn demo_shows_the_main_job_and_ends_with_0() {
    let (code, out, err) = run(&["demo", "--seed", "7"]);
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    for part in [
        "\"message\":\"SUCCESS\"",
        "\"orderPayStatus\":1,\"qrCode\":\"LPA:1$",
        "mail 1 to buyer@traveller.example: delivered",
        "\"kind\":\"orderTimedOut\"",
        "\"code\":6006",
        "\"code\":3005",
        "periodNum: got 99",
    ] {
        assert!(out.contains(part), "{part} is not in {out}");
    }
    // What is drawn is what a phone's camera reads.
    let text = out.split("\"qrCode\":\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a QR text");
    let drawn = linksfield_sandbox::QrCode::of(text).expect("short enough").terminal();
    assert!(out.contains(&drawn), "{out}");
}

#[test]
fn fmt_writes_one_style_keeps_comments_and_does_nothing_twice() {
    let text = "// mine\n{\"format\":1,\"scenario\":\"x\",\n  \"rules\":[{\"on\":\"*\",\"answer\":{\"code\":7}},],} // end";
    let file = crate::support::scenario_file(text);
    let path = file.path();
    assert_eq!(run(&["fmt", "--check", &path]).0, Some(1));
    assert_eq!(run(&["fmt", &path]), (Some(0), format!("{path}\n"), String::new()));
    let formatted = std::fs::read_to_string(&path).expect("the file");
    assert!(
        formatted.starts_with("// mine\n{ \"format\": 1, \"scenario\"") && formatted.contains("// end"),
        "{formatted}"
    );
    assert_eq!(run(&["fmt", "--check", &path]), (Some(0), String::new(), String::new()));
    assert_eq!(run(&["check", &path]).0, Some(0));
    std::fs::write(&path, "{ \"format\": 1, }}").expect("a broken file");
    let (code, _, err) = run(&["fmt", &path]);
    assert_eq!(code, Some(3), "{err}");
    assert!(err.contains("-->"), "{err}");
}

#[test]
fn ctl_steers_a_running_server() {
    let sandbox =
        linksfield_sandbox::Sandbox::builder().seed(7).start_blocking().expect("the sandbox starts");
    let url = sandbox.url();
    let ctl = |args: &[&str]| run(&[&["ctl", "--url", &url], args].concat());
    let session = sandbox.default_session();
    let order =
        || crate::support::pre_order(session, &serde_json::Value::Object(crate::support::documented()));
    assert_eq!(ctl(&["fail", "pre-order", "PRICE_INCONSISTENT"]).1, "armed as armed-1\n");
    assert_eq!((order()["code"].as_i64(), order()["code"].as_i64()), (Some(10_009), Some(0)));
    for (args, help) in [
        (&["fail", "pre-order", "lost-anser"][..], "did you mean \"lost-answer\"?"),
        (&["fail", "pre-order", "stal"], "did you mean `stall`?"),
        (&["fail", "pre-order", "stall"], "add `--commit true`"),
        (&["fail", "pre-ordr", "7"], "did you mean \"pre-order\"?"),
        (&["why", "99"], "it has 2, and 0 were dropped"),
        (&["sims", "12"], "help: `ctl sims` lists them"),
        (&["deliveries", "12", "--again"], "help: `ctl deliveries` lists them"),
        (&["pay", "12"], "help: `ctl orders` lists them"),
    ] {
        let (code, _, err) = ctl(args);
        assert_eq!((code, err.contains(help)), (Some(1), true), "{args:?}: {err}");
    }
    assert!(ctl(&["why"]).1.starts_with("turn 2 at "));
    let id = session.orders()[0]["id"].to_string();
    assert!(ctl(&["orders"]).1.contains("waiting"));
    assert_eq!(ctl(&["pay", &id]).1, "turn 3: code 0\n");
    assert!(ctl(&["outbox"]).1.contains("test@test.com  delivered"));
    let (code, out, _) = ctl(&["--json", "advance", "73h"]);
    assert_eq!((code, out.contains(r#""kind":"tokenExpired""#)), (Some(0), true), "{out}");
    assert!(ctl(&["use", "sold-out", "--keep"]).1.contains("not taken: world"));
    assert!(
        ctl(&["use", "flaky,sold-out", "--keep"])
            .1
            .contains("the scenario is flaky,sold-out, the world keep")
    );
    let (code, _, err) = ctl(&["use", "sold-outt"]);
    assert_eq!((code, err.contains("did you mean \"sold-out\"?")), (Some(1), true), "{err}");
    let file = crate::support::scenario_file(
        "// mine\n{ \"format\": 1, \"scenario\": \"mine\", \"rules\": [{ \"on\": \"*\", \"answer\": { \"code\": 7 } }] }",
    );
    assert!(ctl(&["use", &file.path()]).1.contains("the scenario is mine"));
    assert_eq!(order()["code"], 7);
    assert_eq!(ctl(&["reset"]).1, "a new epoch has begun\n");
}

#[test]
fn ctl_takes_its_options_behind_the_command_as_well() {
    let sandbox = under("flaky");
    let url = sandbox.url();
    let before = run(&["ctl", "--url", &url, "--json", "sims"]);
    assert_eq!(before.0, Some(0));
    assert_eq!(run(&["ctl", "sims", "--url", &url, "--session", "default", "--json"]), before);
}

#[test]
fn ctl_verify_shows_what_is_met_or_the_diff_and_ends_with_5() {
    let sandbox = under("flaky");
    let url = sandbox.url();
    let ctl = |args: &[&str]| run(&[&["ctl", "--url", &url], args].concat());
    let order = || crate::support::pre_order(sandbox.default_session(), &Value::Object(documented()));
    (0..5).for_each(|_| drop(order()));
    let (code, out, err) = ctl(&["verify"]);
    assert_eq!((code, err.as_str()), (Some(5), ""));
    assert!(out.starts_with("1 of 2 expectations is not met\n\n/expect/0  "), "{out}");
    assert!(out.contains("\n  - 6 calls to pre-order\n  + 5 (turns 1, 2, 3, 4, 5)\n"), "{out}");
    let (code, out, _) = ctl(&["--json", "verify"]);
    assert_eq!((code, out.contains(r#""code":"unmet""#)), (Some(5), true), "{out}");
    order();
    let (code, out, _) = ctl(&["verify"]);
    assert_eq!(code, Some(0));
    insta::assert_snapshot!(out);
    let file = crate::support::scenario_file("{ \"expect\": [{ \"on\": \"webhook\" }] } // none came\n");
    assert_eq!(ctl(&["verify", &file.path()]).0, Some(5));
    let file = crate::support::scenario_file("{ \"expect\": [{ \"on\": \"webhok\" }] }");
    let (code, _, err) = ctl(&["verify", &file.path()]);
    assert_eq!((code, err.contains("did you mean \"webhook\"?")), (Some(1), true), "{err}");
    assert_eq!(ctl(&["verify", "./no-such-file.json"]).0, Some(1));
}

#[test]
fn a_server_whose_expectations_are_not_met_ends_with_5_and_shows_the_diff_on_stderr() {
    let file = crate::support::scenario_file(
        r#"{ "format": 1, "scenario": "one-order", "expect": [{ "on": "pre-order", "count": 1 }] }"#,
    );
    let path = file.path();
    let args = ["--scenario", path.as_str(), "--fail-on-unmet"];
    let order = |server: &Server, path: &str| {
        let body = Value::Object(documented()).to_string();
        Raw::connect_to(server.address()).post(path, &body).answer().status
    };

    let server = Server::start(&args);
    assert_eq!(order(&server, PRE_ORDER), 200);
    server.signal(Signal::TERM);
    let (status, out, err) = server.end();
    assert_eq!((status.code(), out.as_str(), err.as_str()), (Some(0), "", ""));

    // One session is dropped unmet, another is left as it should be; the default one is nobody's.
    let server = Server::start(&args);
    order(&server, &format!("/s/twice{PRE_ORDER}"));
    order(&server, &format!("/s/twice{PRE_ORDER}"));
    order(&server, &format!("/s/once{PRE_ORDER}"));
    let drop_it = "DELETE /__sandbox/sessions/twice HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(Raw::connect_to(server.address()).send(drop_it).answer().status, 204);
    let stop = "POST /__sandbox/shutdown HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
    Raw::connect_to(server.address()).send(stop).answer();
    let (status, out, err) = server.end();
    assert_eq!((status.code(), out.as_str()), (Some(5), ""));
    insta::assert_snapshot!(err);
}

#[test]
fn help_fits_one_screen_and_has_examples() {
    for args in [&["--help"][..], &["serve", "--help"], &["check", "--help"]] {
        let (code, out, _) = run(args);
        assert_eq!(code, Some(0));
        assert!(out.lines().count() <= 45, "{args:?} has {} lines", out.lines().count());
    }
    assert!(run(&["--help"]).1.contains("Examples:"));
}

#[test]
fn logs_can_be_json_and_never_reach_stdout() {
    let server = Server::start(&["--log", "debug", "--log-format", "json"]);
    let mut raw = Raw::connect_to(server.address());
    raw.send("rubbish\r\n\r\n").rest();
    server.signal(Signal::TERM);
    let (status, out, err) = server.end();
    assert_eq!((status.code(), out.as_str()), (Some(0), ""));
    for line in err.lines() {
        let _: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    }
    assert!(err.contains("a connection ended early"), "{err}");
    std::io::stdout().flush().expect("stdout");
}

#[test]
fn no_log_line_shows_a_password_or_a_token() {
    let server = Server::start(&["--log", "trace", "--vendor", "auth=strict"]);
    let mut raw = Raw::connect_to(server.address());
    let passwd = "0cc175b9c0f1b6a831c399e269772661";
    let who = json!({ "email": "lena.brook@traveller.example", "partnerCode": "P001101", "passwd": passwd });
    let token = raw.post("/user/emailRegister", &who.to_string()).answer().json()["data"]["token"].clone();
    let token = token.as_str().expect("a token").to_owned();
    for path in ["/user/login", "/user/emailLogin", "/user/passwordReset"] {
        assert_eq!(raw.post(path, &who.to_string()).answer().json()["code"], 0, "{path}");
        let wrong =
            json!({ "email": "nobody@traveller.example", "partnerCode": "P001101", "passwd": "own-secret" });
        assert_eq!(raw.post(path, &wrong.to_string()).answer().json()["code"], 9999, "{path}");
        raw.post(path, "{ \"passwd\": \"own-secret\" \"email\": 1 }").answer();
    }
    for bearer in [token.as_str(), "sbx1~default~1~0~0~madeupproof"] {
        let body = Value::Object(documented()).to_string();
        let head = format!("POST {PRE_ORDER} HTTP/1.1\r\nHost: x\r\nx-access-token: {bearer}\r\n");
        raw.send(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len())).answer();
    }
    raw.send(format!("rubbish {token} {passwd}\r\n\r\n")).rest();
    // Over the control surface as well: what is wrong there is told to whoever sent it, and to nobody else.
    for (path, body) in
        [("users", json!({ "email": "x", "password": "own-secret" })), ("tokens", json!({ "email": token }))]
    {
        let body = body.to_string();
        let head = format!("POST /__sandbox/sessions/default/{path} HTTP/1.1\r\nHost: localhost\r\n");
        let head = format!("{head}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
        Raw::connect_to(server.address()).send(head + &body).answer();
    }
    server.signal(Signal::TERM);
    let (_, out, err) = server.end();
    assert_eq!(out, "");
    assert!(err.contains("is a replica"), "the log is on: {err}");
    let proof = token.rsplit('~').next().expect("a proof");
    // Its end is what cannot be guessed: no five characters of it in a row.
    for piece in
        (0..=proof.len() - 5).map(|at| &proof[at..at + 5]).chain(["sbx1~", passwd, "own-secret", "madeup"])
    {
        assert!(!err.contains(piece), "{piece:?} is in {err}");
    }
}

#[test]
fn a_card_is_written_pasted_into_and_served_and_never_overwritten() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let dir = folder.path().display().to_string();
    let id = "esim_qr_mall/pre_order_package_v1_1";
    let (code, out, err) = run(&["card", id, "--write", &dir]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("--fixtures"), "{out}");
    let file = folder.path().join(format!("{id}.json"));
    let text = std::fs::read_to_string(&file)
        .expect("the card")
        .replace("\"partial\"", "\"replica\"")
        .replace("SUCCESS", "PASTED");
    std::fs::write(&file, text).expect("the card");
    let server = Server::start(&["--fixtures", &dir]);
    let mut raw = Raw::connect_to(server.address());
    let body = Value::Object(documented()).to_string();
    for _ in 0..2 {
        let answer = raw.post("/v1.1/package/preOrderPackage", &body).answer();
        assert_eq!(
            (answer.header("x-sandbox-evidence"), &answer.json()["message"]),
            (Some("replica"), &json!("PASTED"))
        );
    }
    server.signal(Signal::TERM);
    let (_, _, err) = server.end();
    assert_eq!(err.matches("is a replica").count(), 1, "said once in a session, with the remedy: {err}");
    assert!(err.contains(&format!("linksfield-sandbox card {id} --write DIR")), "{err}");
    assert_eq!(run(&["card", id, "--write", &dir]).0, Some(1), "what somebody found out is not overwritten");
    assert!(run(&["card", "esim_qr_mall/pre_order_package_v1_3"]).2.contains("did you mean"));
}

#[test]
fn the_schema_is_printed_or_written_and_is_the_one_that_is_served() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let dir = folder.path().display().to_string();
    assert_eq!(run(&["schema", "--write", &dir]).0, Some(0));
    let written = std::fs::read_to_string(folder.path().join("scenario.schema.json")).expect("the schema");
    assert_eq!(written, run(&["schema"]).1);
    let schema: Value = serde_json::from_str(&written).expect("JSON");
    assert_eq!(schema, linksfield_sandbox::scenario_schema());
}

#[test]
fn every_option_has_its_variable_and_a_slip_in_a_name_is_told() {
    let with = |name: &str, value: &str, args: &[&str]| {
        let output = binary().env(name, value).args(args).output().expect("the binary runs");
        (output.status.code(), String::from_utf8(output.stderr).expect("text"))
    };
    let help = run(&["serve", "--help"]).1;
    let options: Vec<&str> =
        help.split_whitespace().filter_map(|word| word.strip_prefix("--")).filter(|o| *o != "help").collect();
    assert!(options.len() > 20, "{options:?}");
    for option in options {
        let name =
            format!("LINKSFIELD_SANDBOX_{}", option.trim_end_matches(']').replace('-', "_").to_uppercase());
        // `list` knows the variables of all commands: none of them may be called unknown, and an empty one is not set.
        let (code, err) = with(&name, "", &["list", "codes"]);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{name}");
    }
    let (_, err) = with("LINKSFIELD_SANDBOX_SCENARO", "x", &["list", "codes"]);
    assert!(err.contains("did you mean LINKSFIELD_SANDBOX_SCENARIO?"), "{err}");
    let (code, err) = with("LINKSFIELD_SANDBOX_COLOUR", "x", &["list", "codes"]);
    assert!(code == Some(0) && err.contains("LINKSFIELD_SANDBOX_COLOUR means nothing here"), "{err}");
    // What `exec` tells its command, and what test helpers go by.
    for name in ["LINKSFIELD_SANDBOX_URL", "LINKSFIELD_SANDBOX_BIN"] {
        assert_eq!(with(name, "x", &["list", "codes"]), (Some(0), String::new()), "{name}");
    }
    let (code, err) = with("LINKSFIELD_SANDBOX_DRAIN", "soon", &["serve"]);
    assert_eq!(code, Some(2), "{err}");
    let server = {
        let mut command = binary();
        command
            .env("LINKSFIELD_SANDBOX_NO_TRACE_HEADERS", "1")
            .env("LINKSFIELD_SANDBOX_LISTEN", "127.0.0.1:0");
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().expect("stdout")).read_line(&mut line).expect("a ready line");
        Server { child, ready: serde_json::from_str(&line).expect("JSON") }
    };
    let answer = Raw::connect_to(server.address()).post(PRE_ORDER, "{}").answer();
    assert_eq!(answer.header("x-sandbox-turn"), None);
}

#[test]
fn a_shutdown_over_the_control_surface_ends_the_process_with_0() {
    let server = Server::start(&[]);
    let head = "POST /__sandbox/shutdown HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
    Raw::connect_to(server.address()).send(head).answer();
    assert_eq!(server.end().0.code(), Some(0));
}

#[test]
fn coverage_of_two_processes_adds_up_in_one_file_and_a_minimum_ends_with_5() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("made/on/the/way.json").display().to_string();
    for path in [PRE_ORDER, "/user/emailLogin"] {
        let server = Server::start(&["--coverage", &file]);
        let answer =
            Raw::connect_to(server.address()).post(path, &Value::Object(documented()).to_string()).answer();
        assert_eq!(answer.status, 200);
        server.signal(Signal::TERM);
        assert_eq!(server.end().0.code(), Some(0));
    }
    let (code, out, err) = run(&["coverage", &file, "--format", "json"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let sum: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((&sum["processes"], &sum["kinds"]["endpoint"]["used"]), (&json!(2), &json!(2)));
    let total = sum["kinds"]["endpoint"]["total"].as_u64().expect("a total");
    let percent = 200 / total;
    // The file itself counts twice when it is named twice.
    let (_, out, _) = run(&["coverage", &file, &file, "--format", "json"]);
    let twice: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((&twice["processes"], &twice["kinds"]), (&json!(4), &sum["kinds"]));

    let (code, out, err) =
        run(&["coverage", &file, "--min", "0", "--min-of", "endpoint=50", "--min-of", "edge=1"]);
    assert_eq!(code, Some(5));
    assert!(out.contains(&format!("\nendpoint       2{total:>6}{percent:>6}\n")), "{out}");
    let lines: Vec<&str> = err.lines().collect();
    assert_eq!(lines.len(), 2, "{err}");
    let lacks = format!("endpoint: {percent} % used (2 of {total}), 50 % asked for; not used: ");
    assert!(lines[0].starts_with(&lacks) && lines[0].ends_with(" more"), "{err}");
    assert!(
        lines[1].starts_with("edge: 0 % used (0 of 8), 1 % asked for; not used: waiting → paid, "),
        "{err}"
    );
    let codes = &sum["kinds"]["code"];
    let codes = codes["used"].as_u64().zip(codes["total"].as_u64()).expect("counts");
    let met = format!("endpoint={percent},code={}", codes.0 * 100 / codes.1);
    assert_eq!(run(&["coverage", &file, "--min", "100", "--min-of", &met]).0, Some(5));
    assert_eq!(run(&["coverage", &file, "--min-of", &met]).0, Some(0));
    // Junk is told apart from too little, before a server starts on it too.
    let junk = crate::support::scenario_file("{}");
    assert_eq!(run(&["coverage", &file, &junk.path()]).0, Some(3));
    assert_eq!(run(&["serve", "--listen", "127.0.0.1:0", "--coverage", &junk.path()]).0, Some(3));
    let (code, _, err) = run(&["coverage", &file, "--min-of", "endpiont=50"]);
    assert!(code == Some(2) && err.contains("did you mean endpoint?"), "{err}");
}

#[test]
fn demo_rehearses_a_scenario_and_ends_with_5_if_it_breaks_its_word() {
    let (code, out, err) = run(&["demo", "--scenario", "flaky", "--seed", "7"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(
        out.contains("(by the rule every-third)") && out.ends_with("flaky keeps what it expects\n"),
        "{out}"
    );
    let file = crate::support::scenario_file(
        r#"{ "format": 1, "scenario": "wrong", "calls": [{ "on": "pre-order", "expect": { "code": 7 } }], "expect": [{ "on": "poll" }] }"#,
    );
    let (code, out, _) = run(&["demo", "--scenario", &file.path()]);
    assert_eq!(code, Some(5));
    assert!(
        out.contains("/calls/0/expect/code: code: expected 7, got 0")
            && out.contains("- at least 1 call to poll"),
        "{out}"
    );
}

#[test]
fn a_watched_file_is_read_again_when_it_changes_and_a_broken_one_changes_nothing() {
    let with_code = |code: u32| {
        let rule = format!(r#"{{ "on": "*", "answer": {{ "code": {code} }} }}"#);
        format!(r#"{{ "format": 1, "scenario": "watched", "rules": [{rule}] }}"#)
    };
    let file = crate::support::scenario_file(&with_code(7));
    let server = Server::start(&["--scenario", &file.path(), "--watch"]);
    let look = || {
        let head = "GET /__sandbox/sessions/default/scenario HTTP/1.1\r\nHost: localhost\r\n\r\n";
        Raw::connect_to(server.address()).send(head).answer().json()
    };
    let code = || Raw::connect_to(server.address()).post(PRE_ORDER, "{}").answer().json()["code"].clone();
    // Each look takes a moment of its own: the loop ends when what it waits for is there, and the journal's wait paces it.
    let wait = |what: &str, is_there: &dyn Fn() -> bool| {
        let path = "/__sandbox/sessions/default/journal?since=1000000&wait=200ms";
        for _ in 0..100 {
            if is_there() {
                return;
            }
            Raw::connect_to(server.address())
                .send(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .answer();
        }
        panic!("{what} did not come");
    };
    assert_eq!(code(), 7);
    std::fs::write(file.path(), "{ \"format\": 1, ").expect("a broken file");
    wait("the mistake", &|| look()["stale"] == true);
    assert_eq!(code(), 7);
    let aside = format!("{}~", file.path());
    std::fs::write(&aside, with_code(3004)).expect("another file");
    std::fs::rename(&aside, file.path()).expect("in its place");
    wait("the new rule", &|| code() == 3004);
    wait("the word that all is well again", &|| look().get("stale").is_none());
    server.signal(Signal::TERM);
    let (status, out, err) = server.end();
    assert_eq!((status.code(), out.as_str()), (Some(0), ""));
    assert!(err.contains("the last good ones are kept") && err.contains("unterminated object"), "{err}");
    assert!(err.contains(&format!("read again: {}; sessions with new rules: default", file.path())), "{err}");
}

#[test]
fn check_tells_editors_in_json_and_names_bodies_that_nothing_uses() {
    let folder = crate::support::folder(&[
        ("bodies/used.json", "{}"),
        ("bodies/unused.json", "{\n  \"code\": 1 }"),
        (
            "mine.json",
            r#"{ "format": 1, "scenario": "mine", "rules": [{ "on": "*", "commit": true, "answer": { "fixture": "used" } }] }"#,
        ),
    ]);
    let at = |place: &str| folder.path().join(place).display().to_string();
    let fixtures = tempfile::tempdir().expect("a temporary folder");
    let dir = fixtures.path().join("my");
    std::fs::create_dir(&dir).expect("a folder");
    std::fs::rename(at("bodies"), dir.join("bodies")).expect("a folder");
    let dir = dir.display().to_string();
    let (code, out, err) = run(&["check", &at("mine.json"), "--fixtures", &dir]);
    assert_eq!((code, out), (Some(0), format!("{}: ok\n", at("mine.json"))));
    assert!(err.contains("warning[unused-fixture]") && err.contains("unused.json:1:1"), "{err}");
    let (code, out, err) = run(&["check", &at("mine.json"), "--fixtures", &dir, "--format", "json"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let told: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(told["files"][0], json!({ "file": at("mine.json"), "valid": true, "diagnostics": [] }));
    assert_eq!(told["files"][1]["diagnostics"][0]["code"], "unused-fixture");
    let bad = crate::support::scenario_file("{ \"format\": 1,\n  \"scenario\": \"x\", \"rulez\": [] }");
    let (code, out, err) = run(&["check", &bad.path(), "./no-such-file.json", "--format", "json"]);
    assert_eq!((code, err.as_str()), (Some(3), ""));
    let told: Value = serde_json::from_str(&out).expect("JSON");
    let diagnostic = &told["files"][0]["diagnostics"][0];
    assert_eq!(
        (&diagnostic["code"], &diagnostic["line"], &diagnostic["column"], &diagnostic["pointer"]),
        (&json!("unknown-key"), &json!(2), &json!(20), &json!("/rulez"))
    );
    assert_eq!(told["files"][1]["diagnostics"][0]["code"], "unreadable-file");
}
