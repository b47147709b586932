//! What the command line asks for.

use std::time::Duration;

use linksfield_sandbox::parse_duration;

use crate::Outcome;
use crate::server::is_trial;

const USAGE: &str = "\
cargo bench --bench soak -- [OPTIONS]

  --for TIME     how long                                     [10m]
  --clients N    clients, one call at a time each             [4]
  --seed N       of the traffic                               [1]

LINKSFIELD_SANDBOX_BIN names another server binary than the one cargo just built.";

/// Everything the soak can be told.
pub(crate) struct Options {
    pub(crate) length: Duration,
    pub(crate) clients: u64,
    pub(crate) seed: u64,
}

impl Options {
    pub(crate) fn from_words(mut words: impl Iterator<Item = String>) -> Outcome<Self> {
        let length = if is_trial() { Duration::from_secs(4) } else { Duration::from_mins(10) };
        let mut options = Self { length, clients: 4, seed: 1 };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} wants a value\n\n{USAGE}"));
            match word.as_str() {
                // Cargo adds it by itself.
                "--bench" => {}
                "--for" => {
                    let text = value()?;
                    let length = parse_duration(&text);
                    options.length =
                        length.ok_or_else(|| format!("--for cannot be {text:?}: such as 10m"))?;
                }
                "--clients" => options.clients = value()?.parse().map_err(|_| "--clients wants a number")?,
                "--seed" => options.seed = value()?.parse().map_err(|_| "--seed wants a number")?,
                _ => return Err(format!("{word}: no such option\n\n{USAGE}").into()),
            }
        }
        if options.length < Duration::from_secs(2) || options.clients == 0 {
            return Err("a soak takes at least 2 s and a client".into());
        }
        Ok(options)
    }

    /// How long a row of the report is: a minute, or a twentieth of the run if that is less.
    pub(crate) fn interval(&self) -> Duration {
        (self.length / 20).min(Duration::from_mins(1))
    }
}
