//! Whether anybody uses the server: connections and calls are counted, and nobody's clock is asked for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::deliver::Held;

/// What was used so far, and what is being used.
#[derive(Debug)]
pub(crate) struct Usage {
    /// Connections that were accepted, and calls that were answered.
    uses: AtomicUsize,
    /// Calls that came and are not answered.
    under_way: AtomicUsize,
    /// Answers that are held back.
    held: Arc<Held>,
}

/// A call that is under way until this is dropped.
pub(super) struct UnderWay<'a>(&'a Usage);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.uses.fetch_add(1, Ordering::Relaxed);
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Usage {
    pub(super) fn new(held: Arc<Held>) -> Self {
        Self { uses: AtomicUsize::new(0), under_way: AtomicUsize::new(0), held }
    }

    /// A connection was accepted.
    pub(super) fn connected(&self) {
        self.uses.fetch_add(1, Ordering::Relaxed);
    }

    /// A call has come.
    pub(super) fn called(&self) -> UnderWay<'_> {
        self.under_way.fetch_add(1, Ordering::Relaxed);
        UnderWay(self)
    }

    /// Returns once no connection and no call came for so long, and none is under way or held back.
    pub(crate) async fn none_for(&self, span: Duration) {
        /// So many looks at the counters go into the span: what a look finds may be as old as the look before it.
        const LOOKS: u32 = 20;
        let step = (span / LOOKS).max(Duration::from_millis(1));
        let (mut quiet, mut last) = (0, self.uses.load(Ordering::Relaxed));
        while quiet < LOOKS {
            wait(step).await;
            let uses = self.uses.load(Ordering::Relaxed);
            let is_used = uses != last || self.under_way.load(Ordering::Relaxed) > 0 || self.held.is_any();
            quiet = if is_used { 0 } else { quiet + 1 };
            last = uses;
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "whoever uses the server does so in real time")]
async fn wait(length: Duration) {
    tokio::time::sleep(length).await;
}
