//! One request on a connection: to the control surface, or to a session and back through the wire's faults.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONNECTION, HeaderValue};
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;

use super::deliver::{self, Cancelled, Held};
use super::intake::{self, InFlight, Taken};
use super::limits::Limits;
use super::pick;
use super::stop::Stop;
use super::stream::Phase;
use crate::control::Control;
use crate::session::clock::real_now;
use crate::session::registry::Registry;

/// What all connections of a server share.
pub(crate) struct Wire {
    /// The sessions.
    pub registry: Registry,
    /// The control surface, if it is served here.
    pub control: Option<Control>,
    /// The limits.
    pub limits: Limits,
    held: Held,
    in_flight: InFlight,
}

impl Wire {
    /// Puts it together.
    pub(crate) fn new(registry: Registry, control: Option<Control>, limits: Limits) -> Self {
        Self { registry, control, limits, held: Held::default(), in_flight: InFlight::default() }
    }
}

/// Answers one request. An error ends the connection without an answer.
pub(super) async fn serve(
    wire: Arc<Wire>,
    phase: Arc<Phase>,
    mut stop: Stop,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Cancelled> {
    let Taken { call, mishap, _reserved } = intake::take(request, &wire.limits, &wire.in_flight).await;
    let closes = mishap.is_some();
    let mut reply = if let Some(control) = wire.control.as_ref().filter(|_| Control::owns(call.uri().path()))
    {
        control.handle(&wire.registry, &call, mishap.as_ref(), real_now())
    } else {
        let session = pick::session(&wire.registry);
        let delivery = match &mishap {
            None => session.exchange(&call, real_now()),
            Some(mishap) => session.refuse(&call, mishap, real_now()),
        };
        deliver::perform(delivery, &wire.limits, &wire.held, &mut stop).await?
    };
    if closes {
        // What is left of the request is not worth reading.
        reply.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    phase.answered();
    Ok(reply.map(Full::new))
}
