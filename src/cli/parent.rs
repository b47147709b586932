//! The process that a server is not to outlive.

/// A process that was there when the command line was read.
#[derive(Clone, Debug)]
pub(super) struct Parent {
    pid: i32,
    /// When it began, so that a number that is given away again is not taken for it.
    #[cfg(target_os = "linux")]
    since: u64,
}

impl Parent {
    /// The process of this number.
    pub(super) fn find(text: &str) -> Result<Self, String> {
        let pid = text.parse().ok().filter(|pid| *pid > 0).ok_or("write the number of a process")?;
        Self::of(pid)
    }

    /// Its number.
    pub(super) fn pid(&self) -> i32 {
        self.pid
    }

    #[cfg(target_os = "linux")]
    fn of(pid: i32) -> Result<Self, String> {
        let since = birth(pid).ok_or("there is no such process")?;
        Ok(Self { pid, since })
    }

    /// Whether it has ended.
    #[cfg(target_os = "linux")]
    pub(super) fn is_gone(&self) -> bool {
        birth(self.pid) != Some(self.since)
    }

    #[cfg(all(unix, not(target_os = "linux")))]
    fn of(pid: i32) -> Result<Self, String> {
        Some(Self { pid })
            .filter(|parent| !parent.is_gone())
            .ok_or_else(|| "there is no such process".to_owned())
    }

    /// Whether nothing has its number any more.
    #[cfg(all(unix, not(target_os = "linux")))]
    pub(super) fn is_gone(&self) -> bool {
        use rustix::process::{Pid, test_kill_process};
        // One that may not be signalled is there.
        Pid::from_raw(self.pid).is_none_or(|pid| test_kill_process(pid) == Err(rustix::io::Errno::SRCH))
    }

    #[cfg(not(unix))]
    fn of(_: i32) -> Result<Self, String> {
        Err("other processes cannot be watched on this system; take --exit-on-stdin-eof".to_owned())
    }

    /// Whether it has ended.
    #[cfg(not(unix))]
    pub(super) fn is_gone(&self) -> bool {
        false
    }
}

/// When a process began, in ticks since the machine did; none if it has ended, also if nobody has asked for its status yet.
#[cfg(target_os = "linux")]
fn birth(pid: i32) -> Option<u64> {
    let stat = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
    let stat = String::from_utf8_lossy(&stat);
    // The name stands in parentheses, and may hold anything, also a parenthesis.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    let state = fields.next()?;
    if ["Z", "X", "x"].contains(&state) { None } else { fields.nth(18)?.parse().ok() }
}
