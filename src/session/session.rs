//! The spine: one call in, one reply out, in a fixed order of phases.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use parking_lot::Mutex;

use super::clock::{Clock, PastTheEnd};
use super::journal::{Bounds, Exchange, Journal, Kept};
use super::mishap::{self, Mishap};
use super::render::{self, Rendered, Renderer};
use crate::contract::call::{Call, Reply};
use crate::contract::card::Evidence;
use crate::contract::catalogue::{Catalogue, Route, Served};
use crate::contract::endpoint::{Act, Answer, Visit};
use crate::contract::fields::Notes;
use crate::contract::language::Language;
use crate::domain::dice::Seed;
use crate::domain::moment::{Moment, Span};
use crate::domain::policy::Messages;
use crate::domain::world::{Beginning, World};
use crate::scenario::fault::Fault;
use crate::scenario::file::ClockMode;
use crate::scenario::script::{Progress, Script};
use crate::scenario::verdict::{CodeChoice, Instead, Saying, Verdict};

const SESSION: HeaderName = HeaderName::from_static("x-sandbox-session");
const TURN: HeaderName = HeaderName::from_static("x-sandbox-turn");
const EVIDENCE: HeaderName = HeaderName::from_static("x-sandbox-evidence");
const RULE: HeaderName = HeaderName::from_static("x-sandbox-rule");

/// A session.
pub(crate) struct Session {
    name: String,
    name_header: HeaderValue,
    seed: Seed,
    catalogue: Arc<Catalogue>,
    script: Arc<Script>,
    trace: Trace,
    /// World, clock, script counters and turn number under one short lock, so that calls are linearised. Never held
    /// while decoding, rendering, logging or awaiting, and never together with the journal's.
    core: Mutex<Core>,
    journal: Mutex<Journal>,
    body_bound: usize,
}

struct Core {
    world: World,
    clock: Clock,
    progress: Progress,
    turn: u64,
}

/// Whether answers carry `x-sandbox-…` headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trace {
    /// They do.
    Headers,
    /// They are as the vendor's, to the header.
    Hidden,
}

/// How a session begins.
pub(crate) struct Opening {
    /// Its name.
    pub name: String,
    /// Its seed.
    pub seed: Seed,
    /// What is served.
    pub catalogue: Arc<Catalogue>,
    /// What is to happen.
    pub script: Arc<Script>,
    /// Whether answers carry `x-sandbox-…` headers.
    pub trace: Trace,
    /// How much its journal keeps.
    pub journal: Bounds,
    /// How many orders it keeps.
    pub order_limit: usize,
}

/// A reply, and what is to happen to it on the way.
#[derive(Debug)]
pub(crate) struct Delivery {
    /// The finished reply.
    pub reply: Reply,
    /// What the wire does to it.
    pub wire: Vec<Fault>,
}

/// What the lock gives back.
struct Turn {
    number: u64,
    at: Moment,
    verdict: Verdict,
    answer: Option<Answer>,
    messages: Messages,
}

impl Session {
    /// Opens a session; `real` is the real moment at which it does.
    pub(crate) fn open(opening: Opening, real: Moment) -> Self {
        let Opening { name, seed, catalogue, script, trace, journal, order_limit } = opening;
        let clock = match script.clock {
            ClockMode::Real => Clock::real(script.start, real),
            ClockMode::Frozen => Clock::frozen(script.start, real),
        };
        let world = World::new(Beginning {
            seed,
            policy: script.policy.clone(),
            stock: Arc::clone(&script.stock),
            numbers: script.numbers,
            supply: script.supply,
            order_limit,
            now: clock.now(real),
        });
        let core = Core { world, clock, progress: Progress::default(), turn: 0 };
        Self {
            name_header: HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("?")),
            name,
            seed,
            catalogue,
            script,
            trace,
            core: Mutex::new(core),
            journal: Mutex::new(Journal::new(journal)),
            body_bound: journal.body,
        }
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Its seed.
    pub(crate) fn seed(&self) -> Seed {
        self.seed
    }

