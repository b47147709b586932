//! How fast the sandbox answers a pre-order, or a signed order, side by side with a bare hyper server.
//!
//! ```text
//! cargo bench --bench side_by_side                      7 rounds of 3 s each, then 20 cold starts
//! cargo bench --bench side_by_side -- --quick           3 rounds of 0.5 s each
//! cargo bench --bench side_by_side -- --json out.json   all the numbers in a file as well
//! cargo bench --bench side_by_side -- --signed          signed orders of a plan in the place of pre-orders
//! cargo bench --bench side_by_side -- --signed 1        the same, all of them for one SIM
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
mod load;
mod options;
mod orders;
mod report;
mod server;
mod spread;
mod starts;
mod work;

use std::error::Error;
use std::process::ExitCode;
use std::{env, fs};

use serde_json::Value;

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
    let numbers = match options.asked {
        Asked::Help => {
            println!("{}", options::USAGE);
            return Ok(());
        }
        Asked::Orders(count) => orders::verify(count, options.connections)?,
        Asked::Speed => speed(&options)?,
    };
    if let Some(file) = &options.json {
        fs::write(file, format!("{numbers:#}\n"))
            .map_err(|error| format!("could not write {}: {error}", file.display()))?;
        println!("\nall numbers: {}", file.display());
    }
    Ok(())
}

fn speed(options: &Options) -> Outcome<Value> {
    let cores = cores::choose()?;
    let work = options.work()?;
    report::introduce(options, &cores, &work);

    let shape = load::shape_of_our_answer(&work)?;
    let mut pairs = Vec::with_capacity(options.rounds);
    for number in 1..=options.rounds {
        let pair = load::pair(options, &cores, &work, &shape)?;
        report::round(number, &pair);
        pairs.push(pair);
    }
    let starts = starts::measure(options.starts)?;
    Ok(report::conclude(options, &cores, &work, &shape, &pairs, &starts))
}
