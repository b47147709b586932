//! A connection's stream with the limits that hyper does not keep, or keeps at a price: a head that dribbles in, an
//! answer that nobody reads, a connection that is idle. On the normal path it costs a few atomic loads and the poll of a
//! timer that is already set.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

use super::intake::InFlight;
use super::limits::Limits;
use super::order::{Order, Slot};
use super::play::Stage;

/// Where a connection stands. The service tells the stream, for only it knows when a head is whole.
pub(super) struct Phase {
    stand: AtomicU8,
    slot: Slot,
    /// Bytes of the answer that is being sent: they count as in flight.
    sending: AtomicUsize,
    in_flight: Arc<InFlight>,
}

const IDLE: u8 = 0;
const HEAD: u8 = 1;
const BUSY: u8 = 2;

impl Phase {
    pub(super) fn new(in_flight: Arc<InFlight>) -> Self {
        Self { stand: AtomicU8::new(IDLE), slot: Slot::default(), sending: AtomicUsize::new(0), in_flight }
    }

    /// A head is whole: its limit no longer counts.
    pub(super) fn request(&self) {
        self.stand.store(BUSY, Ordering::Relaxed);
        // A call that was cancelled may have left one behind.
        drop(self.slot.take());
    }

    /// An answer of so many bytes is ready: the next byte begins a head.
    pub(super) fn answered(&self, bytes: usize) {
        self.in_flight.enter(bytes);
        self.sending.fetch_add(bytes, Ordering::Relaxed);
        self.stand.store(IDLE, Ordering::Relaxed);
    }

    /// All that hyper wrote is with the system.
    fn sent(&self) {
        // The service and the stream of a connection run in one task: nothing comes between the two.
        let bytes = self.sending.load(Ordering::Relaxed);
        if bytes > 0 {
            self.sending.store(0, Ordering::Relaxed);
            self.in_flight.leave(bytes);
        }
    }

    /// What is to happen to the answer that comes next.
    pub(super) fn fail(&self, order: Order) {
        self.slot.put(order);
    }

    /// The order for the bytes that are written now, if there is one.
    pub(super) fn order(&self) -> Option<Order> {
        self.slot.take()
    }
}

impl Drop for Phase {
    fn drop(&mut self) {
        self.sent();
    }
}

/// A TCP stream under the limits.
pub(super) struct Guarded {
    inner: Stage,
    phase: Arc<Phase>,
    head: Limit,
    unread: Limit,
    idle: Idle,
}

/// How long a connection has been idle, in ticks of a quarter of the limit. Nothing is set anew for a request: a tick that
/// saw one begins the count again. So a connection is closed after one limit at least, and one and a quarter at most.
struct Idle {
    tick: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    quiet: u8,
    was_used: bool,
}

impl Idle {
    const TICKS: u8 = 4;

    /// Pending until the connection has been idle too long, then an error.
    #[expect(clippy::disallowed_methods, reason = "a limit of the wire is real time")]
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        loop {
            let tick = self.tick;
            let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(tick)));
            ready!(timer.as_mut().poll(cx));
            self.timer = None;
            self.quiet = if self.was_used { 0 } else { self.quiet + 1 };
            self.was_used = false;
            if self.quiet >= Self::TICKS {
                return Poll::Ready(io::Error::new(io::ErrorKind::TimedOut, "the connection was idle"));
            }
        }
    }
}

struct Limit {
    length: Duration,
    what: &'static str,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Limit {
    fn new(length: Duration, what: &'static str) -> Self {
        Self { length, what, timer: None }
    }

    /// Pending until the limit is reached, then an error.
    #[expect(clippy::disallowed_methods, reason = "a limit of the wire is real time")]
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        let length = self.length;
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(length)));
        ready!(timer.as_mut().poll(cx));
        Poll::Ready(io::Error::new(io::ErrorKind::TimedOut, self.what))
    }
}

impl Guarded {
    pub(super) fn new(inner: TcpStream, phase: Arc<Phase>, limits: &Limits) -> Self {
        let head = Limit::new(limits.head_time, "the head of a request took too long");
        let unread = Limit::new(limits.unread, "an answer was not read");
        let tick = limits.idle / u32::from(Idle::TICKS);
        let inner = Stage::new(inner, Arc::clone(&phase));
        Self { inner, phase, head, unread, idle: Idle { tick, timer: None, quiet: 0, was_used: false } }
    }

    fn write<T>(&mut self, cx: &mut Context<'_>, write: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        match write {
            Poll::Ready(result) => {
                self.unread.timer = None;
                // An answer that is being sent is no idle connection, however long it takes.
                self.idle.was_used = true;
                Poll::Ready(result)
            }
            Poll::Pending => self.unread.poll(cx).map(Err),
        }
    }
}

impl AsyncRead for Guarded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = self.inner.poll_read(cx, buf);
        let phase = self.phase.stand.load(Ordering::Relaxed);
        match read {
            Poll::Ready(Ok(())) if phase == IDLE && buf.filled().len() > before => {
                self.phase.stand.store(HEAD, Ordering::Relaxed);
                self.head.timer = None;
                self.idle.was_used = true;
                Poll::Ready(Ok(()))
            }
            // A silent or slow answer is no idle connection.
            Poll::Pending if self.inner.is_busy() => {
                self.idle.was_used = true;
                Poll::Pending
            }
            Poll::Pending if phase == HEAD => self.head.poll(cx).map(Err),
            Poll::Pending if phase == IDLE && self.unread.timer.is_none() => self.idle.poll(cx).map(Err),
            other => other,
        }
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let write = self.inner.poll_write(cx, buf);
        self.write(cx, write)
    }

    // No vectored writes: hyper then puts head and body into one buffer, which for answers of a few kB costs less than
    // two pieces do.

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.inner.is_busy() {
            // hyper asks for this only after it has written all it had.
            self.phase.sent();
            return Poll::Ready(Ok(()));
        }
        let before = self.inner.written();
        let flush = self.inner.poll_flush(cx);
        if self.inner.written() > before || !self.inner.is_blocked() {
            self.unread.timer = None;
        }
        if flush.is_ready() {
            self.phase.sent();
        }
        if flush.is_pending() && self.inner.is_blocked() {
            return self.unread.poll(cx).map(Err);
        }
        flush
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner.poll_shutdown(cx)
    }
}
