//! An order: what a connection's stream is to do with the answer that hyper writes next.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;

use super::deliver::Place;
use crate::scenario::fault::Fault;

/// What to do with one answer.
pub(super) struct Order {
    /// Its faults, in their order.
    pub(super) faults: Vec<Fault>,
    /// The longest that it may be silent.
    pub(super) longest: Duration,
    /// Ready when the answer must no longer arrive: the server stops, or the session's epoch is over.
    pub(super) over: Over,
    /// Its place among the held answers, if it is one of them: given back when the order is done.
    pub(super) _place: Option<Place>,
}

/// The end of all that is held.
pub(super) type Over = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Where the service lays an order down for the stream. To look whether there is one costs an atomic load.
#[derive(Default)]
pub(super) struct Slot {
    is_full: AtomicBool,
    order: Mutex<Option<Order>>,
}

impl Slot {
    /// Lays an order down; it is about the next bytes that are written.
    pub(super) fn put(&self, order: Order) {
        *self.order.lock() = Some(order);
        self.is_full.store(true, Ordering::Relaxed);
    }

    /// Takes the order, if there is one.
    pub(super) fn take(&self) -> Option<Order> {
        // The service and the stream of a connection run in one task: nothing has to be ordered between them.
        if !self.is_full.load(Ordering::Relaxed) {
            return None;
        }
        self.is_full.store(false, Ordering::Relaxed);
        self.order.lock().take()
    }
}
