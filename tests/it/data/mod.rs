//! `--data`: what was answered is there again, after an orderly stop and after a kill, or the folder is refused with a sentence.

mod comes_back;
mod kills;
mod refused;
mod stops_writing;

use std::path::Path;

use linksfield_sandbox::{Builder, Sandbox};
use serde_json::{Value, json};

use crate::process::{Server, binary};
use crate::support::{Answer, Raw, ScenarioFile, builder, scenario_file};

const FROZEN: &str = r#"{ "format": 1, "scenario": "frozen", "clock": { "start": "2026-03-01T08:00:00Z", "mode": "frozen" } }"#;

fn frozen() -> ScenarioFile {
    scenario_file(FROZEN)
}

/// A sandbox whose clock stands, in a folder.
fn kept_in(folder: &Path, scenario: &ScenarioFile) -> Builder {
    builder().scenario(scenario.path()).data(folder)
}

fn start(builder: &Builder) -> Sandbox {
    builder.clone().start_blocking().expect("the sandbox starts")
}

/// A server in a folder.
fn serve(folder: &Path, args: &[&str]) -> Server {
    let folder = folder.display().to_string();
    Server::start(&[&["--data", &folder], args].concat())
}

/// Exit code and stderr of a server in a folder that does not come to be.
fn refusal(folder: &Path, args: &[&str]) -> (Option<i32>, String) {
    let mut command = binary();
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(folder).args(args);
    let output = command.output().expect("it runs");
    assert_eq!(output.stdout, b"", "there is no ready line");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// A call of the control surface of a server.
fn control(server: &Server, method: &str, path: &str, body: &Value) -> Answer {
    control_on(&mut Raw::connect_to(server.address()), method, path, body)
}

fn control_on(raw: &mut Raw, method: &str, path: &str, body: &Value) -> Answer {
    let body = if *body == json!(null) { String::new() } else { body.to_string() };
    let kind = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
    let length = body.len();
    let head = format!(
        "{method} /__sandbox/{path} HTTP/1.1\r\nHost: localhost\r\n{kind}Content-Length: {length}\r\n\r\n"
    );
    raw.send(head + &body).answer()
}
