//! What the server holds in memory, and what a reset costs: a table, each row with its bar.
//!
//! ```text
//! cargo bench --bench memory                   a million orders, about a minute
//! cargo bench --bench memory -- --quick        a tenth of them
//! ```
//!
//! The server is a process of its own, and memory is what the kernel says is resident in it. A missed bar of memory fails the run;
//! times are shown beside theirs, and fail nothing, since they tell of the neighbours too.
#![expect(
    clippy::disallowed_methods,
    reason = "a bench measures real time; the session's clock stands still between calls"
)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the table is what the bench is for")]
#![allow(missing_docs)]

mod full;
#[path = "../shared/line.rs"]
#[expect(dead_code, reason = "other benches hear answers that are not whole")]
mod line;
mod many;
mod orders;
#[path = "../shared/pre_order.rs"]
mod pre_order;
#[path = "../shared/server.rs"]
#[expect(dead_code, reason = "other benches ask more of a server")]
mod server;
mod table;

use std::error::Error;
use std::process::ExitCode;
use std::{env, thread, time};

use crate::line::Line;
use crate::server::{Server, is_trial};
use crate::table::{Bar, Table};

/// What can go wrong here only ever ends the bench, so a sentence for the reader is all that is kept of it.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Words of every server here, after which come the usual limits.
const QUIET: [&str; 2] = ["--log", "error"];

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("memory: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<bool> {
    let orders = match (is_trial(), env::args().any(|word| word == "--quick")) {
        (true, _) => 10_000,
        (_, true) => 100_000,
        _ => 1_000_000,
    };
    let mut table = Table::begin();
    idle(&mut table)?;
    orders::measure(&mut table, orders)?;
    full::measure(&mut table, orders)?;
    if is_trial() {
        println!("built without optimisation: this shows that the bench works, and its figures mean nothing");
        return Ok(true);
    }
    Ok(table.is_kept())
}

/// A server that has answered one call.
fn idle(table: &mut Table) -> Outcome<()> {
    let server = Server::ours(&QUIET)?;
    let mut line = Line::open(server.address)?;
    many::pre_orders(&mut line, "", 1)?;
    // Whatever it still does after its start is done by then.
    thread::sleep(time::Duration::from_millis(200));
    table.row("idle, after one call", Bar::mib_below(8.0, server.resident_kib()?));
    let own = server.own_kib()?;
    table.row(
        "  of that its own; the rest is the program's file in the system's cache",
        Bar::none(table::show_mib(own)),
    );
    Ok(())
}
