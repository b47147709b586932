//! Which core the server gets, and which the client.

use std::fs;

use rustix::process::Pid;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use crate::Outcome;
use crate::server::Server;

/// Where both sides run.
pub(crate) enum Cores {
    /// One core for each side. `shared` when both are threads of one physical core, which slows either down
    /// while the other works.
    Apart { server: usize, client: usize, shared: bool },
    /// The machine does not allow it: the scheduler places both.
    Anywhere { reason: String },
}

pub(crate) fn choose() -> Outcome<Cores> {
    let allowed = sched_getaffinity(None)?;
    let cores: Vec<usize> = (0..CpuSet::MAX_CPU).filter(|&core| allowed.is_set(core)).collect();
    let [server, others @ ..] = cores.as_slice() else {
        return Err("no core is allowed to run this".into());
    };
    let Some(&next) = others.first() else {
        return Ok(Cores::Anywhere { reason: format!("core {server} is the only one") });
    };

    let of_its_own =
        others.iter().find(|&&core| physical(core).is_none() || physical(core) != physical(*server));
    let client = *of_its_own.unwrap_or(&next);
    // A container may show cores that it does not let anybody be pinned to. It is tried on a thread that ends
    // right away, so that nothing started later inherits the pin.
    let tried = std::thread::scope(|scope| scope.spawn(|| pin(None, client)).join());
    Ok(match tried {
        Ok(Ok(())) => Cores::Apart { server: *server, client, shared: of_its_own.is_none() },
        Ok(Err(error)) => Cores::Anywhere { reason: error.to_string() },
        Err(_) => return Err("pinning panicked".into()),
    })
}

/// The cores that are threads of one physical core have the same list of siblings.
fn physical(core: usize) -> Option<String> {
    fs::read_to_string(format!("/sys/devices/system/cpu/cpu{core}/topology/thread_siblings_list")).ok()
}

fn pin(thread: Option<Pid>, core: usize) -> rustix::io::Result<()> {
    let mut set = CpuSet::new();
    set.set(core);
    sched_setaffinity(thread, &set)
}

impl Cores {
    /// Pins the thread that calls.
    pub(crate) fn take_client(&self) -> Outcome<()> {
        match *self {
            Self::Apart { client, .. } => Ok(pin(None, client)?),
            Self::Anywhere { .. } => Ok(()),
        }
    }

    /// Pins every thread that the server has by now; later ones inherit it.
    pub(crate) fn take_server(&self, server: &Server) -> Outcome<()> {
        let Self::Apart { server: core, .. } = *self else {
            return Ok(());
        };
        for entry in fs::read_dir(format!("/proc/{}/task", server.pid()))? {
            let thread = entry?.file_name().to_str().and_then(|name| name.parse().ok());
            let thread = thread.and_then(Pid::from_raw).ok_or("a thread's directory is its number")?;
            pin(Some(thread), core)?;
        }
        Ok(())
    }
}
