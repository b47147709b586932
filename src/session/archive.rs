//! The journals of all sessions together: within a bound as well. Over it, the oldest entries of the largest journal go, and its
//! session counts them as dropped.

use std::collections::BinaryHeap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use super::journal::{Bounds, Journal};

/// What all journals weigh.
#[derive(Debug)]
pub(crate) struct Archive {
    limit: usize,
    bytes: AtomicUsize,
    journals: Mutex<Vec<Weak<Mutex<Journal>>>>,
}

impl Default for Archive {
    fn default() -> Self {
        Self::new(128 << 20)
    }
}

impl Archive {
    /// Journals that together may weigh so many bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, bytes: AtomicUsize::new(0), journals: Mutex::default() }
    }

    /// A journal of its own for a session.
    pub(super) fn open(self: &Arc<Self>, bounds: Bounds, epoch: u64) -> Arc<Mutex<Journal>> {
        let journal = Arc::new(Mutex::new(Journal::new(bounds, epoch, Arc::clone(self))));
        let mut journals = self.journals.lock();
        // Looked through when the list would grow anyway, so that making a session stays as cheap as it is.
        if journals.len() == journals.capacity() {
            journals.retain(|journal| journal.strong_count() > 0);
        }
        journals.push(Arc::downgrade(&journal));
        journal
    }

    /// Something came in, and something went.
    pub(super) fn weigh(&self, more: usize, less: usize) {
        if more >= less {
            self.bytes.fetch_add(more - less, Ordering::Relaxed);
        } else {
            self.bytes.fetch_sub(less - more, Ordering::Relaxed);
        }
    }

    /// Makes room if there is too much. Called with no journal locked: it locks one after the other.
    pub(super) fn keep_within(&self) {
        if self.bytes.load(Ordering::Relaxed) > self.limit {
            self.make_room();
        }
    }

    /// Drops oldest entries of whichever journal is largest until a sixteenth is free: else the next exchange would look through
    /// all journals again.
    #[cold]
    fn make_room(&self) {
        // Whoever comes while somebody is at it need not wait.
        let Some(mut journals) = self.journals.try_lock() else { return };
        journals.retain(|journal| journal.strong_count() > 0);
        let live: Vec<_> = journals.iter().filter_map(Weak::upgrade).collect();
        let mut by_weight: BinaryHeap<(usize, usize)> =
            live.iter().enumerate().map(|(at, journal)| (journal.lock().weight(), at)).collect();
        let target = self.limit - self.limit / 16;
        while self.bytes.load(Ordering::Relaxed) > target {
            let Some((_, at)) = by_weight.pop() else { return };
            let next = by_weight.peek().map_or(0, |(weight, _)| *weight);
            let mut journal = live[at].lock();
            let mut has_shed = false;
            while self.bytes.load(Ordering::Relaxed) > target && (!has_shed || journal.weight() > next) {
                if !journal.shed() {
                    break;
                }
                has_shed = true;
            }
            if has_shed {
                by_weight.push((journal.weight(), at));
            }
        }
    }
}
