//! Calls into a whole sandbox without a socket: up to eight of them, a NUL byte between each two. Vendor's paths and control surface.
//!
//! Nothing panics, every JSON answer is JSON, a refusal leaves the world as it was, and the next good call is answered.

use std::cell::RefCell;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, HeaderValue};
use http::{Method, StatusCode};

use super::call;
use crate::contract::call::{Call, Reply};
use crate::contract::catalogue::Served;
use crate::control::levers::Levers;
use crate::control::{Control, Said, Site};
use crate::domain::moment::Moment;
use crate::domain::world::World;
use crate::domain::world::kept::Rows;
use crate::sandbox::Builder;
use crate::session::journal::Carried;
use crate::session::loaded::Loaded;
use crate::session::session::Session;
use crate::wire::Wire;
use crate::wire::intake::head_fault;
use crate::wire::pick;

const MOST_CALLS: usize = 8;
/// A call that any sandbox answers, whatever was called before.
const GOOD: &str = "esim_qr_mall/query_country";

/// A sandbox between two inputs.
pub(super) struct Bench {
    wire: Wire,
    levers: Levers,
    /// Whether calls have left a trace that later ones could see.
    is_used: bool,
    /// Whether somebody steered it: then an answer may be any.
    is_steered: bool,
}

thread_local! {
    /// One that nothing has happened to, to be taken again: most inputs change nothing.
    static CLEAN: RefCell<Option<Bench>> = const { RefCell::new(None) };
}

pub(super) fn run(input: &[u8]) {
    let mut bench = CLEAN.take().unwrap_or_else(Bench::new);
    for text in input.split(|byte| *byte == 0).take(MOST_CALLS) {
        if let Some(mut call) = call::read(text) {
            // Nearly all that a call without a Host comes to is that it has none.
            call.headers_mut().entry(HOST).or_insert(HeaderValue::from_static("localhost"));
            bench.make(call.into());
        }
    }
    bench.make_a_good_call();
    if !bench.is_used {
        CLEAN.set(Some(bench));
    }
}

/// The moment of every call.
pub(super) fn now() -> Moment {
    Moment::from_millis(1_700_000_000_000)
}

impl Bench {
    /// A sandbox. Signatures are looked at, and wrong ones let in: no input can hold a right one for long.
    pub(super) fn new() -> Self {
        let builder = Builder::default().seed(7).vendor("signatures", "lenient");
        let wire = builder.assemble().unwrap_or_else(|error| panic!("the sandbox does not start: {error}"));
        let session = wire.registry.default_session();
        if let Some(outlet) = session.outlet() {
            outlet.ports.add_all();
        }
        let levers = Levers {
            shut_down: Box::new(|| {}),
            open_port: Box::new(|_, _| Err("there are no ports here".to_owned())),
        };
        Self { wire, levers, is_used: false, is_steered: false }
    }

    /// What scenarios are read against.
    pub(super) fn loaded(&self) -> Arc<Loaded> {
        self.wire.registry.plan().loaded()
    }

    fn make(&mut self, call: Call) {
        let mishap = head_fault(&call, call.lines(), &self.wire.limits);
        let is_control = Control::owns(call.uri().path());
        let (reply, is_ruled) = if is_control {
            let writes = call.method() != Method::GET;
            self.is_used |= writes;
            self.is_steered |= writes;
            (self.steer(&call, Site::Here), false)
        } else {
            let mut call = call;
            match pick::session(&self.wire.registry, None, &mut call, now()) {
                Ok(session) if mishap.is_none() => self.exchange(&session, &call),
                Ok(session) => {
                    let mishap = mishap.unwrap_or_else(|| unreachable!("looked at above"));
                    (session.refuse(&call, &mishap, now()).reply, false)
                }
                Err(_) => return,
            }
        };
        is_well_formed(&reply, is_ruled);
        self.is_used |= self.wire.registry.all().len() > 1;
    }

    /// What the control surface says to a call.
    pub(super) fn steer(&self, call: &Call, site: Site) -> Reply {
        let control = self.wire.control.as_ref().unwrap_or_else(|| unreachable!("it is on by default"));
        let mishap = head_fault(call, call.lines(), &self.wire.limits);
        match control.handle(&self.wire.registry, &self.levers, site, call, mishap.as_ref(), now()) {
            Said::Now(reply) => reply,
            Said::Later(later) => (later.look)().unwrap_or_else(|| (later.otherwise)()),
        }
    }

    /// One exchange, and whether a rule had a hand in it.
    fn exchange(&mut self, session: &Arc<Session>, call: &Call) -> (Reply, bool) {
        // That SIMs wake when somebody looks is no change.
        session.change(now(), World::wake_fleet);
        let before = session.look(now(), rows);
        let reply = session.exchange(call, now()).reply;
        let (entries, _) = session.journal();
        let Some(entry) = entries.last() else { panic!("an exchange stands in the journal") };
        if entry.carried == Carried::Refused && entry.rule.is_none() {
            assert!(session.look(now(), rows) == before, "a refusal changed the world");
        }
        self.is_used |= entry.carried == Carried::Out && session.look(now(), rows) != before;
        (reply, entry.rule.is_some())
    }

    fn make_a_good_call(&self) {
        static ANSWER: OnceLock<Bytes> = OnceLock::new();
        let session = self.wire.registry.default_session();
        let served = session.catalogue().endpoints.iter().find(|served| served.endpoint.id == GOOD);
        let Some(served) = served else { panic!("{GOOD} is served") };
        let reply = session.exchange(&example(served), now()).reply;
        is_well_formed(&reply, self.is_steered);
        if !self.is_steered {
            assert_eq!(reply.status(), StatusCode::OK, "the next good call is answered");
            let first = ANSWER.get_or_init(|| reply.body().clone());
            assert_eq!(first, reply.body(), "the next good call is answered as ever");
        }
    }
}

/// All that a world is made of.
fn rows(world: &World) -> Rows {
    let mut copy = world.clone();
    copy.keep();
    copy.take_rest()
}

/// A world in which each call's example was sent.
pub(super) fn lived() -> World {
    let bench = Bench::new();
    let session = bench.wire.registry.default_session();
    for served in &session.catalogue().endpoints {
        session.exchange(&example(served), now());
    }
    session.look(now(), World::clone)
}

/// The example of a card, as a call.
fn example(served: &Served) -> Call {
    let mut call = http::Request::new(Bytes::copy_from_slice(served.card.request.example.get().as_bytes()));
    *call.method_mut() = Method::POST;
    *call.uri_mut() = served.path.parse().unwrap_or_else(|_| panic!("{} is a path", served.path));
    call.into()
}

/// What holds for every answer.
fn is_well_formed(reply: &Reply, is_ruled: bool) {
    let error = reply.headers().get("x-sandbox-error");
    assert!(error.is_none_or(|error| error != "internal"), "an exchange panicked");
    let is_json = reply
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if is_json && !is_ruled {
        let read = serde_json::from_slice::<&serde_json::value::RawValue>(reply.body());
        assert!(read.is_ok(), "no JSON: {}", String::from_utf8_lossy(reply.body()));
    }
}
