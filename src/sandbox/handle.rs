//! A session as an embedding test suite sees it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::{Value, json};

use super::coverage::Coverage;
use super::error::{Error, ErrorKind};
use super::excerpt;
use super::options::{not_kept, read_scenario};
use crate::contract::call::{Call, Reply};
use crate::contract::code::Code;
use crate::control;
use crate::document::{Document, draw};
use crate::domain::moment::Span;
use crate::domain::payment::Due;
use crate::domain::stage::Report;
use crate::domain::world::World;
use crate::scenario::expect::Expectation;
use crate::scenario::{lower_expect, lower_rule};
use crate::session::asked::Asked;
use crate::session::clock::real_now;
use crate::session::mishap;
use crate::session::registry::Registry;
use crate::session::rehearsal;
use crate::session::session::Session;
use crate::session::steps::Words;
use crate::session::verify::{self, Findings, State};
use crate::session::view::DemoUserView;
use crate::session::view::{EntryView, OrderView, WhyView};
use crate::store::Written;

/// A session of a sandbox: a world, a clock, rules and a journal of its own. Cheap to clone.
#[derive(Clone)]
pub struct SessionHandle {
    pub(super) session: Arc<Session>,
    pub(super) registry: Registry,
    url: String,
}

impl std::fmt::Debug for SessionHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionHandle")
            .field("name", &self.name())
            .field("seed", &self.seed())
            .finish_non_exhaustive()
    }
}

/// The account that stands in for a caller without a token of ours, with all that logs it in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DemoUser {
    /// Its address.
    pub email: String,
    /// Its password in plain; `None` if only a client knows it.
    pub password: Option<String>,
    /// What a login sends as `passwd`: the MD5 text of the password; `None` if it has none.
    pub passwd: Option<String>,
    /// The partner it belongs to.
    pub partner_code: String,
}

impl SessionHandle {
    pub(super) fn of(session: &Arc<Session>, registry: &Registry, url: String) -> Self {
        Self { session: Arc::clone(session), registry: registry.clone(), url }
    }

    /// Waits until all that was changed so far is on disk, if it is to be kept.
    pub(super) fn settle(&self) -> Result<(), Error> {
        let written = self.registry.unwritten_since(u64::MAX).map_or(Ok(()), Written::wait);
        written.map_err(|trouble| not_kept(&trouble))
    }

    /// Does something, and waits until what it changed is on disk; the error if it never will be.
    fn kept<T>(&self, change: impl FnOnce() -> T) -> Result<T, Error> {
        if let Some(trouble) = self.registry.trouble() {
            return Err(not_kept(trouble));
        }
        let done = change();
        self.settle()?;
        Ok(done)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.session.name()
    }

    /// Its base URL: what the client under test is to be given.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its seed.
    pub fn seed(&self) -> u64 {
        self.session.seed().0
    }

    /// The name of its scenario.
    pub fn scenario(&self) -> String {
        self.session.script().name.clone()
    }

    /// Which life of its name this is, from 1.
    pub fn epoch(&self) -> u64 {
        self.session.epoch()
    }

    /// Begins anew with the current scenario: world, clock, journal and rules are as at the beginning, held answers are
    /// cancelled.
    pub fn reset(&self) {
        // What became of it says [`Sandbox::kept`](crate::Sandbox::kept).
        let _ = self.kept(|| self.registry.sweep_up(self.session.reset(real_now())));
    }

    /// Begins anew with another scenario: a name, several as `a,b`, or a whole one as JSON.
    pub fn use_scenario(&self, name_or_document: &str) -> Result<(), Error> {
        let script = read_scenario(&self.registry, name_or_document)?;
        self.kept(|| self.registry.sweep_up(self.session.begin_anew(script, real_now())))
    }

    /// Arms a rule in front of all others, written as in a scenario file; its id.
    pub fn arm(&self, rule: &str) -> Result<String, Error> {
        let invalid = |found: &[_]| Error::new(ErrorKind::InvalidFile, draw(found, rule));
        let document = Document::parse("rule", rule).map_err(|found| invalid(&found))?;
        let arm = || {
            let id = self.session.next_rule_id();
            let loaded = self.registry.plan().loaded();
            let rule = lower_rule(&document, &loaded.catalogue, &id).map_err(|found| invalid(&found))?;
            let id = rule.id.to_string();
            self.session.arm(rule);
            Ok(id)
        };
        self.session.steer(|| Words::post("rules", rule), arm)
    }

    /// Takes an armed rule away; whether there was one.
    pub fn disarm(&self, id: &str) -> bool {
        let path = format!("rules/{id}");
        let words = || Words { method: Method::DELETE, path, body: String::new() };
        self.session.steer(words, || self.session.disarm(Some(id))) > 0
    }

    /// Why a turn came out as it did, by the number in `x-sandbox-turn`, as `GET …/journal/{turn}/why` shows it: the rules that
    /// were looked at, the first condition of each that did not hold, states, dice. `None` if the journal has no such turn.
    pub fn why(&self, turn: u64) -> Option<Value> {
        let (entries, _) = self.session.journal();
        let entry = entries.iter().find(|entry| entry.turn == turn)?;
        serde_json::to_value(WhyView::of(entry, self.session.catalogue())).ok()
    }

