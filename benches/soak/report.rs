//! A row for each while of the soak, and in the end what its bars say.

use std::thread;
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::options::Options;
use crate::receiver::Receiver;
use crate::server::{Server, is_trial};
use crate::watch::{Watch, share};

/// The last tenth's p99 is at most so many times the first's.
const P99_BAR: f64 = 1.5;
/// The last third's memory is at most so much above the middle third's: what an allocator's rounding makes.
const GROWTH_PERCENT: u64 = 5;
const GROWTH_KIB: u64 = 2 << 10;
const TICK: Duration = Duration::from_millis(250);

/// What was seen so far.
pub(crate) struct Report {
    /// Microseconds of ordinary calls, sorted, by interval.
    times: Vec<Vec<u32>>,
    /// When, and how much memory the server held.
    memory: Vec<(Duration, u64)>,
}

impl Report {
    pub(crate) fn begin(options: &Options) -> Self {
        let Options { length, clients, seed } = options;
        println!("a soak of {} s by {clients} clients, seed {seed}", length.as_secs());
        if is_trial() {
            println!(
                "built without optimisation: this shows that the soak works, and its figures mean nothing"
            );
        }
        println!("\n     until    memory MiB      calls    p50 us    p99 us   errors");
        Self { times: Vec::new(), memory: Vec::new() }
    }

    /// Looks on until the time is over, or too much is wrong.
    pub(crate) fn watch(
        &mut self,
        server: &Server,
        watch: &Watch,
        begun: Instant,
        options: &Options,
    ) -> Outcome<()> {
        let mut next = options.interval();
        while begun.elapsed() < options.length {
            thread::sleep(TICK);
            let now = begun.elapsed();
            let kib = server.resident_kib()?;
            self.memory.push((now, kib));
            if now >= next {
                next += options.interval();
                self.row(watch, now, kib);
            }
        }
        // What is left of the last interval, unless that was just told.
        let rest = watch.take_times();
        if let Some(last) = self.times.last_mut() {
            last.extend(rest);
            last.sort_unstable();
        }
        Ok(())
    }

    fn row(&mut self, watch: &Watch, now: Duration, kib: u64) {
        let times = watch.take_times();
        println!(
            "{:8.0} s {:10}.{} {:10} {:9} {:9} {:8}",
            now.as_secs_f64(),
            kib >> 10,
            (kib & 1023) * 10 / 1024,
            times.len(),
            share(&times, 50).as_micros(),
            share(&times, 99).as_micros(),
            watch.errors(),
        );
        self.times.push(times);
    }

    /// Prints what came of it; whether every bar is kept.
    pub(crate) fn conclude(&self, watch: &Watch, receiver: &Receiver, options: &Options) -> bool {
        let acts: Vec<String> = watch.acts().iter().map(|(act, count)| format!("{act} {count}")).collect();
        println!("\nacts: {}", acts.join(", "));
        println!("callbacks received: {}\n", receiver.taken());
        for error in watch.shown() {
            println!("ERROR {error}");
        }

        let tenth = self.times.len().div_ceil(10);
        let p99 = |whiles: &[Vec<u32>]| {
            let mut times = whiles.concat();
            times.sort_unstable();
            share(&times, 99).as_secs_f64() * 1e6
        };
        let (first, last) = (p99(&self.times[..tenth]), p99(&self.times[self.times.len() - tenth..]));
        let highest = |from: u32, to: u32| {
            let within = |at: Duration| at >= options.length * from / 3 && at < options.length * to / 3;
            self.memory.iter().filter(|(at, _)| within(*at)).map(|(_, kib)| *kib).max().unwrap_or(0)
        };
        let (middle, end) = (highest(1, 2), highest(2, 3));
        let most = middle + middle * GROWTH_PERCENT / 100 + GROWTH_KIB;
        let mut is_kept = true;
        let mut bar = |what: String, is_met: bool| {
            is_kept &= is_met;
            println!("{what}: {}", if is_met { "kept" } else { "MISSED" });
        };
        bar(format!("unexpected errors {}, bar 0", watch.errors()), watch.errors() == 0);
        bar(
            format!(
                "p99 of the last tenth {last:.0} us, of the first {first:.0} us: {:.2} times, bar {P99_BAR}",
                last / first
            ),
            last <= first * P99_BAR,
        );
        let growth = format!(
            "memory at most {end} KiB in the last third, {middle} KiB in the middle one: bar {most} \
             ({GROWTH_PERCENT} % and {GROWTH_KIB} KiB more)"
        );
        bar(growth, end <= most);
        bar(format!("callbacks received {}, bar at least 1", receiver.taken()), receiver.taken() > 0);
        // Unoptimised, a moment is all there was: nothing but errors tells anything then.
        if is_trial() { watch.errors() == 0 } else { is_kept }
    }
}
