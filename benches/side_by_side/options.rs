//! What the command line asks for.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use crate::Outcome;
use crate::server::Server;
use crate::work::Work;

pub(crate) const USAGE: &str = "\
cargo bench --bench side_by_side -- [OPTIONS]

  --quick            3 rounds of 0.5 s
  --rounds N         rounds on each side                                   [7]
  --seconds S        length of a round, after a warm-up of 0.3 s           [3]
  --connections C    keep-alive connections, one request in flight on each [64]
  --starts N         cold starts                                           [20]
  --signed [N]       signed orders of a plan in the place of pre-orders,
                     for at most N SIMs in turns                           [all]
  --orders [N]       instead of all that: send N pre-orders and check
                     their numbers                                         [100000]
  --json FILE        write all numbers to FILE too

LINKSFIELD_SANDBOX_BIN names another server binary than the one cargo just built.";

/// Everything the bench can be told.
pub(crate) struct Options {
    pub(crate) asked: Asked,
    pub(crate) rounds: usize,
    pub(crate) length: Duration,
    pub(crate) connections: usize,
    pub(crate) starts: usize,
    /// Most SIMs to order for, if orders are to be signed.
    pub(crate) signed: Option<usize>,
    pub(crate) json: Option<PathBuf>,
}

/// The three things one run can be.
pub(crate) enum Asked {
    Help,
    Speed,
    Orders(usize),
}

impl Options {
    pub(crate) fn from_words(words: &[String]) -> Outcome<Self> {
        // `cargo test --all-targets` runs this too, unoptimised and without a word. Then it only shows that
        // it still works: nobody waits most of a minute for figures that mean nothing.
        let (rounds, seconds, starts) = if words.is_empty() && cfg!(debug_assertions) {
            (1, 0.2, 2)
        } else if words.iter().any(|word| word == "--quick") {
            (3, 0.5, 20)
        } else {
            (7, 3.0, 20)
        };
        let mut options = Self {
            asked: Asked::Speed,
            rounds,
            length: Duration::from_secs_f64(seconds),
            connections: 64,
            starts,
            signed: None,
            json: None,
        };

        let mut words = words.iter().map(String::as_str).peekable();
        while let Some(word) = words.next() {
            match word {
                // Cargo adds the first by itself; the second was looked for above.
                "--bench" | "--quick" => {}
                "--help" | "-h" => options.asked = Asked::Help,
                "--rounds" => options.rounds = at_least_one(word, words.next())?,
                "--seconds" => options.length = length(word, words.next())?,
                "--connections" => options.connections = at_least_one(word, words.next())?,
                "--starts" => options.starts = at_least_one(word, words.next())?,
                "--json" => options.json = Some(value(word, words.next())?),
                "--signed" => {
                    let sims = words.next_if(|next| !next.starts_with('-'));
                    options.signed =
                        Some(sims.map_or(Ok(usize::MAX), |sims| at_least_one(word, Some(sims)))?);
                }
                "--orders" => {
                    // Its number may be left out, so what follows is taken only if it is no option.
                    let count = words.next_if(|next| !next.starts_with('-')).unwrap_or("100000");
                    options.asked = Asked::Orders(at_least_one(word, Some(count))?);
                }
                _ => return Err(format!("{word}: no such option\n\n{USAGE}").into()),
            }
        }
        Ok(options)
    }

    /// What is to be asked of both servers.
    pub(crate) fn work(&self) -> Outcome<Work> {
        let Some(sims) = self.signed else { return Ok(Work::pre_orders()) };
        let server = Server::ours()?;
        Work::signed_orders(server.address, sims)
    }
}

fn value<T: FromStr>(option: &str, word: Option<&str>) -> Outcome<T> {
    let word = word.ok_or_else(|| format!("{option} wants a value"))?;
    word.parse().map_err(|_| format!("{option} cannot be {word:?}").into())
}

fn at_least_one(option: &str, word: Option<&str>) -> Outcome<usize> {
    // Underscores are welcome, as in the number 100_000 that the source would show.
    let word = word.map(|word| word.replace('_', ""));
    match value(option, word.as_deref())? {
        0 => Err(format!("{option} wants at least 1").into()),
        count => Ok(count),
    }
}

fn length(option: &str, word: Option<&str>) -> Outcome<Duration> {
    let length =
        Duration::try_from_secs_f64(value(option, word)?).map_err(|error| format!("{option}: {error}"))?;
    // The kernel counts CPU time in ticks of 10 ms: a shorter round would measure the ticks.
    if length < Duration::from_millis(100) {
        return Err(format!("{option} wants at least 0.1").into());
    }
    Ok(length)
}