    /// What a call would come to now, and why, without it being made; it is described as `POST …/explain` takes it:
    /// `{ "on": "pre-order" }`, or `path`, `method`, `headers` and `body` of a whole call.
    pub fn explain(&self, call: &str) -> Result<Value, Error> {
        let invalid = |found: &[_]| Error::new(ErrorKind::InvalidFile, draw(found, call));
        let document = Document::parse("request", call).map_err(|found| invalid(&found))?;
        let asked: Asked = document.read().map_err(|found| invalid(&found))?;
        let call = asked.call(self.session.catalogue(), &self.session.script().stock).map_err(|bad| {
            let text = format!("{} (at {})\n  help: {}", bad.message, bad.pointer, bad.help);
            Error::new(ErrorKind::InvalidFile, text)
        })?;
        let (_, exchange) = self.session.explain(&call, real_now());
        let explained = serde_json::json!({
            "why": serde_json::to_value(WhyView::of(&exchange, self.session.catalogue())).unwrap_or_default(),
            "entry": serde_json::to_value(EntryView::of(&exchange)).unwrap_or_default(),
        });
        Ok(explained)
    }

    /// Drops the session: what it holds is cancelled, and whoever calls it by its name is told that it is gone. The default
    /// session stays.
    pub fn drop_session(self) -> bool {
        self.kept(|| self.registry.drop_session(self.session.name(), real_now())).unwrap_or(false)
    }

    /// Issues an access token for an account, as a login would.
    pub fn issue_token(&self, email: &str) -> Option<String> {
        let words = || Words::post("tokens", json!({ "email": email }).to_string());
        let issue = || self.session.change(real_now(), |world| world.issue_token(email));
        self.kept(|| self.session.steer(words, issue)).ok()?.map(|token| token.to_string())
    }

    /// An access token of the demo user, which every session has from its start; `None` once it has expired.
    pub fn token(&self) -> Option<String> {
        self.session.look(real_now(), World::ready_token).map(|token| token.to_string())
    }

    /// The demo user as it is now; `None` if the fixtures name none.
    pub fn demo_user(&self) -> Option<DemoUser> {
        let user = self.session.look(real_now(), DemoUserView::of);
        user.map(|DemoUserView { email, password, passwd, partner_code }| DemoUser {
            email,
            password,
            passwd,
            partner_code,
        })
    }

    /// One exchange without a socket: the same bytes as over HTTP. Faults on the wire are not performed.
    pub fn call(&self, request: &Request<Bytes>) -> Response<Bytes> {
        let call = Call::from(request.clone());
        let delivery = self.session.exchange(&call, real_now());
        match delivery.written.map_or(Ok(()), Written::wait) {
            Ok(()) => delivery.reply,
            Err(trouble) => mishap::reply(self.session.catalogue(), &call, &mishap::not_kept(&trouble)).0,
        }
    }