    /// What it serves.
    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// What is to happen in it.
    pub(crate) fn script(&self) -> &Arc<Script> {
        &self.script
    }

    /// One call: route, admit, decide, act, render.
    pub(crate) fn exchange(&self, call: &Call, real: Moment) -> Delivery {
        match catch_unwind(AssertUnwindSafe(|| self.exchange_unguarded(call, real))) {
            Ok(delivery) => delivery,
            Err(_) => {
                let path = call.uri().path();
                tracing::error!(
                    session = self.name,
                    ?path,
                    "an exchange panicked: this is a bug of the sandbox"
                );
                let mut reply = render::our_bug();
                reply.headers_mut().insert(mishap::ERROR, HeaderValue::from_static("internal"));
                Delivery { reply, wire: Vec::new() }
            }
        }
    }

    fn exchange_unguarded(&self, call: &Call, real: Moment) -> Delivery {
        // Route: which endpoint. What leads nowhere takes a turn as well, so that the journal tells of it.
        let route = self.catalogue.route(call.method(), call.uri().path());
        let Route::Found(served) = route else {
            let (reply, code) = mishap::nowhere(&self.catalogue, call, &route);
            return self.close(
                call,
                None,
                self.empty_turn(real),
                Rendered { reply, code: Some(code) },
                Notes::default(),
            );
        };
        let shelf = self.catalogue.shelf(served);
        // Claim and decode, outside the lock. A refusal of the body waits until admission and decision have spoken.
        let language = Language::of(call.headers());
        let claim = (shelf.group.claim)(call, served.endpoint.admit);
        let mut visit = Visit { call, fields: &served.fields, language, notes: content_type_note(call) };
        let act = (served.endpoint.run)(&mut visit);
        let notes = visit.notes;
        let probe = self.script.probe(served.at, call.headers(), call.body());
        // Admit, decide, act, count: one hold of the lock.
        let turn = {
            let core = &mut *self.core.lock();
            core.turn += 1;
            core.world.advance_to(core.clock.now(real));
            let (verdict, answer) = match core.world.admit(claim) {
                Err(refusal) => (Verdict::default(), Some(Err(refusal))),
                Ok(caller) => {
                    let verdict = self.script.decide(&probe, &mut core.progress);
                    let answer = match verdict.answer {
                        Instead::Say(_) => None,
                        Instead::Handle | Instead::Edit(_) | Instead::HandleThenSay(_) => Some(match act {
                            Err(refusal) => Err(refusal),
                            Ok(Act::Read(read)) => read(&core.world, &caller),
                            Ok(Act::Write(write)) => write(&mut core.world, &caller),
                        }),
                    };
                    (verdict, answer)
                }
            };
            let succeeded = tells_success(&verdict, answer.as_ref(), shelf.group.success);
            self.script.follow_up(&verdict, succeeded, &mut core.progress);
            let messages = core.world.policy().messages;
            Turn { number: core.turn, at: core.world.now(), verdict, answer, messages }
        };
        // Render.
        let renderer = Renderer { shelf, served, language, messages: turn.messages };
        let rendered = match (&turn.verdict.answer, &turn.answer) {
            (Instead::Say(saying) | Instead::HandleThenSay(saying), _) => renderer.saying(saying),
            (Instead::Edit(edit), Some(answer)) => renderer.answer(answer, Some(edit)),
            (Instead::Handle, Some(answer)) => renderer.answer(answer, None),
            (Instead::Edit(_) | Instead::Handle, None) => {
                unreachable!("only what is said instead has no answer")
            }
        };
        self.close(call, Some(served), turn, rendered, notes)
    }

    /// A call that never became whole: it takes a turn, and the journal tells of it.
    pub(crate) fn refuse(&self, call: &Call, mishap: &Mishap, real: Moment) -> Delivery {
        let (reply, code) = mishap::reply(&self.catalogue, call, mishap);
        self.close(call, None, self.empty_turn(real), Rendered { reply, code: Some(code) }, Notes::default())
    }

