//! Drops what is large where nobody waits: a thread of its own, begun when first needed. Afterwards it gives the memory
//! back to the operating system, which glibc by itself does not.

use std::any::Any;
use std::sync::mpsc::{Sender, channel};

use parking_lot::Mutex;

/// The thread's letterbox.
#[derive(Debug, Default)]
pub(crate) struct Sweeper {
    letterbox: Mutex<Option<Sender<Box<dyn Any + Send>>>>,
}

/// Fewer orders than these are dropped on the spot: handing them over would cost more.
const WORTH_A_THREAD: usize = 1_000;

impl Sweeper {
    /// Drops a thing that holds so many orders.
    pub(crate) fn take(&self, thing: impl Any + Send, orders: usize) {
        if orders < WORTH_A_THREAD {
            return;
        }
        let mut letterbox = self.letterbox.lock();
        let sender = letterbox.get_or_insert_with(|| {
            let (sender, letters) = channel::<Box<dyn Any + Send>>();
            let sweep = move || {
                while let Ok(thing) = letters.recv() {
                    drop(thing);
                    // What came in meanwhile goes before the memory is given back, once for all.
                    letters.try_iter().for_each(drop);
                    give_memory_back();
                }
            };
            // Without a thread the letters are dropped with the channel, here and now.
            let _ = std::thread::Builder::new().name("sandbox-sweeper".to_owned()).spawn(sweep);
            sender
        });
        let _ = sender.send(Box::new(thing));
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(
    unsafe_code,
    reason = "the one call for which no safe way exists; it takes a number and touches free memory only"
)]
fn give_memory_back() {
    // SAFETY: malloc_trim may be called at any time from any thread; it only returns free pages to the system.
    unsafe {
        libc::malloc_trim(0);
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn give_memory_back() {}
