//! How long the binary lives and how it is found: the port file, the end of stdin, of a parent, of use.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::Value;

use crate::process::{Server, binary, run};
use crate::support::{PRE_ORDER, Raw, scenario_file};

#[test]
fn the_port_file_is_there_before_the_ready_line_and_gone_after_the_end() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("port");
    let path = file.display().to_string();
    std::fs::write(&file, "an old one, of a server that was killed").expect("a file");
    let server = Server::start(&["--port-file", &path]);
    let text = std::fs::read_to_string(&file).expect("the port file");
    assert_eq!(text, format!("{}\n", server.address().port()));
    let names = || std::fs::read_dir(folder.path()).expect("the folder").count();
    assert_eq!(names(), 1, "nothing is left aside");
    server.signal(Signal::TERM);
    let (status, out, err) = server.end();
    assert_eq!((status.code(), out.as_str(), err.as_str()), (Some(0), "", ""));
    assert_eq!(names(), 0);

    // What another server wrote in the meantime is not ours to remove.
    let server = Server::start(&["--port-file", &path]);
    std::fs::write(&file, "1\n").expect("a file");
    server.signal(Signal::INT);
    assert_eq!(server.end().0.code(), Some(0));
    assert_eq!(std::fs::read_to_string(&file).expect("still there"), "1\n");

    let nowhere = folder.path().join("no/such/folder").display().to_string();
    let (code, out, err) = run(&["serve", "--listen", "127.0.0.1:0", "--port-file", &nowhere]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.contains(&format!("cannot write --port-file {nowhere}")), "{err}");
    assert_eq!(names(), 1);
}

#[test]
fn the_end_of_stdin_ends_it_with_0_and_what_comes_before_does_not() {
    let start = || {
        let mut command = binary();
        command.args(["serve", "--listen", "127.0.0.1:0", "--exit-on-stdin-eof"]).stdin(Stdio::piped());
        let mut server = Server::of(command);
        let stdin = server.child.stdin.take().expect("stdin");
        (server, stdin)
    };
    let (server, mut stdin) = start();
    stdin.write_all(b"a line that means nothing\n").expect("it is read");
    let head = "GET /__sandbox/health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n";
    assert_eq!(Raw::connect_to(server.address()).send(head).answer().status, 200);
    drop(stdin);
    let (status, out, err) = server.end();
    assert_eq!((status.code(), out.as_str()), (Some(0), ""));
    assert!(err.contains("stdin has ended: the server ends"), "{err}");

    // Whoever waits for the end of an input that stays open does not keep the process from ending.
    let (server, stdin) = start();
    server.signal(Signal::TERM);
    assert_eq!(server.end().0.code(), Some(0));
    drop(stdin);

    // Without the option an input that has ended is nothing to it.
    let mut command = binary();
    command.args(["serve", "--listen", "127.0.0.1:0"]).stdin(Stdio::null());
    let server = Server::of(command);
    assert_eq!(Raw::connect_to(server.address()).send(head).answer().status, 200);
}

#[test]
fn a_killed_parent_takes_its_server_along() {
    let own = binary();
    let mut shell = std::process::Command::new("sh");
    let serve = r#""$0" serve --listen 127.0.0.1:0 --parent-pid $$ & wait"#;
    shell.args(["-c", serve]).arg(own.get_program()).stdin(Stdio::null());
    for (name, _) in own.get_envs() {
        shell.env_remove(name);
    }
    let mut shell = shell.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("sh");
    let mut stdout = BufReader::new(shell.stdout.take().expect("stdout"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("a ready line");
    let ready: Value = serde_json::from_str(&line).expect("JSON");
    let address = ready["url"].as_str().expect("a URL").trim_start_matches("http://").to_owned();
    assert!(TcpStream::connect(&address).is_ok(), "it serves while its parent is there");
    shell.kill().expect("SIGKILL");
    // Not waited for yet: a parent that nobody has buried is gone all the same.
    let mut stderr = shell.stderr.take().expect("stderr");
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        let mut rest = String::new();
        // The pipe closes when the last process that holds it is gone: the server.
        let _ = stderr.read_to_string(&mut rest);
        let _ = tell.send(rest);
    });
    let rest = told.recv_timeout(Duration::from_secs(20));
    shell.wait().expect("an end");
    let rest = rest.unwrap_or_else(|_| panic!("process {} outlives its parent", ready["pid"]));
    assert!(rest.contains("of --parent-pid is gone: the server ends"), "{rest}");
    assert!(TcpStream::connect(&address).is_err());

    for (pid, expected) in
        [(shell.id().to_string(), "there is no such process"), ("me".to_owned(), "number of a process")]
    {
        let (code, out, err) = run(&["serve", "--listen", "127.0.0.1:0", "--parent-pid", &pid]);
        assert_eq!((code, out.as_str()), (Some(2), ""));
        assert!(err.contains(expected), "{err}");
    }
}

