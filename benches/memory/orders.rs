//! One session with a thousand orders and with a million: what one weighs, what a reset takes, what is left, and whether others wait.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::line::Line;
use crate::server::Server;
use crate::table::{Bar, Table, real, show_mib, show_millis};
use crate::{Outcome, QUIET, many};

/// Entries of a journal that is full.
const JOURNAL: usize = 1_000;
const FEW: usize = 1_000;
/// How long memory is given to come back.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the sweep of a million orders may last: for so long the other session is watched.
const SWEEP: Duration = Duration::from_millis(700);

pub(crate) fn measure(table: &mut Table, orders: usize) -> Outcome<()> {
    // Room for those of the other session, too.
    let most = (2 * orders).to_string();
    let server = Server::ours(&[&QUIET[..], &["--max-orders", &most]].concat())?;
    let mut line = Line::open(server.address)?;
    for name in ["full", "other"] {
        line.control("POST", "sessions", &format!(r#"{{"name":"{name}"}}"#))?;
    }
    // Journals are full before memory is looked at, so that only orders are weighed.
    many::pre_orders(&mut line, "/s/other", JOURNAL)?;
    let mut few: Vec<Duration> = (0..11)
        .map(|_| {
            many::pre_orders(&mut line, "/s/full", FEW)?;
            reset(&mut line)
        })
        .collect::<Outcome<_>>()?;
    few.sort_unstable();
    many::pre_orders(&mut line, "/s/full", JOURNAL)?;
    thread::sleep(Duration::from_millis(500));
    let idle = server.resident_kib()?;
    many::pre_orders(&mut line, "/s/full", orders - JOURNAL)?;
    let full = server.resident_kib()?;
    let each = real(full.saturating_sub(idle)) * 1_024.0 / real((orders - JOURNAL).try_into()?);
    table.row(&format!("an order, of {orders}"), Bar::bytes(200.0, each));

    let quiet = Watch::over(server.address, || {
        thread::sleep(SWEEP);
        Ok(())
    })?;
    let mut took = Duration::default();
    let held_up = Watch::over(server.address, || {
        took = reset(&mut line)?;
        thread::sleep(SWEEP);
        Ok(())
    })?;
    let left = settled(&server, idle)?;
    let what = format!("memory after a reset of {orders} orders ({} before it)", show_mib(full));
    table.row(&what, Bar::mib_more_than(idle, 10.0, left));
    let what = format!("reset with {FEW} orders, as a call over HTTP: median of {}", few.len());
    table.row(&what, Bar::time(Duration::from_millis(1), few[few.len() / 2]));
    let what = format!("reset with {orders} orders, as a call over HTTP");
    table.row(&what, Bar::time(Duration::from_millis(10), took));
    let what = format!("slowest call of another session meanwhile, of {}", held_up.calls);
    table.row(&what, Bar::time(Duration::from_millis(10), held_up.slowest));
    let what = format!("  and in as long a while without a reset, of {}", quiet.calls);
    table.row(&what, Bar::none(show_millis(quiet.slowest)));
    Ok(())
}

fn reset(line: &mut Line) -> Outcome<Duration> {
    let begun = Instant::now();
    line.control("POST", "sessions/full/reset", "")?;
    Ok(begun.elapsed())
}

/// Resident memory once it is no more than ten MiB above this, or falls no longer.
fn settled(server: &Server, idle: u64) -> Outcome<u64> {
    let begun = Instant::now();
    loop {
        let now = server.resident_kib()?;
        if now <= idle + (1 << 10) || begun.elapsed() > PATIENCE {
            return Ok(now);
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// What another session's calls took, one right after the other.
struct Watch {
    calls: usize,
    slowest: Duration,
}

impl Watch {
    /// Watches while something is done.
    fn over(address: SocketAddr, act: impl FnOnce() -> Outcome<()>) -> Outcome<Self> {
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            let watch = scope.spawn(|| {
                let mut line = Line::open(address)?;
                let mut watched = Self { calls: 0, slowest: Duration::default() };
                while !is_over.load(Ordering::Relaxed) {
                    let begun = Instant::now();
                    many::pre_orders(&mut line, "/s/other", 1)?;
                    watched.calls += 1;
                    watched.slowest = watched.slowest.max(begun.elapsed());
                }
                Ok(watched)
            });
            let done = act();
            is_over.store(true, Ordering::Relaxed);
            let watched = watch.join().map_err(|_| "the watch panicked")?;
            done.and(watched)
        })
    }
}
