//! One request on a connection: to the control surface, or to a session and back through the wire's faults.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONNECTION, HeaderValue};
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;

use super::deliver::{self, Cancelled, Held};
use super::door::Door;
use super::intake::{self, InFlight, Taken};
use super::limits::Limits;
use super::stop::{Stop, stopped};
use super::stream::Phase;
use super::usage::Usage;
use super::{cors, hold, pick};
use crate::contract::call::{Call, OfAGateway, Rare, Reply};
use crate::control::levers::Levers;
use crate::control::{self, Control, Later, Said, Site};
use crate::domain::moment::Moment;
use crate::session::clock::real_now;
use crate::session::mishap::{self, Mishap};
use crate::session::registry::Registry;
use crate::session::session::Session;
use crate::session::turn::Delivery;

/// What all connections of a server share.
pub(crate) struct Wire {
    /// The sessions.
    pub registry: Registry,
    /// The control surface, if it is served here.
    pub control: Option<Control>,
    /// The limits.
    pub limits: Limits,
    /// Whether anybody uses it.
    pub usage: Arc<Usage>,
    held: Arc<Held>,
    pub(super) in_flight: Arc<InFlight>,
}

impl Wire {
    /// Puts it together.
    pub(crate) fn new(registry: Registry, control: Option<Control>, limits: Limits) -> Self {
        let held = Arc::<Held>::default();
        let usage = Arc::new(Usage::new(Arc::clone(&held)));
        Self { registry, control, limits, usage, held, in_flight: Arc::default() }
    }
}

/// What a connection knows besides the wire: the port's own session, what is served there, and how to pull the process's levers.
#[derive(Clone)]
pub(super) struct Place {
    /// The session whose port this is, if it is one's.
    pub(super) session: Option<Arc<Session>>,
    /// What is served there.
    pub(super) door: Door,
    /// The levers that the control surface may pull.
    pub(super) levers: Arc<Levers>,
}

/// What all requests of a connection share.
pub(super) struct Connection {
    /// What all connections share.
    pub(super) wire: Arc<Wire>,
    /// Where it came in.
    pub(super) place: Place,
    /// What its stream has to know.
    pub(super) phase: Arc<Phase>,
    /// The word to stop.
    pub(super) stop: Stop,
}