    fn empty_turn(&self, real: Moment) -> Turn {
        let core = &mut *self.core.lock();
        core.turn += 1;
        core.world.advance_to(core.clock.now(real));
        let messages = core.world.policy().messages;
        Turn { number: core.turn, at: core.world.now(), verdict: Verdict::default(), answer: None, messages }
    }

    /// Trace headers, journal, delivery.
    fn close(
        &self,
        call: &Call,
        served: Option<&Served>,
        turn: Turn,
        rendered: Rendered,
        notes: Notes,
    ) -> Delivery {
        let Rendered { mut reply, code } = rendered;
        let Verdict { rule, wire, .. } = turn.verdict;
        if self.trace == Trace::Headers {
            let headers = reply.headers_mut();
            headers.insert(SESSION, self.name_header.clone());
            headers.insert(TURN, decimal(turn.number));
            if let Some(served) = served {
                headers.insert(EVIDENCE, evidence_header(served.card.evidence));
            }
            if let Some(rule) = rule.as_deref().and_then(|rule| HeaderValue::from_str(rule).ok()) {
                headers.insert(RULE, rule);
            }
        }
        let exchange = Exchange {
            turn: turn.number,
            at: turn.at,
            kept: Kept::copy(call, reply.body(), self.body_bound),
            endpoint: served.map(|served| served.endpoint.id),
            endpoint_at: served.map(|served| served.at),
            status: reply.status(),
            code,
            rule,
            wire: wire.clone(),
            notes: notes.0,
        };
        self.journal.lock().push(exchange);
        Delivery { reply, wire }
    }

    /// Looks at the world, after time has passed until `real`.
    pub(crate) fn look<T>(&self, real: Moment, look: impl FnOnce(&World) -> T) -> T {
        let core = &mut *self.core.lock();
        core.world.advance_to(core.clock.now(real));
        look(&core.world)
    }

    /// Moves the session's clock forward.
    pub(crate) fn advance(&self, by: Span, real: Moment) -> Result<Moment, PastTheEnd> {
        let core = &mut *self.core.lock();
        let now = core.clock.advance(by, real)?;
        core.world.advance_to(now);
        Ok(now)
    }

    /// The kept exchanges, oldest first, and how many fell out.
    pub(crate) fn journal(&self) -> (Vec<Arc<Exchange>>, u64) {
        let journal = self.journal.lock();
        (journal.entries(), journal.dropped())
    }
}

/// Whether the client is told of a success.
fn tells_success(verdict: &Verdict, answer: Option<&Answer>, success: &str) -> bool {
    match &verdict.answer {
        Instead::Handle | Instead::Edit(_) => answer.is_some_and(Result::is_ok),
        Instead::Say(saying) | Instead::HandleThenSay(saying) => match &**saying {
            Saying::Code { code: CodeChoice::Row(name), .. } => name == success,
            Saying::Code { .. } => false,
            Saying::Http { status, .. } => status.is_success(),
            Saying::Fixture(_) => true,
        },
    }
}

/// Bodies are read as JSON whatever the header says; that it says something else is worth a note.
fn content_type_note(call: &Call) -> Notes {
    let mut notes = Notes::default();
    if let Some(sent) = call.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes)
        && !sent.get(..16).is_some_and(|start| start.eq_ignore_ascii_case(b"application/json"))
    {
        notes.add(format!("Content-Type: {:?} was read as JSON", String::from_utf8_lossy(sent)));
    }
    notes
}

/// A number as a header value. `HeaderValue::from(u64)` allocates three times.
fn decimal(number: u64) -> HeaderValue {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = number;
    loop {
        at -= 1;
        // A digit is below ten, so it always fits.
        digits[at] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    HeaderValue::from_bytes(&digits[at..]).unwrap_or(HeaderValue::from_static("?"))
}

fn evidence_header(evidence: Evidence) -> HeaderValue {
    HeaderValue::from_static(evidence.word())
}
