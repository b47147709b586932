//! Connections: accepting them within the limit, serving each, and letting go of all of them at a stop.

use std::future::{Future, poll_fn};
use std::io;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::Wire;
use super::door::Door;
use super::lookout;
use super::ports;
use super::service::{Connection, Place, serve};
use super::stop::{Stop, stopped};
use super::stream::{Guarded, Phase};
use super::timekeeper;
use crate::domain::moment::Moment;
use crate::session::clock::real_now;

/// Serves until `stop` says so; then no more is accepted, held answers are cancelled, and what is under way may finish
/// within the drain. Returns once no connection is left.
pub(crate) async fn run(
    listeners: Vec<(TcpListener, Door)>,
    wire: Arc<Wire>,
    shut_down: watch::Sender<bool>,
    stop: Stop,
) {
    let limit = wire.limits.connections;
    let places = Arc::new(Semaphore::new(limit));
    let levers = ports::levers(&wire, &places, shut_down, stop.clone());
    let accepting: Vec<_> = listeners
        .into_iter()
        .map(|(listener, door)| {
            let place = Place { session: None, door, levers: Arc::clone(&levers) };
            tokio::spawn(accept(listener, Arc::clone(&wire), place, Arc::clone(&places), stop.clone()))
        })
        .collect();
    tokio::spawn(timekeeper::run(Arc::clone(&wire), stop.clone()));
    tokio::spawn(lookout::run(Arc::clone(&wire), stop.clone()));
    tokio::spawn(sweep(Arc::clone(&wire), stop));
    for task in accepting {
        // A task that panicked has said so on stderr; the others go on.
        let _ = task.await;
    }
    let all = u32::try_from(limit).unwrap_or(u32::MAX);
    // Each connection gives its place back when it ends, and ends by itself within the drain.
    let _ = tokio::time::timeout(wire.limits.drain + Duration::from_secs(1), places.acquire_many(all)).await;
}

/// Lets go of sessions that nobody uses, also while nobody calls at all.
async fn sweep(wire: Arc<Wire>, mut stop: Stop) {
    loop {
        tokio::select! {
            () = pause(Duration::from_secs(30)) => wire.registry.sweep(real_now()),
            () = stopped(&mut stop) => return,
        }
    }
}

/// Accepts on one listener until the stop.
pub(super) async fn accept(
    listener: TcpListener,
    wire: Arc<Wire>,
    place: Place,
    places: Arc<Semaphore>,
    mut stop: Stop,
) {
    let mut complaints = Complaints::default();
    loop {
        let next = async {
            let (stream, _) = listener.accept().await?;
            // Only now: a listener that waits holds no place that another one could use.
            Ok((stream, Arc::clone(&places).acquire_owned().await))
        };
        let accepted: io::Result<_> = tokio::select! {
            accepted = next => accepted,
            () = stopped(&mut stop) => return,
        };
        match accepted {
            Ok((stream, Ok(held))) => {
                wire.usage.connected();
                tokio::spawn(connection(stream, Arc::clone(&wire), place.clone(), held, stop.clone()));
            }
            Ok((_, Err(_))) => return,
            Err(error) => {
                complaints.about(&error);
                // Out of file descriptors, most likely. Without the pause this loop would spin.
                tokio::select! {
                    () = pause(Duration::from_millis(50)) => {}
                    () = stopped(&mut stop) => return,
                }
            }
        }
    }
}

/// Says once a second at most why no connection can be accepted.
#[derive(Default)]
struct Complaints {
    last: Option<Moment>,
}

impl Complaints {
    fn about(&mut self, error: &io::Error) {
        let now = real_now();
        let is_due = self.last.is_none_or(|last| now.millis() - last.millis() >= 1_000);
        if is_due && !is_of_one_connection(error) {
            tracing::warn!(%error, "cannot accept a connection");
            self.last = Some(now);
        }
    }
}

/// Errors that say something of one client, not of this server.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

#[expect(clippy::disallowed_methods, reason = "a pause between two tries of the operating system")]
async fn pause(length: Duration) {
    tokio::time::sleep(length).await;
}

async fn connection(
    stream: TcpStream,
    wire: Arc<Wire>,
    place: Place,
    _held: OwnedSemaphorePermit,
    mut stop: Stop,
) {
    // Answers are small and written whole: waiting for more bytes would only cost the client time.
    let _ = stream.set_nodelay(true);
    let place = Place { door: place.door.to(&stream), ..place };
    let limits = &wire.limits;
    let phase = Arc::new(Phase::new(Arc::clone(&wire.in_flight)));
    let stream = Guarded::new(stream, Arc::clone(&phase), limits);
    let service = {
        let connection = Arc::new(Connection { wire: Arc::clone(&wire), place, phase, stop: stop.clone() });
        service_fn(move |request| {
            // Said here and not within the future: hyper may look for more bytes before it polls that.
            connection.phase.request();
            serve(Arc::clone(&connection), request)
        })
    };
    let serving = http1::Builder::new()
        // The stream keeps the limits of time: hyper's header timer also runs while a kept-alive connection is idle, and is
        // set anew for each request.
        .header_read_timeout(None)
        // The coarse guard: hyper compares it with heads that are not whole yet; whole ones are measured at the intake.
        .max_buf_size(limits.head.max(8_192))
        .serve_connection(TokioIo::new(stream), service);
    let mut serving = std::pin::pin!(serving);
    let news = stop.clone();
    let ended = {
        let mut stopping = std::pin::pin!(stopped(&mut stop));
        let mut is_asked = false;
        // A task's waker stays the same: who has left it with the word to stop looks again only once there is something new.
        poll_fn(|cx| {
            if let Poll::Ready(ended) = serving.as_mut().poll(cx) {
                return Poll::Ready(Some(ended));
            }
            if std::mem::replace(&mut is_asked, true) && matches!(news.has_changed(), Ok(false)) {
                return Poll::Pending;
            }
            stopping.as_mut().poll(cx).map(|()| None)
        })
        .await
    };
    let ended = match ended {
        Some(ended) => ended,
        None => {
            serving.as_mut().graceful_shutdown();
            match tokio::time::timeout(limits.drain, serving).await {
                Ok(ended) => ended,
                Err(_) => return,
            }
        }
    };
    if let Err(error) = ended {
        // Clients leave in the middle, idle connections time out, held answers are cancelled: nothing to trouble anyone with.
        tracing::debug!(%error, "a connection ended early");
    }
}
