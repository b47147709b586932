//! One table: each kind of work at each number of connections, a row of ours beside the bare server's.

use std::fs::File;
use std::io::Write as _;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Outcome;
use crate::cores::Cores;
use crate::load::{self, Pair, Shape, Way};
use crate::options::Options;
use crate::report;
use crate::spread::Spread;
use crate::work::{DISK, Work};

/// Sessions in rotation.
const SESSIONS: usize = 1_000;
/// What a pre-order at 64 connections is to reach of the bare server's rate, and its p99 at most of that one's.
const BARS: (f64, f64) = (0.75, 2.0);
/// What is to be left of the rate with `--data`.
const KEPT_BAR: f64 = 0.30;
const AT: usize = 64;

struct Row<'a> {
    work: &'a Work,
    shape: &'a Shape,
    connections: usize,
    pairs: Vec<Pair>,
    /// Each ended its round.
    errors: Vec<String>,
}

/// Prints it; all numbers, and whether no call failed.
pub(crate) fn make(options: &Options, cores: &Cores) -> Outcome<(Value, bool)> {
    report::introduce(options, cores);
    let plain = Work::pre_orders();
    let signed = Work::signed_orders(plain.serve()?.server.address, usize::MAX)?;
    let mut works = vec![plain, Work::under_rules(), Work::in_sessions(SESSIONS), signed];
    let kept = Work::kept()?;
    let has_data = kept.is_some();
    works.extend(kept);
    let shapes: Vec<Shape> = works.iter().map(load::shape_of_our_answer).collect::<Outcome<_>>()?;
    let mut rows: Vec<Row<'_>> = Vec::new();
    for (work, shape) in works.iter().zip(&shapes) {
        let row = |connections| Row { work, shape, connections, pairs: Vec::new(), errors: Vec::new() };
        rows.extend(options.connections.iter().copied().map(row));
    }
    // Round by round over all rows, so that whatever else the machine does meets all of them alike.
    for number in 1..=options.rounds {
        eprintln!("round {number} of {}: {} rows", options.rounds, rows.len());
        for row in &mut rows {
            let way = Way { cores, length: options.length, connections: row.connections };
            match load::pair(way, row.work, row.shape) {
                Ok(pair) => row.pairs.push(pair),
                Err(error) => row.errors.push(error.to_string()),
            }
        }
    }
    show(&rows);
    println!(
        "\neach server answers from one thread. The sandbox has no more by design (the calls of a session are put in"
    );
    println!("one order anyway), so there is no row of two workers");
    let fsync = fsync()?;
    judge(&rows, has_data, fsync);
    for error in rows.iter().flat_map(|row| &row.errors) {
        println!("\nERROR: {error}");
    }
    let is_well = rows.iter().all(|row| row.errors.is_empty());
    let numbers = json!({
        "processor": report::processor(),
        "optimised": !cfg!(debug_assertions),
        "fsync_us": fsync.as_secs_f64() * 1e6,
        "rows": rows.iter().map(Row::to_json).collect::<Vec<_>>(),
    });
    Ok((numbers, is_well))
}

