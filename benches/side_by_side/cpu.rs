//! CPU time, as the kernel counts it.

use std::fs;
use std::time::Duration;

use rustix::param::clock_ticks_per_second;

use crate::Outcome;
use crate::server::Server;

/// CPU time used so far by all threads of a server.
pub(crate) fn cpu_of(server: &Server) -> Outcome<Duration> {
    cpu_in(&format!("/proc/{}/stat", server.pid()))
}

/// CPU time used so far by the thread that asks.
pub(crate) fn cpu_of_this_thread() -> Outcome<Duration> {
    cpu_in("/proc/thread-self/stat")
}

fn cpu_in(file: &str) -> Outcome<Duration> {
    let stat = fs::read_to_string(file)?;
    // The second field is the name in brackets, and a name may hold blanks and brackets: count from its end.
    // From there the state comes first, user time twelfth and system time thirteenth.
    let fields = stat.rsplit_once(')').ok_or("a stat line names its process")?.1;
    let ticks: u64 =
        fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>).sum::<Result<_, _>>()?;
    Ok(Duration::from_millis(ticks * 1000 / clock_ticks_per_second()))
}
