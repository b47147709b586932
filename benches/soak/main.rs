//! Mixed traffic over many sessions for as long as somebody likes: does memory stay, do answers stay as fast, is nothing wrong?
//!
//! ```text
//! cargo bench --bench soak                              10 minutes
//! cargo bench --bench soak -- --for 3m --clients 8      shorter, with more clients
//! cargo bench --bench soak -- --seed 7                  other traffic
//! ```
//!
//! The server is a process of its own, with small caps, so that they are full soon. Each client has sessions that nobody else
//! touches, so it knows what every answer has to be; in between it asks in the default session, which nobody resets. Purchases,
//! polls, signed calls, bad input, faults of the wire, events and their callbacks, clocks that move, scenarios that change, sessions
//! that are made, forked, dropped and left to expire. A missed bar fails the run.
#![expect(clippy::disallowed_methods, reason = "a soak takes real time")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the table is what the soak is for")]
#![allow(missing_docs)]

mod acts;
mod bad_input;
mod client;
mod dice;
mod faults;
#[path = "../shared/line.rs"]
mod line;
mod options;
#[path = "../shared/pre_order.rs"]
mod pre_order;
mod receiver;
mod report;
#[path = "../shared/server.rs"]
#[expect(dead_code, reason = "other benches ask more of a server")]
mod server;
mod signed;
mod steering;
mod watch;

use std::error::Error;
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::Instant;
use std::{env, thread};

use crate::client::Client;
use crate::line::Line;
use crate::options::Options;
use crate::receiver::Receiver;
use crate::report::Report;
use crate::server::Server;
use crate::watch::Watch;

/// What can go wrong outside of an act only ever ends the soak, so a sentence for the reader is all that is kept of it.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Orders that a client lets its session have before it resets it, as its tester would.
const MAX_ORDERS: usize = 200;
/// Room for that many in each session, those included that nobody counts: of snapshots, of stories, of sessions that are gone.
const ROOM: &str = "100000";

fn main() -> ExitCode {
    match Options::from_words(env::args().skip(1)).and_then(|options| run(&options)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("soak: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether every bar was kept.
fn run(options: &Options) -> Outcome<bool> {
    let receiver = Receiver::start()?;
    let callback = format!("*={}", receiver.url);
    let words = ["--log", "error", "--max-orders", ROOM, "--max-sessions", "256", "--callback", &callback];
    let mut server = Server::ours(&words)?;
    let watch = Watch::default();
    let mut report = Report::begin(options);
    let begun = Instant::now();
    thread::scope(|scope| -> Outcome<()> {
        let clients: Vec<_> = (0..options.clients)
            .map(|n| {
                let client = Client::new(n, options.seed, server.address, &watch);
                scope.spawn(move || client.run())
            })
            .collect();
        // Whatever becomes of the watching, the clients are told to stop: the scope waits for them.
        let watched = report.watch(&server, &watch, begun, options);
        watch.is_over.store(true, Ordering::Relaxed);
        for client in clients {
            client.join().map_err(|_| "a client panicked")?;
        }
        watched
    })?;
    Line::open(server.address)?.control("POST", "shutdown", "")?;
    if let Err(error) = server.ended() {
        watch.error("stop", &error.to_string());
    }
    Ok(report.conclude(&watch, &receiver, options))
}
