//! A server in a process of its own: started, asked what it has used so far, and always ended.

use std::io::Read as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde_json::Value;

use crate::Outcome;

/// How long a server may take to say that it is ready.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server. Dropping it ends its process, whatever else went wrong.
pub(crate) struct Server {
    // First, so that a server that never gets ready is ended too.
    process: Process,
    pub(crate) address: SocketAddr,
    // Kept open: a server must not fail because nobody reads what it says after its first line.
    _output: ChildStdout,
}

struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only for a process that has ended already, which is what is wanted.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// The server under test: what cargo has just built, or what the environment names.
pub(crate) fn our_binary() -> PathBuf {
    env::var_os("LINKSFIELD_SANDBOX_BIN")
        .map_or_else(|| env!("CARGO_BIN_EXE_linksfield-sandbox").into(), PathBuf::from)
}

/// Whether the server is what cargo built without optimisation, as for `cargo test --all-targets`: then a little is enough to see
/// that the bench works, and its figures mean nothing.
pub(crate) fn is_trial() -> bool {
    cfg!(debug_assertions) && env::var_os("LINKSFIELD_SANDBOX_BIN").is_none()
}

impl Server {
    /// A server of ours on a free port, with these words after the usual ones.
    pub(crate) fn ours(words: &[&str]) -> Outcome<Self> {
        let mut command = Command::new(our_binary());
        command.args(["serve", "--listen", "127.0.0.1:0", "--seed", "1"]).args(words);
        Self::start(command)
    }

    /// Starts what writes a ready line, and waits for it.
    pub(crate) fn start(mut command: Command) -> Outcome<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        // What it says on stderr goes to the terminal: when a start fails, the reason is there.
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map(Process)
            .map_err(|error| format!("could not start {name}: {error}"))?;
        let mut output = process.0.stdout.take().ok_or("stdout was asked for")?;

        let line = first_line(&mut output).map_err(|error| format!("{name} did not get ready: {error}"))?;
        let ready: Value = serde_json::from_slice(&line)
            .map_err(|error| format!("{name} said {:?}: {error}", String::from_utf8_lossy(&line)))?;
        if ready["event"] != "ready" {
            return Err(format!("{name} said {ready}, not that it is ready").into());
        }
        // A script around the server would be a process of its own, whose CPU time is not the server's.
        if ready["pid"] != process.0.id() {
            return Err(
                format!("{name} runs as {}, but was started as {}", ready["pid"], process.0.id()).into()
            );
        }
        let address = ready["url"]
            .as_str()
            .and_then(|url| url.strip_prefix("http://"))
            .and_then(|address| address.trim_end_matches('/').parse().ok())
            .ok_or_else(|| format!("{name} gave no address to connect to: {ready}"))?;
        Ok(Self { process, address, _output: output })
    }

    /// Waits for an end in good order.
    pub(crate) fn ended(&mut self) -> Outcome<()> {
        let status = self.process.0.wait()?;
        if status.success() { Ok(()) } else { Err(format!("the server ended with {status}").into()) }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.0.id()
    }

    /// Memory that it holds now, in KiB.
    pub(crate) fn resident_kib(&self) -> Outcome<u64> {
        self.memory("VmRSS:")
    }

    /// What of it is no page of a file.
    pub(crate) fn own_kib(&self) -> Outcome<u64> {
        self.memory("RssAnon:")
    }

    fn memory(&self, name: &str) -> Outcome<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid()))?;
        status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .and_then(|rest| rest.split_whitespace().next())
            .and_then(|number| number.parse().ok())
            .ok_or_else(|| "the server has no resident memory: it has ended".into())
    }
}

fn first_line(output: &mut ChildStdout) -> Outcome<Vec<u8>> {
    let started = Instant::now();
    let mut line = Vec::new();
    loop {
        // Waiting for the bytes first is what lets a server be given up that never says anything.
        let left = Timespec::try_from(PATIENCE.saturating_sub(started.elapsed()))?;
        if poll(&mut [PollFd::new(output, PollFlags::IN)], Some(&left))? == 0 {
            return Err(format!("nothing said for {} s", PATIENCE.as_secs()).into());
        }
        let mut piece = [0; 4096];
        let length = output.read(&mut piece)?;
        if length == 0 {
            return Err("it ended first".into());
        }
        line.extend_from_slice(&piece[..length]);
        if let Some(end) = line.iter().position(|&byte| byte == b'\n') {
            line.truncate(end);
            return Ok(line);
        }
    }
}
