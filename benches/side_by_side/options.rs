//! What the command line asks for.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use crate::Outcome;
use crate::server::Server;
use crate::work::Work;

pub(crate) const USAGE: &str = "\
cargo bench --bench side_by_side -- [OPTIONS]

  --rounds N         rounds on each side                                   [5]
  --seconds S        length of a round, after a warm-up of 0.3 s           [1]
  --quick            2 rounds of 0.3 s
  --one              pre-orders alone in detail, with CPU time, memory and
                     cold starts                          [7 rounds of 3 s]
  --connections C    keep-alive connections, one request in flight on each
                     [--one: 64; table: 1,16,64,256,1024]
  --starts N         cold starts of --one                                  [20]
  --signed [N]       signed orders of a plan in detail, for at most N SIMs
                     in turns                                              [all]
  --orders [N]       instead of all that: send N pre-orders and check
                     their numbers                                         [100000]
  --json FILE        write all numbers to FILE too

LINKSFIELD_SANDBOX_BIN names another server binary than the one cargo just built.";

/// Connections of the table's rows.
const CONNECTIONS: [usize; 5] = [1, 16, 64, 256, 1024];

/// Everything the bench can be told.
pub(crate) struct Options {
    pub(crate) asked: Asked,
    pub(crate) rounds: usize,
    pub(crate) length: Duration,
    /// One number after the other.
    pub(crate) connections: Vec<usize>,
    pub(crate) starts: usize,
    /// Most SIMs to order for, if orders are to be signed.
    pub(crate) signed: Option<usize>,
    pub(crate) json: Option<PathBuf>,
}

/// The things one run can be.
#[derive(Clone, Copy)]
pub(crate) enum Asked {
    Help,
    /// All kinds of work and numbers of connections, a row each.
    Table,
    /// One of each in detail.
    One,
    Orders(usize),
}

impl Options {
    pub(crate) fn from_words(words: &[String]) -> Outcome<Self> {
        // `cargo test --all-targets` runs this too, unoptimised and without a word. Then it only shows that
        // it still works: nobody waits most of a minute for figures that mean nothing.
        let is_asked = |option: &str| words.iter().any(|word| word == option);
        let is_trial = cfg!(debug_assertions) && words.is_empty();
        let in_detail = is_asked("--one") || is_asked("--signed");
        let (rounds, seconds, starts) = match (is_trial, is_asked("--quick"), in_detail) {
            (true, ..) => (1, 0.1, 2),
            (_, true, _) => (2, 0.3, 20),
            (_, _, true) => (7, 3.0, 20),
            (..) => (5, 1.0, 20),
        };
        let mut options = Self {
            asked: if in_detail { Asked::One } else { Asked::Table },
            rounds,
            length: Duration::from_secs_f64(seconds),
            connections: if is_trial { vec![1, 16] } else { Vec::new() },
            starts,
            signed: None,
            json: None,
        };

        let mut words = words.iter().map(String::as_str).peekable();
        while let Some(word) = words.next() {
            match word {
                // Cargo adds the first by itself; the others were looked for above.
                "--bench" | "--quick" | "--one" => {}
                "--help" | "-h" => options.asked = Asked::Help,
                "--rounds" => options.rounds = at_least_one(word, words.next())?,
                "--seconds" => options.length = length(word, words.next())?,
                "--connections" => {
                    let numbers = words.next().unwrap_or_default().split(',');
                    options.connections =
                        numbers.map(|number| at_least_one(word, Some(number))).collect::<Outcome<_>>()?;
                }
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
        if options.connections.is_empty() {
            let many = matches!(options.asked, Asked::Table);
            options.connections = if many { CONNECTIONS.to_vec() } else { vec![64] };
        }
        Ok(options)
    }

    /// What is to be asked of both servers.
    pub(crate) fn work(&self) -> Outcome<Work> {
        let Some(sims) = self.signed else { return Ok(Work::pre_orders()) };
        let server = Server::ours(&[])?;
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
