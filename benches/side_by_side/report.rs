//! What the reader gets to see.

use std::fs;

use serde_json::{Value, json};

use crate::cores::Cores;
use crate::load::{Pair, Round, Shape};
use crate::options::Options;
use crate::spread::Spread;
use crate::starts::Starts;
use crate::work::Work;

/// Marks a round in which the client could not go faster.
fn mark(marked: bool) -> char {
    if marked { '*' } else { ' ' }
}

pub(crate) fn introduce(options: &Options, cores: &Cores) {
    println!(
        "the sandbox beside a bare hyper server, rounds on each side: {} of {} s",
        options.rounds,
        options.length.as_secs_f64(),
    );
    println!("machine: {}, load average {} before", processor(), load_average());
    match cores {
        Cores::Apart { server, client, shared } => {
            println!("servers on core {server}, client on core {client}");
            if *shared {
                println!("(two threads of one physical core: each slows the other down)");
            }
        }
        Cores::Anywhere { reason } => {
            println!("servers and client are not pinned to cores ({reason}): expect a wide spread");
        }
    }
    if cfg!(debug_assertions) {
        println!("built without optimisation: this shows that the bench works, and its figures mean nothing");
    }
}

pub(crate) fn begin_rounds(work: &Work, connections: usize) {
    println!("asked: {}", work.name);
    println!("connections: {connections}, one request in flight on each");
    println!();
    println!("            requests/s                     server CPU us/request   client busy %");
    println!("round      bare       ours      ratio         bare       ours      bare   ours");
}

pub(crate) fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    info.lines()
        .find(|line| line.starts_with("model name"))
        .and_then(|line| line.split_once(": "))
        .map_or("unknown processor", |(_, model)| model.trim())
        .to_owned()
}

fn load_average() -> String {
    let figures = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    figures.split(' ').next().unwrap_or("unknown").to_owned()
}

pub(crate) fn round(number: usize, pair: &Pair) {
    let Pair { bare, ours } = pair;
    println!(
        "{number:5} {:9.0}{} {:9.0}{} {:9.2} {:12.2} {:10.2} {:9.0} {:6.0}",
        bare.per_second(),
        mark(bare.client_was_the_limit()),
        ours.per_second(),
        mark(ours.client_was_the_limit()),
        pair.ratio(),
        bare.server_micros_per_request(),
        ours.server_micros_per_request(),
        bare.client_percent(),
        ours.client_percent(),
    );
}

/// All rounds of one side.
struct Side<'a>(Vec<&'a Round>);

impl Side<'_> {
    fn spread(&self, figure: fn(&Round) -> f64) -> Spread {
        Spread::of(self.0.iter().map(|round| figure(round)))
    }

    fn client_was_the_limit(&self) -> bool {
        self.0.iter().any(|round| round.client_was_the_limit())
    }

    fn to_json(&self) -> Value {
        let rounds: Vec<Value> = self
            .0
            .iter()
            .map(|round| {
                json!({
                    "answers": round.answers,
                    "seconds": round.took.as_secs_f64(),
                    "requests_per_second": round.per_second(),
                    "p50_us": round.p50_micros(),
                    "p99_us": round.p99_micros(),
                    "server_cpu_seconds": round.server_cpu.as_secs_f64(),
                    "server_cpu_us_per_request": round.server_micros_per_request(),
                    "server_cpu_percent": round.server_percent(),
                    "client_busy_seconds": round.client_busy.as_secs_f64(),
                    "client_busy_percent": round.client_percent(),
                    "client_was_the_limit": round.client_was_the_limit(),
                    "nobody_was_busy": round.nobody_was_busy(),
                    "idle_kib": round.idle_kib,
                    "after_kib": round.after_kib,
                })
            })
            .collect();
        json!({
            "requests_per_second": self.spread(Round::per_second).to_json(),
            "server_cpu_us_per_request": self.spread(Round::server_micros_per_request).to_json(),
            "rounds": rounds,
        })
    }
}

/// Prints the sums, and returns them with all that they were made of.
pub(crate) fn conclude(
    connections: usize,
    cores: &Cores,
    work: &Work,
    shape: &Shape,
    pairs: &[Pair],
    starts: &Starts,
) -> Value {
    let bare = Side(pairs.iter().map(|pair| &pair.bare).collect());
    let ours = Side(pairs.iter().map(|pair| &pair.ours).collect());
    let ratio = Spread::of(pairs.iter().map(Pair::ratio));
    let cold = Spread::of(starts.millis.iter().copied());

    println!("\nmedian (min..max)               bare                      ours");
    row("requests/s", 0, &bare, &ours, Round::per_second);
    row("answer after us, p50", 0, &bare, &ours, Round::p50_micros);
    row("answer after us, p99", 0, &bare, &ours, Round::p99_micros);
    row("server CPU us/request", 2, &bare, &ours, Round::server_micros_per_request);
    row("server CPU %", 0, &bare, &ours, Round::server_percent);
    row("client busy %", 0, &bare, &ours, Round::client_percent);
    row("memory MiB, idle", 1, &bare, &ours, Round::idle_mib);
    row("memory MiB, after load", 1, &bare, &ours, Round::after_mib);

    let limited = bare.client_was_the_limit() || ours.client_was_the_limit();
    println!("\nratio ours/bare: {}{}", ratio.show(2), if limited { " *" } else { "" });
    if limited {
        println!(
            "* the client was the limit (busy for above 90 % of the time): that server might have answered more"
        );
    }
    if pairs.iter().any(|pair| pair.bare.nobody_was_busy() || pair.ours.nobody_was_busy()) {
        println!("in some rounds neither side was busy: either something else ran on these cores, or there");
        println!("are too few connections to keep a server at work");
    }
    println!("\nbody of an answer: {} bytes of {}", shape.length, shape.content_type);
    println!("cold start to the first good answer: {} ms in {} starts", cold.show(1), starts.millis.len());
    println!(
        "binary: {} bytes, {}: {}",
        starts.bytes,
        if starts.stripped { "stripped" } else { "not stripped" },
        starts.binary.display(),
    );

    let (server_core, client_core) = match *cores {
        Cores::Apart { server, client, .. } => (Some(server), Some(client)),
        Cores::Anywhere { .. } => (None, None),
    };
    json!({
        "processor": processor(),
        "optimised": !cfg!(debug_assertions),
        "server_core": server_core,
        "client_core": client_core,
        "asked": work.name,
        "connections": connections,
        "answer_bytes": shape.length,
        "ratio": ratio.to_json(),
        "ratios": pairs.iter().map(Pair::ratio).collect::<Vec<_>>(),
        "bare": bare.to_json(),
        "ours": ours.to_json(),
        "cold_start_ms": cold.to_json(),
        "cold_starts_ms": starts.millis,
        "binary": starts.binary,
        "binary_bytes": starts.bytes,
        "binary_is_stripped": starts.stripped,
    })
}

fn row(name: &str, decimals: usize, bare: &Side<'_>, ours: &Side<'_>, figure: fn(&Round) -> f64) {
    let [bare, ours] = [bare, ours].map(|side| side.spread(figure).show(decimals));
    println!("{name:23} {bare:>25} {ours:>25}");
}
