//! A session as an embedding test suite sees it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use super::error::{Error, ErrorKind};
use crate::domain::moment::Span;
use crate::domain::world::World;
use crate::session::clock::real_now;
use crate::session::rehearsal;
use crate::session::session::Session;
use crate::session::view::{EntryView, OrderView};

/// A session of a sandbox. Cheap to clone.
#[derive(Clone)]
pub struct SessionHandle {
    session: Arc<Session>,
}

impl std::fmt::Debug for SessionHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionHandle").field("name", &self.name()).field("seed", &self.seed()).finish()
    }
}

impl SessionHandle {
    pub(super) fn new(session: Arc<Session>) -> Self {
        Self { session }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.session.name()
    }

    /// Its seed.
    pub fn seed(&self) -> u64 {
        self.session.seed().0
    }

    /// The name of its scenario.
    pub fn scenario(&self) -> &str {
        &self.session.script().name
    }

    /// One exchange without a socket: the same bytes as over HTTP. Faults on the wire are not performed.
    pub fn call(&self, request: &Request<Bytes>) -> Response<Bytes> {
        self.session.exchange(request, real_now()).reply
    }

    /// Its clock.
    pub fn clock(&self) -> Clock<'_> {
        Clock { session: &self.session }
    }

    /// Its orders, oldest first, as `GET /__sandbox/sessions/{s}/orders` shows them.
    pub fn orders(&self) -> Vec<Value> {
        let orders = self.session.look(real_now(), OrderView::all);
        orders.iter().filter_map(|order| serde_json::to_value(order).ok()).collect()
    }

    /// The order with this id.
    pub fn order(&self, id: u32) -> Option<Value> {
        let order = |world: &World| world.order_by_id(id).map(|order| OrderView::of(world, order));
        self.session.look(real_now(), order).and_then(|order| serde_json::to_value(order).ok())
    }

    /// The kept journal entries, oldest first, as `GET /__sandbox/sessions/{s}/journal` shows them.
    pub fn journal(&self) -> Vec<Value> {
        let (entries, _) = self.session.journal();
        entries.iter().filter_map(|entry| serde_json::to_value(EntryView::of(entry)).ok()).collect()
    }

    /// Runs the scenario's own `calls` and holds its `expect` against what came of them; each expectation that was not
    /// kept, as a JSON pointer into the scenario file and a sentence.
    pub fn rehearse(&self) -> Vec<(String, String)> {
        let unmet = rehearsal::run(&self.session, real_now());
        unmet.into_iter().map(|unmet| (unmet.pointer, unmet.message)).collect()
    }
}

/// The clock of a session.
#[derive(Clone, Copy)]
pub struct Clock<'a> {
    session: &'a Session,
}

impl Clock<'_> {
    /// What it shows: RFC 3339 in UTC.
    pub fn now(&self) -> String {
        self.session.look(real_now(), |world| world.now().to_string())
    }

    /// Moves it forward. It never moves back, and ends with the year 9999.
    pub fn advance(&self, by: Duration) -> Result<(), Error> {
        let span = u64::try_from(by.as_millis()).ok().and_then(Span::from_millis);
        let advanced = span.map(|span| self.session.advance(span, real_now()));
        match advanced {
            Some(Ok(_)) => Ok(()),
            Some(Err(past)) => Err(Error::new(ErrorKind::Usage, past.to_string()).caused_by(past)),
            None => Err(Error::new(ErrorKind::Usage, format!("{by:?} is longer than the calendar"))),
        }
    }
}

/// Reads a duration as scenarios and flags spell it: `500ms`, `3s`, `61m`, `72h`, `30d`.
pub fn parse_duration(text: &str) -> Option<Duration> {
    Span::parse(text).map(|span| Duration::from_millis(span.millis()))
}
