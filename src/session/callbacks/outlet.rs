//! The way out for callbacks, as a session sees it: who sends is the courier's business.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bytes::Bytes;

/// What judges targets and sends.
pub(crate) struct Outlet {
    /// Whether a callback may go to this URL.
    pub judge: Judge,
    /// Sends a parcel some time; gives it back if too many wait already. Never waits.
    pub send: Send,
    /// Ports of this process, which no callback may go to.
    pub ports: Arc<OwnPorts>,
    /// Where they go if nobody says otherwise: kinds, or `*`, and URLs.
    pub targets: Vec<(String, String)>,
}

/// Judges a URL.
pub(crate) type Judge = Box<dyn Fn(&str) -> Result<(), Unfit> + std::marker::Send + Sync>;

/// Takes a parcel.
pub(crate) type Send = Box<dyn Fn(Parcel) -> Result<(), Parcel> + std::marker::Send + Sync>;

/// Why a URL is none for callbacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unfit {
    /// What is wrong.
    pub why: String,
    /// What helps.
    pub help: String,
}

/// Ports that this process listens on.
#[derive(Debug, Default)]
pub(crate) struct OwnPorts(parking_lot::Mutex<std::collections::BTreeSet<u16>>);

impl OwnPorts {
    /// It listens on one more.
    pub(crate) fn add(&self, port: u16) {
        self.0.lock().insert(port);
    }

    /// Takes all that there are for its own, so that no callback goes anywhere.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(crate) fn add_all(&self) {
        *self.0.lock() = (1..=u16::MAX).collect();
    }

    /// It listens there no more.
    pub(crate) fn remove(&self, port: u16) {
        self.0.lock().remove(&port);
    }

    /// Whether it does.
    pub(crate) fn has(&self, port: u16) -> bool {
        self.0.lock().contains(&port)
    }
}

/// One try of one callback.
pub(crate) struct Parcel {
    /// The delivery.
    pub id: u64,
    /// Where to.
    pub target: Arc<str>,
    /// What is sent.
    pub request: Arc<Request>,
    /// The session's epoch is over: nobody is to get it any more.
    pub is_over: Arc<AtomicBool>,
    /// Takes what came of it.
    pub done: Box<dyn FnOnce(Outcome) + std::marker::Send>,
}

/// What is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Request {
    /// Headers, but for those that belong to the connection.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Bytes,
    /// Only so many bytes of it, although the head promises all.
    pub cut: Option<usize>,
}

impl Request {
    /// Whether it was composed: whatever is sent has headers.
    pub(crate) fn is_composed(&self) -> bool {
        !self.headers.is_empty()
    }
}

/// What came of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// There was an answer.
    Answered {
        /// Its status.
        status: u16,
        /// The beginning of its body.
        body: String,
    },
    /// There was none: why.
    Failed(String),
}

impl Outcome {
    /// Whether it counts as taken: any 2xx.
    pub(crate) fn is_accepted(&self) -> bool {
        matches!(self, Self::Answered { status: 200..=299, .. })
    }
}
