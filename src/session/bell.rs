//! A bell that futures can wait for, without a runtime: it rings when an epoch is over, or when the journal has grown.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};

use parking_lot::Mutex;

/// The bell. Ringing it while nobody waits costs two atomic operations.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    rung: AtomicU64,
    is_awaited: AtomicBool,
    /// It rang for the last time: whoever comes later hears it too.
    is_over: AtomicBool,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    wakers: BTreeMap<u64, Waker>,
    next: u64,
}

/// Ready once the bell has rung since this was made. Dropped before, it leaves nothing behind.
#[derive(Debug)]
pub(crate) struct Ring {
    bell: Arc<Bell>,
    since: u64,
    place: Option<u64>,
}

impl Bell {
    /// Rings it: whoever waits goes on.
    pub(crate) fn ring(&self) {
        self.rung.fetch_add(1, Ordering::SeqCst);
        if self.is_awaited.load(Ordering::SeqCst) && self.is_awaited.swap(false, Ordering::SeqCst) {
            for waker in std::mem::take(&mut self.waiting.lock().wakers).into_values() {
                waker.wake();
            }
        }
    }

    /// Rings it for the last time.
    pub(crate) fn ring_for_ever(&self) {
        self.is_over.store(true, Ordering::SeqCst);
        self.ring();
    }

    /// Whether it has rung since.
    fn has_rung(&self, since: u64) -> bool {
        self.rung.load(Ordering::SeqCst) != since || self.is_over.load(Ordering::SeqCst)
    }

    /// The next ring from now on.
    pub(crate) fn next(self: &Arc<Self>) -> Ring {
        Ring { bell: Arc::clone(self), since: self.rung.load(Ordering::SeqCst), place: None }
    }
}

impl Future for Ring {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let bell = Arc::clone(&self.bell);
        if bell.has_rung(self.since) {
            return Poll::Ready(());
        }
        {
            let mut waiting = bell.waiting.lock();
            let place = *self.place.get_or_insert_with(|| {
                waiting.next += 1;
                waiting.next
            });
            waiting.wakers.insert(place, cx.waker().clone());
            bell.is_awaited.store(true, Ordering::SeqCst);
        }
        // It may have rung between the first look and the entry in the list.
        if bell.has_rung(self.since) { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        // A waker keeps its whole task alive: a bell that hardly ever rings would collect them.
        if let Some(place) = self.place {
            self.bell.waiting.lock().wakers.remove(&place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_heard_by_who_waited_and_not_by_who_came_later() {
        let bell = Arc::new(Bell::default());
        let mut cx = Context::from_waker(Waker::noop());
        let (mut one, mut other) = (bell.next(), bell.next());
        assert!(Pin::new(&mut one).poll(&mut cx).is_pending());
        bell.ring();
        assert!(Pin::new(&mut one).poll(&mut cx).is_ready());
        assert!(Pin::new(&mut other).poll(&mut cx).is_ready());
        assert!(Pin::new(&mut bell.next()).poll(&mut cx).is_pending());
    }

    #[test]
    fn who_no_longer_waits_is_forgotten() {
        let bell = Arc::new(Bell::default());
        let mut cx = Context::from_waker(Waker::noop());
        for _ in 0..10 {
            let mut ring = bell.next();
            assert!(Pin::new(&mut ring).poll(&mut cx).is_pending());
            assert!(Pin::new(&mut ring).poll(&mut cx).is_pending());
            assert_eq!(bell.waiting.lock().wakers.len(), 1);
        }
        assert!(bell.waiting.lock().wakers.is_empty());
    }
}
