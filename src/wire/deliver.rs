//! What happens to a finished answer on its way. Delays are waited for here, always in real time; the rest is ordered of the stream,
//! which performs it on finished bytes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};

use super::limits::Limits;
use super::order::{Order, Over};
use super::stop::{Stop, stopped};
use crate::contract::call::Reply;
use crate::scenario::fault::Fault;
use crate::session::turn::Delivery;

/// Answers that are held back right now.
#[derive(Debug, Default)]
pub(super) struct Held(AtomicUsize);

impl Held {
    /// Whether there is one.
    pub(super) fn is_any(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }
}

/// The server stops, or the session's epoch is over: a held answer is cancelled, its connection ends without it.
#[derive(Debug, thiserror::Error)]
#[error("the server stopped, or the session was reset, while the answer was held")]
pub(super) struct Cancelled;

/// A place among the held answers.
pub(super) struct Place(Arc<Held>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Waits for the delays of a delivery; the reply, and what the stream is to do with it.
pub(super) async fn perform(
    delivery: Delivery,
    limits: &Limits,
    held: &Arc<Held>,
    stop: &Stop,
) -> Result<(Reply, Option<Order>), Cancelled> {
    let Delivery { reply, mut wire, epoch_over, .. } = delivery;
    if wire.is_empty() {
        return Ok((reply, None));
    }
    let place = if wire.iter().any(Fault::holds) {
        let already = held.0.fetch_add(1, Ordering::Relaxed);
        let place = Place(Arc::clone(held));
        if already >= limits.held {
            return Ok((too_many(reply, limits.held), None));
        }
        Some(place)
    } else {
        None
    };
    let mut over: Over = {
        let mut stop = stop.clone();
        Box::pin(async move {
            match epoch_over {
                Some(ring) => tokio::select! {
                    () = stopped(&mut stop) => {}
                    () = ring => {}
                },
                None => stopped(&mut stop).await,
            }
        })
    };
    let delay = |fault: &Fault| match fault {
        Fault::Delay(span) => Duration::from_millis(span.millis()),
        _ => Duration::ZERO,
    };
    let waits: Duration = wire.iter().map(delay).sum();
    if !waits.is_zero() {
        tokio::select! {
            () = wait(waits.min(limits.held_time)) => {}
            () = &mut over => return Err(Cancelled),
        }
    }
    wire.retain(Fault::is_of_the_wire);
    let order = Order { faults: wire, longest: limits.held_time, over, _place: place };
    let order = Some(order).filter(|order| !order.faults.is_empty());
    Ok((reply, order))
}

/// What is answered in the place of an answer that cannot be held.
fn too_many(reply: Reply, limit: usize) -> Reply {
    let text = format!(
        "{limit} answers are held back already, so this one cannot be; what its rule says of the call itself has happened \
         all the same. Raise it with --max-held\n"
    );
    // The headers that tell of session, turn and rule stay.
    let mut reply = reply.map(|_| Bytes::from(text));
    *reply.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    reply.headers_mut().remove(CONTENT_TYPE);
    reply.headers_mut().insert("x-sandbox-error", HeaderValue::from_static("too-many-held"));
    reply
}

#[expect(clippy::disallowed_methods, reason = "wire faults happen in real time")]
async fn wait(length: Duration) {
    tokio::time::sleep(length).await;
}
