//! How fast the sandbox answers a pre-order, or a signed order, side by side with a bare hyper server.
//!
//! ```text
//! cargo bench --bench side_by_side                      one table: kinds of work, numbers of connections
//! cargo bench --bench side_by_side -- --one             pre-orders in detail, and 20 cold starts
//! cargo bench --bench side_by_side -- --json out.json   all the numbers in a file as well
//! cargo bench --bench side_by_side -- --orders 100000   no timing: are the order numbers right?
//! ```
//!
//! Requests per second alone say more about the machine than about the sandbox. So each round of ours
//! follows a round of a server that has nothing to do but hyper's own work: it reads the same request, and
//! answers with a fixed body of the same length. What the ratio falls short of 1 is what the sandbox costs.
//!
//! Each server is one thread in a process of its own, fresh for every round, on one core; the client runs
//! on another.

#![expect(
    clippy::disallowed_methods,
    reason = "a bench measures real time; the session's clock stands still between calls"
)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the table is what the bench is for")]

mod bare;
mod client;
mod cores;
mod cpu;
#[path = "../shared/line.rs"]
#[expect(dead_code, reason = "other benches hear answers that are not whole")]
mod line;
mod load;
mod options;
mod orders;
#[path = "../shared/pre_order.rs"]
mod pre_order;
mod report;
#[path = "../shared/server.rs"]
#[expect(dead_code, reason = "other benches ask more of a server")]
mod server;
mod spread;
mod starts;
mod table;
mod work;

use std::error::Error;
use std::process::ExitCode;
use std::{env, fs};

use serde_json::Value;

use crate::load::Way;
use crate::options::{Asked, Options};

/// What can go wrong here only ever ends the bench, so a sentence for the reader is all that is kept of it.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> ExitCode {
    match run(&env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("side_by_side: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[String]) -> Outcome<()> {
    // The baseline is this very executable, started once more.
    if let [flag, length, content_type, good] = words
        && flag == bare::FLAG
    {
        return bare::serve(length.parse()?, content_type, good);
    }

    let options = Options::from_words(words)?;
    let (numbers, is_well) = match options.asked {
        Asked::Help => {
            println!("{}", options::USAGE);
            return Ok(());
        }
        Asked::Orders(count) => (orders::verify(count, options.connections[0])?, true),
        Asked::Table => table::make(&options, &cores::choose()?)?,
        Asked::One => (in_detail(&options)?, true),
    };
    if let Some(file) = &options.json {
        fs::write(file, format!("{numbers:#}\n"))
            .map_err(|error| format!("could not write {}: {error}", file.display()))?;
        println!("\nall numbers: {}", file.display());
    }
    if is_well { Ok(()) } else { Err("a call failed".into()) }
}

/// One kind of work at one number of connections, or one number after the other.
fn in_detail(options: &Options) -> Outcome<Value> {
    let cores = cores::choose()?;
    let work = options.work()?;
    report::introduce(options, &cores);
    let shape = load::shape_of_our_answer(&work)?;
    let mut numbers = Vec::new();
    for &connections in &options.connections {
        report::begin_rounds(&work, connections);
        let way = Way { cores: &cores, length: options.length, connections };
        let mut pairs = Vec::with_capacity(options.rounds);
        for number in 1..=options.rounds {
            let pair = load::pair(way, &work, &shape)?;
            report::round(number, &pair);
            pairs.push(pair);
        }
        let starts = starts::measure(options.starts)?;
        numbers.push(report::conclude(connections, &cores, &work, &shape, &pairs, &starts));
    }
    Ok(if numbers.len() == 1 { numbers.remove(0) } else { numbers.into() })
}
