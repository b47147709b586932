//! A connection's stream with the two limits that hyper does not keep: a head that dribbles in, and an answer that
//! nobody reads. On the normal path it costs one atomic load a read; timers exist only while something is late.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

/// Where a connection stands. The service tells the stream, for only it knows when a head is whole.
#[derive(Debug, Default)]
pub(super) struct Phase(AtomicU8);

const IDLE: u8 = 0;
const HEAD: u8 = 1;
const BUSY: u8 = 2;

impl Phase {
    /// A head is whole: its limit no longer counts.
    pub(super) fn request(&self) {
        self.0.store(BUSY, Ordering::Relaxed);
    }

    /// An answer is ready: the next byte begins a head.
    pub(super) fn answered(&self) {
        self.0.store(IDLE, Ordering::Relaxed);
    }
}

/// A TCP stream under the two limits.
pub(super) struct Guarded {
    inner: TcpStream,
    phase: Arc<Phase>,
    head: Limit,
    unread: Limit,
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
    pub(super) fn new(inner: TcpStream, phase: Arc<Phase>, head: Duration, unread: Duration) -> Self {
        let head = Limit::new(head, "the head of a request took too long");
        let unread = Limit::new(unread, "an answer was not read");
        Self { inner, phase, head, unread }
    }

    fn write<T>(&mut self, cx: &mut Context<'_>, write: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        match write {
            Poll::Ready(result) => {
                self.unread.timer = None;
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
        let read = Pin::new(&mut self.inner).poll_read(cx, buf);
        let phase = self.phase.0.load(Ordering::Relaxed);
        match read {
            Poll::Ready(Ok(())) if phase == IDLE && buf.filled().len() > before => {
                self.phase.0.store(HEAD, Ordering::Relaxed);
                self.head.timer = None;
                Poll::Ready(Ok(()))
            }
            Poll::Pending if phase == HEAD => self.head.poll(cx).map(Err),
            other => other,
        }
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.write(cx, write)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.inner).poll_write_vectored(cx, bufs);
        self.write(cx, write)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
