//! The README is true: its commands run and print what it shows, its scenarios load and keep what they expect.

use std::process::{Command, Stdio};

use linksfield_sandbox::Sandbox;

use crate::support::{root, scenario_file};

/// Language and text of each fenced block.
fn blocks() -> Vec<(String, String)> {
    let text = std::fs::read_to_string(root().join("README.md")).expect("the README");
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(language), None) => open = Some((language.to_owned(), String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some((_, text))) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(blocks.len() >= 5, "the README has lost its blocks");
    blocks
}

/// Digits differ from run to run: ports, times, numbers.
fn masked(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect()
}

/// What a command of the README prints, with its server at the usual address.
fn output(command: &str, url: &str) -> String {
    let binary = assert_cmd::cargo::cargo_bin!("linksfield-sandbox").display().to_string();
    let own =
        |command: &str| command.strip_prefix("linksfield-sandbox ").map(|args| format!("{binary} {args}"));
    let command = command
        .replace("cargo run --release -- ", "linksfield-sandbox ")
        .replace("http://127.0.0.1:8484", url);
    let command = own(&command).unwrap_or(command);
    let output = Command::new("sh")
        .args(["-c", &command])
        .current_dir(root())
        .stdin(Stdio::null())
        .output()
        .expect("sh");
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Runs of digits count as one: a port has four or five.
fn squeezed(text: &str) -> String {
    let mut squeezed = masked(text);
    while squeezed.contains("00") {
        squeezed = squeezed.replace("00", "0");
    }
    squeezed
}

#[test]
fn commands_print_what_the_readme_shows() {
    let has_curl = Command::new("curl")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    let mut tried = 0;
    for (language, text) in blocks() {
        if language != "console" {
            continue;
        }
        let sandbox = Sandbox::builder().start_blocking().expect("the sandbox starts");
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            let command = line.strip_prefix("$ ").unwrap_or_else(|| panic!("{line:?} follows no command"));
            let mut command = command.to_owned();
            while let Some(begun) = command.strip_suffix('\\') {
                command = begun.to_owned() + lines.next().expect("the command goes on");
            }
            let mut shown = Vec::new();
            while let Some(line) = lines.next_if(|line| !line.starts_with("$ ")) {
                shown.push(squeezed(line));
            }
            if command.starts_with("curl") && !has_curl {
                continue;
            }
            let printed = squeezed(&output(&command, &sandbox.url()));
            // `…` stands for lines that the README leaves out.
            let mut rest = printed.as_str();
            for line in shown.iter().filter(|line| line.as_str() != "…") {
                let at = rest
                    .find(line.as_str())
                    .unwrap_or_else(|| panic!("{command}\nshows no {line:?} in\n{printed}"));
                rest = &rest[at + line.len()..];
            }
            tried += 1;
        }
    }
    assert!(tried >= 4, "only {tried} commands were tried");
}

#[test]
fn scenarios_of_the_readme_keep_what_they_expect() {
    let mut tried = 0;
    for (language, text) in blocks() {
        if language != "jsonc" {
            continue;
        }
        let file = scenario_file(&text);
        let warnings = linksfield_sandbox::check_scenario(file.path().as_ref(), None)
            .unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(warnings, "");
        let sandbox = Sandbox::builder().scenario(file.path()).start_blocking().expect("the sandbox starts");
        let unmet = sandbox.default_session().rehearse();
        assert!(unmet.is_empty(), "{unmet:#?}");
        tried += 1;
    }
    assert!(tried >= 1);
}

#[test]
fn every_scenario_code_and_magic_value_is_named_in_the_readme() {
    let text = std::fs::read_to_string(root().join("README.md")).expect("the README");
    let listing = linksfield_sandbox::Listing::read(None).expect("the embedded fixtures");
    for scenario in &listing.scenarios {
        assert!(text.contains(&format!("`{}`", scenario.name)), "{}", scenario.name);
    }
    for code in &listing.codes {
        assert!(text.contains(&format!("`{}`", code.name)), "{}", code.name);
    }
    for row in &listing.magic {
        assert!(text.contains(&format!("`{}`", row.trigger)), "{}", row.trigger);
    }
}

#[test]
fn every_route_of_the_control_surface_is_named_in_the_readme() {
    let text = std::fs::read_to_string(root().join("README.md")).expect("the README");
    let sandbox = Sandbox::builder().start_blocking().expect("the sandbox starts");
    let listed = crate::support::api(&sandbox, "GET", "nothing", "").json();
    let help = listed["error"]["help"].as_str().expect("the routes");
    let paths: Vec<&str> =
        help.split("/__sandbox/").skip(1).filter_map(|rest| rest.split(' ').next()).collect();
    assert!(paths.len() > 30, "{help}");
    for path in paths {
        let path = path.trim_end_matches("/{key}");
        let short = path.strip_prefix("sessions/{s}/").unwrap_or(path);
        let is_named = [path, short]
            .iter()
            .any(|name| text.contains(&format!("`{name}`")) || text.contains(&format!("{name}/{{")));
        assert!(is_named, "{path}");
    }
}