    /// Its clock.
    pub fn clock(&self) -> Clock<'_> {
        Clock { handle: self }
    }

    /// Its orders, oldest first, as `GET /__sandbox/sessions/{s}/orders` shows them.
    pub fn orders(&self) -> Vec<Value> {
        let orders = self.session.orders(real_now());
        orders.iter().filter_map(|order| serde_json::to_value(order).ok()).collect()
    }

    /// The order with this id.
    pub fn order(&self, id: u32) -> Option<Value> {
        let order = |world: &World| OrderView::of(world, world.ordinal_by_id(id)?);
        self.session.look(real_now(), order).and_then(|order| serde_json::to_value(order).ok())
    }

    /// Its mails, oldest first, as `GET /__sandbox/sessions/{s}/outbox` shows them.
    pub fn outbox(&self) -> Vec<Value> {
        let mails = self.session.mails(real_now());
        mails.iter().filter_map(|mail| serde_json::to_value(mail).ok()).collect()
    }

    /// Plays the partner's server: reports that an order was paid, truthfully; the code of the answer. `None` if there is no
    /// such order. `POST /__sandbox/sessions/{s}/orders/{key}/pay` can do more.
    pub fn pay(&self, id: u32) -> Option<i64> {
        let order = self.session.look(real_now(), |world| world.ordinal_by_id(id))?;
        let due = Due { order, report: Report::Succeeded, amount: None };
        let words = || Words::post(format!("orders/{id}/pay"), "");
        let report = || self.session.report_payments(&[due], real_now());
        self.kept(|| self.session.steer(words, report)).ok()??.first().and_then(|(_, code)| match code {
            Code::Number(number) => Some(*number),
            Code::Text(_) => None,
        })
    }

    /// The kept journal entries, oldest first, as `GET /__sandbox/sessions/{s}/journal` shows them.
    pub fn journal(&self) -> Vec<Value> {
        let (entries, _) = self.session.journal();
        entries.iter().filter_map(|entry| serde_json::to_value(EntryView::of(entry)).ok()).collect()
    }

    /// The session as one scenario file that makes it happen again: its calls to the byte, what steered it in between, and the
    /// journal. [`Recording`](crate::Recording) plays it, and so does `linksfield-sandbox replay`. Fails if something of it is
    /// not known any more.
    pub fn recorded(&self) -> Result<String, Error> {
        self.session.recorded(real_now()).map_err(|untold| {
            Error::new(ErrorKind::Unknown, format!("{}\n  help: {}", untold.message, untold.help))
        })
    }

    /// What was used in it since it was made; a reset goes on counting.
    pub fn coverage(&self) -> Coverage {
        Coverage::of(self.session.coverage())
    }

    /// Holds the session to what its scenario expects. The error's text is the diff: what was expected, what was found, and
    /// which calls are nearest.
    pub fn verify(&self) -> Result<(), Error> {
        kept(&verify::own(&self.session, real_now()))
    }

    /// Holds the session to these expectations, written as in a scenario file:
    /// `{ "expect": [{ "on": "webhook", "count": 2 }] }`.
    pub fn verify_that(&self, expect: &str) -> Result<(), Error> {
        match self.read_expect(expect)? {
            Some(rows) => kept(&verify::verify(&self.session, &rows, real_now())),
            None => self.verify(),
        }
    }

    /// Whether its scenario was written by whoever uses the sandbox. A shipped one expects what its own calls come to.
    pub(super) fn has_scenario_of_its_user(&self) -> bool {
        let loaded = self.registry.plan().loaded();
        let is_own = |name: &str| loaded.library.find(name).is_some_and(|entry| entry.is_own);
        self.session.script().key.as_deref().is_none_or(|key| key.split(',').any(is_own))
    }

    /// Whether these expectations can be read.
    pub(super) fn can_expect(&self, expect: &str) -> Result<(), Error> {
        self.read_expect(expect).map(drop)
    }

    fn read_expect(&self, expect: &str) -> Result<Option<Vec<Expectation>>, Error> {
        let invalid = |found: &[_]| Error::new(ErrorKind::InvalidFile, draw(found, expect));
        let document = Document::parse("expect", expect).map_err(|found| invalid(&found))?;
        lower_expect(&document, self.session.catalogue()).map_err(|found| invalid(&found))
    }

    /// Its last calls, a line each, and the rules that never fired: for the text of a failure.
    pub fn excerpt(&self) -> String {
        let unused = verify::verify(&self.session, &[], real_now()).unused_rules;
        excerpt::draw(self.name(), self.url(), &self.journal(), &unused)
    }

    /// Runs the scenario's own `calls` and holds its `expect` against what came of them; each expectation that was not
    /// kept, as a JSON pointer into the scenario file and a sentence.
    pub fn rehearse(&self) -> Vec<(String, String)> {
        let steer = steering(&self.registry);
        let unmet = rehearsal::run(&self.session, &steer, real_now());
        unmet.into_iter().map(|unmet| (unmet.pointer, unmet.message)).collect()
    }
}

/// What lets a scenario's own calls ask the control surface for something.
pub(super) fn steering(registry: &Registry) -> impl Fn(&Arc<Session>, &Method, &str, Bytes) -> Reply {
    |session, method, path, body| control::steer(registry, session, (method, path, body), real_now())
}

fn kept(findings: &Findings) -> Result<(), Error> {
    match findings.state() {
        State::Met => Ok(()),
        State::Unmet => Err(Error::new(ErrorKind::Unmet, findings.to_string())),
        State::Unknown => Err(Error::new(ErrorKind::Unknown, findings.to_string())),
    }
}

/// The clock of a session.
#[derive(Clone, Copy)]
pub struct Clock<'a> {
    handle: &'a SessionHandle,
}

impl Clock<'_> {
    /// What it shows: RFC 3339 in UTC.
    pub fn now(&self) -> String {
        self.handle.session.look(real_now(), |world| world.now().to_string())
    }

    /// Moves it forward. It never moves back, and ends with the year 9999. What fell due on the way has happened when this
    /// returns, in its order: each is an object with `at`, `kind` and `key`, as `POST …/clock/advance` lists them.
    pub fn advance(&self, by: Duration) -> Result<Vec<Value>, Error> {
        let span = u64::try_from(by.as_millis()).ok().and_then(Span::from_millis);
        let advance = |span| self.handle.kept(|| self.handle.session.advance(span, real_now()));
        let advanced = span.map(advance).transpose()?;
        match advanced {
            Some(Ok((_, fired))) => {
                Ok(fired.iter().filter_map(|event| serde_json::to_value(event).ok()).collect())
            }
            Some(Err(past)) => Err(Error::new(ErrorKind::Usage, past.to_string()).caused_by(past)),
            None => Err(Error::new(ErrorKind::Usage, format!("{by:?} is longer than the calendar"))),
        }
    }
}

/// Reads a duration as scenarios and flags spell it: `500ms`, `3s`, `61m`, `72h`, `30d`.
pub fn parse_duration(text: &str) -> Option<Duration> {
    Span::parse(text).map(|span| Duration::from_millis(span.millis()))
}