/// Answers one request. An error ends the connection without an answer.
pub(super) async fn serve(
    connection: Arc<Connection>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Cancelled> {
    let Connection { wire, place, phase, stop } = &*connection;
    let _under_way = wire.usage.called();
    let Taken { mut call, mishap, mut reserved } = intake::take(request, &wire.limits, &wire.in_flight).await;
    let closes = mishap.is_some();
    let mut order = None;
    let mut real = real_now();
    let mut reply = if let Some(control) = wire.control.as_ref().filter(|_| Control::owns(call.uri().path()))
    {
        let site = if place.door == Door::Vendor { Site::Elsewhere } else { Site::Here };
        let before = wire.registry.last_put();
        let said =
            guarded(|| control.handle(&wire.registry, &place.levers, site, &call, mishap.as_ref(), real));
        let reply = match said {
            Some(Said::Now(reply)) => reply,
            Some(Said::Later(later)) => wait_for(later, &wire.limits, &mut stop.clone()).await,
            None => mishap::our_bug(),
        };
        match wire.registry.unwritten_since(before) {
            // Whether the process lives does not depend on its disk.
            Some(written) if !Control::is_of_health(&call) => match written.await {
                Ok(()) => reply,
                Err(trouble) => control::not_kept(&trouble),
            },
            _ => reply,
        }
    } else {
        let before = wire.registry.last_put();
        // Pages of other origins are a few of all callers: the others pay one look for a header.
        let is_of_a_page = call.has(Rare::Origin);
        let picked = guarded(|| pick_session(wire, place, &mut call, is_of_a_page, real));
        let seat = match &picked {
            Some(Ok(session)) if mishap.is_none() => guarded(|| session.seat(&call, real)).flatten(),
            _ => None,
        };
        let seat = match (seat, &picked) {
            (Some(seat), Some(Ok(session))) => {
                let seat = hold::wait(seat, session, &mut call, &wire.limits, stop).await?;
                real = real_now();
                Some(seat)
            }
            _ => None,
        };
        let delivery = picked
            .and_then(|picked| guarded(|| answer(wire, picked, &call, mishap.as_ref(), is_of_a_page, real)));
        // The next of those that waited is carried out now, whatever happens to this one's answer.
        drop(seat);
        match delivery {
            Some(mut delivery) => {
                let written = match delivery.written.take() {
                    None if wire.registry.last_put() != before => wire.registry.unwritten_since(before),
                    written => written,
                };
                // Before all that is done to an answer: nobody is to see a change that could still be lost.
                if let Some(written) = written
                    && let Err(trouble) = written.await
                {
                    let (reply, _) =
                        mishap::reply(&wire.registry.plan().catalogue, &call, &mishap::not_kept(&trouble));
                    delivery = Delivery::of(reply);
                }
                if delivery.wire.is_empty() {
                    delivery.reply
                } else {
                    // What is held back is in memory meanwhile.
                    reserved.hold(delivery.reply.body().len());
                    let (reply, ordered) = deliver::perform(delivery, &wire.limits, &wire.held, stop).await?;
                    order = ordered;
                    reply
                }
            }
            None => mishap::our_bug(),
        }
    };
    drop(reserved);
    if closes {
        // What is left of the request is not worth reading.
        reply.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    phase.answered(reply.body().len());
    if let Some(order) = order {
        phase.fail(order);
    }
    Ok(reply.map(Full::new))
}

/// The session of a call on a vendor's path, or what it is answered without one.
fn pick_session(
    wire: &Wire,
    place: &Place,
    call: &mut Call,
    is_of_a_page: bool,
    real: Moment,
) -> Result<Arc<Session>, Refused> {
    if place.door == Door::Control {
        let text =
            "this is the control surface's own port: the vendor's paths are at `url` of the ready line";
        let (status, word) = (StatusCode::NOT_FOUND, "vendor-elsewhere");
        return Err(Refused::NoSession(Mishap { status, word, text: text.to_owned() }));
    }
    if is_of_a_page
        && pick::peek(&wire.registry, place.session.as_ref(), call, real).is_cors_on()
        && let Some(reply) = cors::preflight(call)
    {
        return Err(Refused::Preflight(Box::new(reply)));
    }
    pick::session(&wire.registry, place.session.as_ref(), call, real).map_err(Refused::NoSession)
}

/// Why a call belongs to no session.
enum Refused {
    /// It only asks whether it may be made.
    Preflight(Box<Reply>),
    /// There is none.
    NoSession(Mishap),
}

/// Answers a call on a vendor's path.
fn answer(
    wire: &Wire,
    picked: Result<Arc<Session>, Refused>,
    call: &Call,
    mishap: Option<&Mishap>,
    is_of_a_page: bool,
    real: Moment,
) -> Delivery {
    let (mut delivery, is_cors_on) = match picked {
        Err(Refused::Preflight(reply)) => return Delivery::of(*reply),
        Err(Refused::NoSession(refused)) => {
            let catalogue = &wire.registry.plan().catalogue;
            let (reply, _) = mishap::reply(catalogue, call, &refused);
            (Delivery::of(reply), wire.registry.default_session().is_cors_on())
        }
        Ok(session) => {
            let delivery = match mishap {
                None => session.exchange(call, real),
                Some(mishap) => session.refuse(call, mishap, real),
            };
            (delivery, is_of_a_page && session.is_cors_on())
        }
    };
    if is_of_a_page && is_cors_on && delivery.reply.extensions().get::<OfAGateway>().is_none() {
        cors::grant(call, &mut delivery.reply);
    }
    delivery
}

/// A panic is our bug: it is answered as such, and harms no other call.
fn guarded<T>(answer: impl FnOnce() -> T) -> Option<T> {
    let answered = catch_unwind(AssertUnwindSafe(answer));
    if answered.is_err() {
        tracing::error!("answering a request panicked: this is a bug of the sandbox");
    }
    answered.ok()
}

/// Waits until there is an answer, the time is over, or the server stops.
async fn wait_for(later: Later, limits: &Limits, stop: &mut Stop) -> Reply {
    let Later { session, at_most, look, otherwise, gone } = later;
    let end = session.next_end();
    let growing = async {
        loop {
            // Taken before the look: what grows in between rings it.
            let growth = session.next_growth();
            if let Some(reply) = look() {
                return reply;
            }
            growth.await;
        }
    };
    let at_most = std::time::Duration::from_millis(at_most.millis()).min(limits.held_time);
    tokio::select! {
        reply = tokio::time::timeout(at_most, growing) => reply.unwrap_or_else(|_| otherwise()),
        () = end => gone,
        () = stopped(stop) => otherwise(),
    }
}
