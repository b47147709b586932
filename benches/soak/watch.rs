//! What the clients saw: how long ordinary calls took, how often each act was done, and what was not as it had to be.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Errors that are shown in full.
const SHOWN: usize = 20;

/// Shared by all clients and whoever reports.
#[derive(Default)]
pub(crate) struct Watch {
    pub(crate) is_over: AtomicBool,
    /// Microseconds of each ordinary call since the last look.
    times: Mutex<Vec<u32>>,
    acts: Mutex<BTreeMap<&'static str, u64>>,
    errors: AtomicU64,
    shown: Mutex<Vec<String>>,
}

impl Watch {
    /// Takes in what one client saw in a while.
    pub(crate) fn take_in(&self, times: &mut Vec<u32>, acts: &mut BTreeMap<&'static str, u64>) {
        lock(&self.times).append(times);
        let mut all = lock(&self.acts);
        for (act, count) in std::mem::take(acts) {
            *all.entry(act).or_default() += count;
        }
    }

    pub(crate) fn error(&self, act: &str, what: &str) {
        self.errors.fetch_add(1, Ordering::Relaxed);
        let mut shown = lock(&self.shown);
        if shown.len() < SHOWN {
            shown.push(format!("{act}: {what}"));
        }
    }

    pub(crate) fn errors(&self) -> u64 {
        self.errors.load(Ordering::Relaxed)
    }

    pub(crate) fn shown(&self) -> Vec<String> {
        lock(&self.shown).clone()
    }

    pub(crate) fn acts(&self) -> BTreeMap<&'static str, u64> {
        lock(&self.acts).clone()
    }

    /// The times since the last look, sorted.
    pub(crate) fn take_times(&self) -> Vec<u32> {
        let mut times = std::mem::take(&mut *lock(&self.times));
        times.sort_unstable();
        times
    }
}

/// A client that panicked ends the soak anyway: what it held is still a number.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// What so many percent of these sorted times do not exceed.
pub(crate) fn share(times: &[u32], percent: usize) -> Duration {
    let at = times.get(times.len() * percent / 100).copied().unwrap_or_default();
    Duration::from_micros(at.into())
}