#[test]
fn a_server_that_nobody_uses_ends_with_0_but_not_while_it_holds_an_answer() {
    let file = scenario_file(
        r#"{ "format": 1, "scenario": "late", "rules": [{ "on": "pre-order", "fault": { "delay": "1500ms" } }] }"#,
    );
    let server = Server::start(&["--scenario", &file.path(), "--idle-timeout", "400ms"]);
    // It stays open to the end, and no call comes on it: that is no use of the server.
    let _open = Raw::connect_to(server.address());
    let mut raw = Raw::connect_to(server.address());
    assert_eq!(
        raw.post(PRE_ORDER, "{}").answer().json()["code"],
        2,
        "the answer comes long after the timeout"
    );
    let (status, out, err) = server.end();
    assert_eq!((status.code(), out.as_str()), (Some(0), ""));
    assert!(err.contains("nobody called for 400ms: the server ends"), "{err}");

    let (code, _, err) = run(&["serve", "--listen", "127.0.0.1:0", "--idle-timeout", "0s"]);
    assert!(code == Some(2) && err.contains("a time above zero"), "{err}");
}

#[test]
fn a_command_is_run_beside_a_server_of_its_own_and_gives_its_status() {
    let mut command = binary();
    let script = r#"echo "$LINKSFIELD_SANDBOX_URL"; echo "$NO_PROXY $no_proxy"; "$0" health; exit 3"#;
    let own = command.get_program().to_owned();
    command.env("NO_PROXY", "a.example").env_remove("no_proxy");
    let output = command.args(["exec", "--", "sh", "-c", script]).arg(own).output().expect("it runs");
    let out = String::from_utf8(output.stdout).expect("text");
    let lines: Vec<&str> = out.lines().collect();
    let address = lines[0].strip_prefix("http://127.0.0.1:").map(|port| format!("127.0.0.1:{port}"));
    assert!(TcpStream::connect(address.expect("a URL")).is_err(), "the server ends with the command");
    let proxy = "a.example,127.0.0.1,localhost,::1";
    assert_eq!(lines[1], format!("{proxy} {proxy}"));
    assert!(lines[2].starts_with("200 ") && lines.len() == 3, "{out}");
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(3), &b""[..]));

    assert_eq!(run(&["exec", "--", "sh", "-c", "kill -KILL $$"]).0, Some(128 + 9));
    let (code, out, err) = run(&["exec", "--", "./no-such-command"]);
    assert_eq!((code, out.as_str()), (Some(127), ""));
    assert!(err.contains("cannot start ./no-such-command"), "{err}");
    assert_eq!(run(&["exec", "--", "/"]).0, Some(126));
    let (code, _, err) = run(&["exec", "--idle-timeout", "1s", "--", "true"]);
    assert!(code == Some(2) && err.contains("--idle-timeout is for `serve`"), "{err}");
    assert_eq!(run(&["exec"]).0, Some(2));

    let file = scenario_file(
        r#"{ "format": 1, "scenario": "one-order", "expect": [{ "on": "pre-order", "count": 1 }] }"#,
    );
    let path = file.path();
    let gated =
        |script: &str| run(&["exec", "--scenario", &path, "--fail-on-unmet", "--", "sh", "-c", script]);
    let (code, out, err) = gated("exit 0");
    assert_eq!((code, out.as_str()), (Some(5), ""));
    assert!(err.contains("pre-order"), "{err}");
    assert_eq!(gated("exit 3").0, Some(3), "a command that failed says more");
}

#[test]
fn a_command_hears_the_signals_that_its_server_is_sent() {
    for (signal, name) in [(Signal::TERM, "TERM"), (Signal::INT, "INT")] {
        let script = format!(
            "sleep 60 >/dev/null 2>&1 & trap \"kill $!; exit 9\" {name}; echo '{{\"url\":0}}'; wait; exit 1"
        );
        let mut command = binary();
        command.args(["exec", "--", "sh", "-c", &script]).stdin(Stdio::null());
        let started = Server::of(command);
        started.signal(signal);
        let (status, out, err) = started.end();
        assert_eq!((status.code(), out.as_str(), err.as_str()), (Some(9), "", ""), "{name}");
    }
}

#[test]
fn every_start_is_answered_at_once_after_its_ready_line() {
    for n in 0..20 {
        let server = Server::start(&[]);
        // No second try, no wait: whoever has read the line may call.
        let answer = Raw::connect_to(server.address()).post(PRE_ORDER, "{}").answer();
        assert_eq!(answer.json()["code"], 2, "start {n}");
    }
}

#[test]
fn a_stop_cancels_two_hundred_held_answers_and_ends_with_0() {
    let file = scenario_file(
        r#"{ "format": 1, "scenario": "silent", "rules": [{ "on": "pre-order", "fault": "stall", "commit": true }] }"#,
    );
    // Longer than any test may take: who waited for it would be seen.
    let server = Server::start(&["--scenario", &file.path(), "--drain", "10m"]);
    let mut held: Vec<Raw> = (0..200).map(|_| Raw::connect_to(server.address())).collect();
    for raw in &mut held {
        raw.post(PRE_ORDER, "{}");
    }
    let path = "/__sandbox/sessions/default/journal?count=200&wait=30s";
    let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(Raw::connect_to(server.address()).send(head).answer().status, 200);
    server.signal(Signal::TERM);
    let (status, out, _) = server.end();
    assert_eq!((status.code(), out.as_str()), (Some(0), ""));
    for mut raw in held {
        assert_eq!(raw.rest(), "", "a cancelled answer does not arrive");
    }
}
