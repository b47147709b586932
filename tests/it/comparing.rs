//! What the pages share that are made by clients of other languages: whether they are asked for, how a client's program is run and
//! what it tells, and versions.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// Whether a variable is set to something.
pub(crate) fn is_asked_for(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// On stderr, whatever the test harness keeps to itself.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "clients: {text}");
}

/// `curl 7` of `curl 7.88.1`.
pub(crate) fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or_default()
}

/// What a program says: its version, and what else it tells, name by name. An error is why it says nothing.
pub(crate) type Told = Result<(String, Vec<(String, String)>), String>;

/// Runs a program that prints lines of `NAME<TAB>VALUE`, one of them its `version`.
pub(crate) fn told(command: &mut Command) -> Told {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{program}: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut told: Vec<(String, String)> = text
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let version = told.iter().position(|(name, version)| name == "version" && version.contains('.'));
    if let Some(at) = version {
        return Ok((told.remove(at).1, told));
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(errors.lines().last().unwrap_or("it has no version").to_owned())
}
