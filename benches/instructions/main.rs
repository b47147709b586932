//! How many instructions a pre-order takes in user space: a figure that does not feel what else the machine does.
//!
//! ```text
//! cargo bench --bench instructions      counts, and fails above the bar
//! ```
//!
//! The server runs under valgrind's callgrind twice, once for 1,000 pre-orders on one kept connection and once for 6,000; the
//! difference is 5,000 calls with a full journal, without the start. Without valgrind nothing is counted, and it says so.
#![expect(clippy::disallowed_methods, reason = "a server that never gets ready is given up in real time")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the figure is what the bench is for")]
#![allow(missing_docs)]

#[path = "../shared/line.rs"]
#[expect(dead_code, reason = "other benches hear answers that are not whole")]
mod line;
#[path = "../shared/pre_order.rs"]
mod pre_order;
#[path = "../shared/server.rs"]
#[expect(dead_code, reason = "other benches ask more of a server")]
mod server;

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use crate::line::Line;
use crate::server::{Server, is_trial, our_binary};

/// What can go wrong here only ever ends the bench, so a sentence for the reader is all that is kept of it.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Instructions that a pre-order is to come down to.
const GOAL: u64 = 30_000;
/// What it has come down to: from here on it may only fall.
const REACHED: u64 = 34_100;
/// So much above that is not yet a failure: compilers and libraries change too.
const SLACK_PERCENT: u64 = 5;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("instructions: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether the bar is kept, as far as that can be told here.
fn run() -> Outcome<bool> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("LEFT OUT: instructions per pre-order were not counted, there is no valgrind here");
        return Ok(true);
    }
    let (fewer, more) = if is_trial() { (10, 60) } else { (1_000, 6_000) };
    let folder = tempfile::tempdir()?;
    let (few, many) = (count(fewer, folder.path())?, count(more, folder.path())?);
    let each = many.saturating_sub(few) / u64::from(more - fewer);
    let most = REACHED * (100 + SLACK_PERCENT) / 100;
    if is_trial() {
        println!(
            "{each} instructions per pre-order; built without optimisation, so the figure means nothing"
        );
        return Ok(true);
    }
    let is_kept = each <= most;
    let verdict = if is_kept { "kept" } else { "MISSED" };
    println!(
        "{each} instructions per pre-order, at most {REACHED} and {SLACK_PERCENT} % ({most}): {verdict}; the goal is {GOAL}"
    );
    println!("of {} ({few} for {fewer} calls, {many} for {more})", our_binary().display());
    Ok(is_kept)
}

/// Instructions of a server from its start to its end in good order, with so many pre-orders in between.
fn count(calls: u32, folder: &Path) -> Outcome<u64> {
    let file = folder.join(format!("callgrind.{calls}"));
    let mut command = Command::new("valgrind");
    command
        .args(["--tool=callgrind", "-q"])
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(our_binary())
        .args(["serve", "--listen", "127.0.0.1:0", "--scenario", "default", "--seed", "1", "--log", "error"]);
    let mut server = Server::start(command)?;
    let mut line = Line::open(server.address)?;
    let request = line.request("POST", pre_order::PATH, pre_order::HEADERS, pre_order::BODY);
    for _ in 0..calls {
        line.say(request.as_bytes())?;
        let answer = line.answer()?;
        if answer.status != 200 || !answer.body.starts_with(pre_order::GOOD.as_bytes()) {
            return Err(format!("a pre-order failed: {}", String::from_utf8_lossy(&answer.body)).into());
        }
    }
    line.control("POST", "shutdown", "")?;
    server.ended()?;
    total(&fs::read_to_string(&file)?)
}

/// The sum that callgrind wrote: `summary: N`, or `totals: N`.
fn total(written: &str) -> Outcome<u64> {
    let sum = |name| written.lines().find_map(|line: &str| line.strip_prefix(name)?.trim().parse().ok());
    sum("summary:").or_else(|| sum("totals:")).ok_or_else(|| "callgrind wrote no sum".into())
}
