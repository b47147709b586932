//! Collect, plan, play: the one place where faults of the wire are performed. Without an order a stream passes everything on. With
//! one it collects what hyper writes for the answer, has it planned, and plays the steps; hyper sees its flush done only at the end,
//! so it does not begin with the next call before.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use tokio::io::{AsyncReadExt, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

use super::order::Order;
use super::plan::{Step, plan};
use super::queue::undelivered;
use super::stream::Phase;

/// A TCP stream that can be ordered to fail.
pub(super) struct Stage {
    /// `None` once an order has ended the connection.
    stream: Option<TcpStream>,
    phase: Arc<Phase>,
    act: Act,
    /// Bytes that went out under an order: whoever watches the reader sees by it that he reads.
    written: u64,
}

enum Act {
    Pass,
    Collect(Order, Vec<u8>),
    Play(Play),
}

struct Play {
    order: Order,
    steps: VecDeque<Step>,
    timer: Option<Pin<Box<Sleep>>>,
    /// How long the step under way has waited.
    waited: Duration,
    is_blocked: bool,
}

/// How often a silent stream looks whether its client is still there.
const TICK: Duration = Duration::from_millis(100);
/// How often one that is to be reset looks whether all is delivered.
const DELIVERY_TICK: Duration = Duration::from_millis(2);
/// Answers up to this length are in the system's hands as a whole, and arrive before a reset does.
const SHORT: u64 = 16 << 10;
/// How long a client may go on sending after the connection has ended in good order.
const LINGER: Duration = Duration::from_secs(2);

impl Stage {
    pub(super) fn new(stream: TcpStream, phase: Arc<Phase>) -> Self {
        Self { stream: Some(stream), phase, act: Act::Pass, written: 0 }
    }

    /// Whether an order is being carried out.
    pub(super) fn is_busy(&self) -> bool {
        !matches!(self.act, Act::Pass)
    }

    /// Whether it waits for a client to read.
    pub(super) fn is_blocked(&self) -> bool {
        matches!(&self.act, Act::Play(play) if play.is_blocked)
    }

    /// Bytes that went out under orders so far.
    pub(super) fn written(&self) -> u64 {
        self.written
    }

    pub(super) fn poll_read(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Some(stream) => tokio::io::AsyncRead::poll_read(Pin::new(stream), cx, buf),
            None => Poll::Ready(Err(ended())),
        }
    }

    pub(super) fn poll_write(&mut self, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if matches!(self.act, Act::Pass)
            && let Some(order) = self.phase.order()
        {
            self.act = Act::Collect(order, Vec::with_capacity(buf.len()));
        }
        match &mut self.act {
            Act::Pass => match &mut self.stream {
                Some(stream) => Pin::new(stream).poll_write(cx, buf),
                None => Poll::Ready(Err(ended())),
            },
            Act::Collect(_, bytes) => {
                bytes.extend_from_slice(buf);
                Poll::Ready(Ok(buf.len()))
            }
            Act::Play(_) => {
                ready!(self.poll_play(cx))?;
                self.poll_write(cx, buf)
            }
        }
    }

    /// hyper flushes an answer once it has written all of it.
    pub(super) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match std::mem::replace(&mut self.act, Act::Pass) {
            Act::Collect(order, bytes) if !bytes.is_empty() => {
                let steps = plan(&order.faults, &Bytes::from(bytes));
                self.act =
                    Act::Play(Play { order, steps, timer: None, waited: Duration::ZERO, is_blocked: false });
            }
            other => self.act = other,
        }
        if let Act::Play(_) = self.act {
            return self.poll_play(cx);
        }
        Poll::Ready(Ok(()))
    }

    pub(super) fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Some(stream) => Pin::new(stream).poll_shutdown(cx),
            None => Poll::Ready(Ok(())),
        }
    }

    /// Plays the steps that are left; an error ends the connection.
    fn poll_play(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            let (Act::Play(play), Some(stream)) = (&mut self.act, &mut self.stream) else {
                return Poll::Ready(Ok(()));
            };
            if play.order.over.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Err(io::Error::other("the session or the server ended meanwhile")));
            }
            play.is_blocked = false;
            match play.steps.front_mut() {
                None => self.act = Act::Pass,
                Some(Step::Write(bytes)) => {
                    play.is_blocked = true;
                    let count = ready!(Pin::new(stream).poll_write(cx, bytes))?;
                    self.written += count as u64;
                    bytes.advance(count);
                    if bytes.is_empty() {
                        play.steps.pop_front();
                    }
                }
                Some(Step::Pause(length)) => {
                    let length = *length;
                    ready!(play.poll_wait(cx, length));
                    play.steps.pop_front();
                }
                Some(Step::Hold) => {
                    // A client that leaves is seen even while input of its lies unread.
                    let state = pin!(stream.ready(Interest::READABLE)).poll(cx);
                    let has_left = matches!(state, Poll::Ready(Ok(state)) if state.is_read_closed());
                    if has_left || play.waited >= play.order.longest {
                        play.steps.push_back(Step::Fin);
                        play.steps.pop_front();
                    } else {
                        ready!(play.poll_wait(cx, TICK));
                    }
                }
                Some(Step::Fin) => {
                    ready!(Pin::new(stream).poll_shutdown(cx))?;
                    if let Some(stream) = self.stream.take() {
                        tokio::spawn(linger(stream));
                    }
                    self.act = Act::Pass;
                    return Poll::Ready(Err(ended()));
                }
                Some(Step::Reset) => {
                    // A reset throws away what the system has not delivered.
                    if self.written > SHORT {
                        play.is_blocked = true;
                        match undelivered(stream) {
                            Some(0) => {}
                            None if play.waited >= 10 * DELIVERY_TICK => {}
                            Some(_) | None => {
                                ready!(play.poll_wait(cx, DELIVERY_TICK));
                                continue;
                            }
                        }
                    }
                    // The reset leaves when the stream is dropped, here and not when hyper lets go of it.
                    let reset = stream.set_zero_linger();
                    self.stream = None;
                    self.act = Act::Pass;
                    return Poll::Ready(reset.and(Err(ended())));
                }
            }
        }
    }
}

impl Play {
    /// Waits for so long, once.
    #[expect(clippy::disallowed_methods, reason = "faults of the wire happen in real time")]
    fn poll_wait(&mut self, cx: &mut Context<'_>, length: Duration) -> Poll<()> {
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(length)));
        ready!(timer.as_mut().poll(cx));
        self.timer = None;
        self.waited += length;
        Poll::Ready(())
    }
}

/// Reads on for a while: closing with input unread would be a reset.
async fn linger(mut stream: TcpStream) {
    let mut nowhere = [0; 4_096];
    let reading = async { while matches!(stream.read(&mut nowhere).await, Ok(count) if count > 0) {} };
    let _ = tokio::time::timeout(LINGER, reading).await;
}

fn ended() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "the connection ended as a rule had ordered")
}
