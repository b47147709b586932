//! CPU time, as the kernel counts it.

use std::fs;
use std::time::Duration;

use rustix::param::clock_ticks_per_second;

use crate::Outcome;
use crate::server::Server;

/// CPU time used so far by all threads of a server.
pub(crate) fn cpu_of(server: &Server) -> Outcome<Duration> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", server.pid()))?;
    // The second field is the name in brackets, and a name may hold blanks and brackets: count from its end.
    // From there the state comes first, user time twelfth and system time thirteenth.
    let fields = stat.rsplit_once(')').ok_or("a stat line names its process")?.1;
    let ticks: u64 =
        fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>).sum::<Result<_, _>>()?;
    Ok(Duration::from_millis(ticks * 1000 / clock_ticks_per_second()))
}
