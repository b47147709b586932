//! What happens to a finished answer on its way: so far, that it comes later. Always in real time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};

use super::limits::Limits;
use super::stop::{Stop, stopped};
use crate::contract::call::Reply;
use crate::scenario::fault::Fault;
use crate::session::turn::Delivery;

/// Answers that are held back right now.
#[derive(Debug, Default)]
pub(super) struct Held(AtomicUsize);

/// The server stops, or the session's epoch is over: a held answer is cancelled, its connection ends without it.
#[derive(Debug, thiserror::Error)]
#[error("the server stopped, or the session was reset, while the answer was held")]
pub(super) struct Cancelled;

struct Place<'a>(&'a Held);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Performs the faults of a delivery and gives the reply.
pub(super) async fn perform(
    delivery: Delivery,
    limits: &Limits,
    held: &Held,
    stop: &mut Stop,
) -> Result<Reply, Cancelled> {
    let Delivery { reply, wire, epoch_over } = delivery;
    if wire.is_empty() {
        return Ok(reply);
    }
    let delay = |fault: &Fault| match fault {
        Fault::Delay(span) => Duration::from_millis(span.millis()),
        // These happen to mails.
        Fault::Lost | Fault::Bounce => Duration::ZERO,
    };
    let waits: Duration = wire.iter().map(delay).sum();
    let already = held.0.fetch_add(1, Ordering::Relaxed);
    let _place = Place(held);
    if already >= limits.held {
        let text = format!(
            "{} answers are held back already, so this one cannot be; what its rule says of the call itself has happened \
             all the same. Raise it with --max-held\n",
            limits.held
        );
        // The headers that tell of session, turn and rule stay.
        let mut reply = reply.map(|_| Bytes::from(text));
        *reply.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        reply.headers_mut().remove(CONTENT_TYPE);
        reply.headers_mut().insert("x-sandbox-error", HeaderValue::from_static("too-many-held"));
        return Ok(reply);
    }
    let over = async {
        match epoch_over {
            Some(ring) => ring.await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = wait(waits.min(limits.held_time)) => Ok(reply),
        () = stopped(stop) => Err(Cancelled),
        () = over => Err(Cancelled),
    }
}

#[expect(clippy::disallowed_methods, reason = "wire faults happen in real time")]
async fn wait(length: Duration) {
    tokio::time::sleep(length).await;
}
