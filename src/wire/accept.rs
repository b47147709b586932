//! Connections: accepting them within the limit, serving each, and letting go of all of them at a stop.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Wire;
use super::service::serve;
use super::stop::{Stop, stopped};
use super::stream::{Guarded, Phase};

/// Serves until `stop` says so; then no more is accepted, held answers are cancelled, and what is under way may finish
/// within the drain. Returns once no connection is left.
pub(crate) async fn run(listeners: Vec<TcpListener>, wire: Arc<Wire>, stop: Stop) {
    let limit = wire.limits.connections;
    let places = Arc::new(Semaphore::new(limit));
    let accepting: Vec<_> = listeners
        .into_iter()
        .map(|listener| tokio::spawn(accept(listener, Arc::clone(&wire), Arc::clone(&places), stop.clone())))
        .collect();
    for task in accepting {
        // A task that panicked has said so on stderr; the others go on.
        let _ = task.await;
    }
    let all = u32::try_from(limit).unwrap_or(u32::MAX);
    // Each connection gives its place back when it ends, and ends by itself within the drain.
    let _ = tokio::time::timeout(wire.limits.drain + Duration::from_secs(1), places.acquire_many(all)).await;
}

async fn accept(listener: TcpListener, wire: Arc<Wire>, places: Arc<Semaphore>, mut stop: Stop) {
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            () = stopped(&mut stop) => return,
        };
        match (place, accepted) {
            (Ok(place), Ok((stream, _))) => {
                tokio::spawn(connection(stream, Arc::clone(&wire), place, stop.clone()));
            }
            (Ok(_), Err(error)) => {
                // Out of file descriptors, most likely. Without the pause this loop would spin and log without end.
                tracing::warn!(%error, "cannot accept a connection");
                pause(Duration::from_millis(if is_of_one_connection(&error) { 0 } else { 1_000 })).await;
            }
            (Err(_), _) => return,
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

async fn connection(stream: TcpStream, wire: Arc<Wire>, _place: OwnedSemaphorePermit, mut stop: Stop) {
    // Answers are small and written whole: waiting for more bytes would only cost the client time.
    let _ = stream.set_nodelay(true);
    let limits = &wire.limits;
    let phase = Arc::new(Phase::default());
    let stream = Guarded::new(stream, Arc::clone(&phase), limits);
    let service = {
        let (wire, stop) = (Arc::clone(&wire), stop.clone());
        service_fn(move |request| {
            // Said here and not within the future: hyper may look for more bytes before it polls that.
            phase.request();
            serve(Arc::clone(&wire), Arc::clone(&phase), stop.clone(), request)
        })
    };
    let serving = http1::Builder::new()
        // The stream keeps the limits of time: hyper's header timer also runs while a kept-alive connection is idle, and is
        // set anew for each request.
        .header_read_timeout(None)
        .max_buf_size(limits.head.max(8_192))
        .serve_connection(TokioIo::new(stream), service);
    let mut serving = std::pin::pin!(serving);
    let ended = tokio::select! {
        biased;
        ended = serving.as_mut() => ended,
        () = stopped(&mut stop) => {
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