fn show(rows: &[Row<'_>]) {
    println!(
        "\n                                             requests/s        of bare's rate           p99 us      of bare's"
    );
    println!(
        "asked                           connections   bare   ours   median (min..max)     bare    ours   p99  errors"
    );
    let mut last = "";
    for row in rows {
        let name = if row.work.name == last { "" } else { row.work.name.as_str() };
        last = &row.work.name;
        print!("{name:34} {:8} ", row.connections);
        if row.pairs.is_empty() {
            println!("no round came to its end: {} errors", row.errors.len());
            continue;
        }
        let middle = |figure: fn(&Pair) -> f64| row.spread(figure).median;
        println!(
            "{:7.0}{:7.0}   {:18} {:7.0} {:7.0} {:5.2} {:7}",
            middle(|pair| pair.bare.per_second()),
            middle(|pair| pair.ours.per_second()),
            row.spread(Pair::ratio).show(2),
            middle(|pair| pair.bare.p99_micros()),
            middle(|pair| pair.ours.p99_micros()),
            row.spread(Pair::p99_ratio).median,
            row.errors.len(),
        );
    }
}

/// Holds the rows that have a bar against it. Figures of time depend on the machine, so none of them fails the run.
fn judge(rows: &[Row<'_>], has_data: bool, fsync: Duration) {
    let at = |name: &str| {
        let is_it = |row: &&Row<'_>| row.connections == AT && row.work.name == name;
        rows.iter().find(is_it).filter(|row| !row.pairs.is_empty())
    };
    let verdict = |is_kept| if is_kept { "kept" } else { "MISSED" };
    let Some(plain) = at("pre-orders") else { return };
    let (rate, p99) = (plain.spread(Pair::ratio).median, plain.spread(Pair::p99_ratio).median);
    println!("\nbars of pre-orders at {AT} connections");
    println!("  of bare's rate at least {:.2}: {rate:.2}, {}", BARS.0, verdict(rate >= BARS.0));
    println!("  of bare's p99 at most {:.1}: {p99:.2}, {}", BARS.1, verdict(p99 <= BARS.1));
    let ours = |row: &Row<'_>| row.spread(|pair| pair.ours.per_second()).median;
    let micros = fsync.as_secs_f64() * 1e6;
    match at("pre-orders, with --data") {
        Some(kept) => {
            // So many calls can share one fsync as there are connections.
            let allowed = 64.0 / fsync.as_secs_f64();
            let bar = (KEPT_BAR * ours(plain)).min(allowed);
            let (share, is_kept) = (ours(kept) / ours(plain), ours(kept) >= bar);
            println!(
                "  with --data at least {KEPT_BAR:.2} of without, or {AT} calls per fsync ({allowed:.0} a second) if that is less: {share:.2}, {}",
                verdict(is_kept)
            );
            println!("  one fsync of 300 bytes takes {micros:.0} us here");
        }
        None if !has_data => println!("  with --data: this server has no such option"),
        None => {}
    }
}

impl Pair {
    fn p99_ratio(&self) -> f64 {
        self.ours.p99_micros() / self.bare.p99_micros()
    }
}

impl Row<'_> {
    fn spread(&self, figure: fn(&Pair) -> f64) -> Spread {
        Spread::of(self.pairs.iter().map(figure))
    }

    fn to_json(&self) -> Value {
        let spread =
            |figure: fn(&Pair) -> f64| (!self.pairs.is_empty()).then(|| self.spread(figure).to_json());
        json!({
            "asked": self.work.name,
            "connections": self.connections,
            "bare_per_second": spread(|pair| pair.bare.per_second()),
            "ours_per_second": spread(|pair| pair.ours.per_second()),
            "ratio": spread(Pair::ratio),
            "bare_p50_us": spread(|pair| pair.bare.p50_micros()),
            "ours_p50_us": spread(|pair| pair.ours.p50_micros()),
            "bare_p99_us": spread(|pair| pair.bare.p99_micros()),
            "ours_p99_us": spread(|pair| pair.ours.p99_micros()),
            "client_was_the_limit": self.pairs.iter().any(|pair| pair.ours.client_was_the_limit()),
            "errors": self.errors,
        })
    }
}

/// How long the disk takes to make 300 appended bytes last, in the median.
fn fsync() -> Outcome<Duration> {
    let folder = tempfile::tempdir_in(DISK)?;
    let mut file = File::create(folder.path().join("fsync"))?;
    let mut times = Vec::new();
    for _ in 0..200 {
        file.write_all(&[0; 300])?;
        let before = Instant::now();
        file.sync_data()?;
        times.push(before.elapsed());
    }
    times.sort_unstable();
    Ok(times[times.len() / 2])
}
