//! The bars of the process contract: starts that are answered at once, servers that do not outlive whoever started them, stops.
//!
//! `cargo bench --bench starts` takes some seconds. Figures are wall clock; what is no figure (an exit code, an answer) fails the run.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
#![allow(clippy::print_stdout, missing_docs)]

use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Tells this very program to be a parent that starts a server and waits.
const PARENT: &str = "--be-a-parent";
const HEAD: &str = "POST /v1.2/package/preOrderPackage HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
/// Every pre-order is silent for ever.
const SILENT: &str = r#"{ "format": 1, "scenario": "silent", "rules": [{ "on": "pre-order", "fault": "stall", "commit": true }] }"#;

fn main() -> Outcome<()> {
    let words: Vec<String> = std::env::args().collect();
    if let Some(at) = words.iter().position(|word| word == PARENT) {
        return be_a_parent(&words[at + 1]);
    }
    // `cargo test --all-targets` runs this too: then a few are enough to see that it works.
    let (starts, kills) = if cfg!(debug_assertions) { (5, 2) } else { (200, 20) };
    let millis = repeat(starts, start)?;
    show(&format!("{starts} starts, exec to the first answer"), &millis);
    for option in ["--parent-pid", "--exit-on-stdin-eof"] {
        let millis = repeat(kills, || orphan(option))?;
        show(&format!("{kills} parents killed -9, {option}: to the server's end"), &millis);
    }
    let millis = repeat(kills, || stop(0))?;
    show(&format!("{kills} stops by SIGTERM, idle"), &millis);
    let millis = repeat(kills.div_ceil(4), || stop(200))?;
    show(&format!("{} stops by SIGTERM with 200 held answers", kills.div_ceil(4)), &millis);
    Ok(())
}

fn repeat(times: usize, measure: impl Fn() -> Outcome<Duration>) -> Outcome<Vec<f64>> {
    let mut millis: Vec<f64> = Vec::with_capacity(times);
    for _ in 0..times {
        millis.push(measure()?.as_secs_f64() * 1_000.0);
    }
    millis.sort_by(f64::total_cmp);
    Ok(millis)
}

fn show(what: &str, millis: &[f64]) {
    let (median, slowest) = (millis[millis.len() / 2], millis[millis.len() - 1]);
    println!("{what}: median {median:.1} ms, slowest {slowest:.1} ms, no failure");
}

/// A process that is ended when it is dropped, and the address of the server whose ready line it passed on.
struct Server {
    child: Child,
    output: BufReader<ChildStdout>,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn of(mut command: Command) -> Outcome<Self> {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut output = BufReader::new(child.stdout.take().ok_or("no stdout")?);
        let mut line = String::new();
        output.read_line(&mut line)?;
        let ready: Value = serde_json::from_str(&line)?;
        let url = ready["url"].as_str().ok_or("no url")?;
        let address = url.trim_start_matches("http://").to_owned();
        Ok(Self { child, output, address })
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }
}

fn serve(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_linksfield-sandbox"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--seed", "1"]).args(args).stdin(Stdio::null());
    command
}

fn ask(address: &str, request: &str) -> Outcome<TcpStream> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(request.as_bytes())?;
    Ok(stream)
}

/// Whoever has read the ready line may call: no second try.
fn start() -> Outcome<Duration> {
    let before = Instant::now();
    let server = Server::of(serve(&[]))?;
    let mut begin = [0; 15];
    ask(&server.address, HEAD)?.read_exact(&mut begin)?;
    let took = before.elapsed();
    if &begin == b"HTTP/1.1 200 OK" { Ok(took) } else { Err("no good answer".into()) }
}

/// Starts a server as its parent, whose end it is to share, and does nothing else until somebody kills it.
fn be_a_parent(option: &str) -> Outcome<()> {
    let own = std::process::id().to_string();
    let mut command = if option == "--parent-pid" { serve(&[option, &own]) } else { serve(&[option]) };
    let mut child = command.stdin(Stdio::piped()).spawn()?;
    // Held open: the system closes it when this process is gone, however it goes.
    let _pipe = child.stdin.take();
    child.wait()?;
    Ok(())
}

/// From the parent's kill to the end of its server.
fn orphan(option: &str) -> Outcome<Duration> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args([PARENT, option]);
    let mut parent = Server::of(command)?;
    drop(TcpStream::connect(&parent.address)?);
    let before = Instant::now();
    parent.child.kill()?;
    // Parent and server hold one pipe: it ends with the last of them.
    parent.output.read_to_end(&mut Vec::new())?;
    Ok(before.elapsed())
}

/// From SIGTERM to an end with 0, while so many answers are held.
fn stop(held: usize) -> Outcome<Duration> {
    let folder = tempfile::tempdir()?;
    let scenario = folder.path().join("silent.json");
    std::fs::write(&scenario, SILENT)?;
    let mut server = Server::of(serve(&["--scenario", &scenario.display().to_string()]))?;
    let _held: Vec<TcpStream> = (0..held).map(|_| ask(&server.address, HEAD)).collect::<Outcome<_>>()?;
    if held > 0 {
        let path = format!("/__sandbox/sessions/default/journal?count={held}&wait=30s");
        let mut begin = [0; 15];
        ask(&server.address, &format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"))?
            .read_exact(&mut begin)?;
    }
    let before = Instant::now();
    kill_process(server.pid(), Signal::TERM)?;
    let status = server.child.wait()?;
    let took = before.elapsed();
    if status.code() == Some(0) { Ok(took) } else { Err(format!("it ended with {status}").into()) }
}
