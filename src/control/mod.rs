//! The control surface, `/__sandbox/…`: one action, one file, one table. A subtree of its own behind one guard: no path
//! that merely looks like one of its routes ever gets here, and none of its routes but `health/*` is reached without the guard.

mod action;
mod actions;
mod ask;
pub(crate) mod guard;
pub(crate) mod levers;
mod reply;

use std::sync::Arc;

use bytes::Bytes;
use http::header::HeaderValue;
use http::{Method, StatusCode};

use crate::contract::call::{Call, Reply};
use crate::domain::moment::Moment;
use crate::session::keeping;
use crate::session::mishap::{Mishap, NOT_KEPT};
use crate::session::registry::{Found, Reason, Registry};
use crate::session::session::Session;
use crate::session::steps::Words;
use crate::store::Trouble;
use action::{Access, Action};
pub(crate) use action::{Later, Said};
use actions::ACTIONS;
use ask::Ask;
use guard::Guard;
use levers::Levers;

/// The subtree's first segment.
const ROOT: &str = "/__sandbox";

/// Actions that are no GET and change nothing that is kept: they go on when nothing can be kept any more.
const CHANGE_NOTHING: [&str; 3] = ["shutdown", "sessions/{s}/verify", "sessions/{s}/explain"];

/// The control surface of a server.
pub(crate) struct Control {
    guard: Guard,
    moved: Option<Moved>,
}

/// Where things are if the surface has a listener of its own.
struct Moved {
    /// Its own base URL.
    base: String,
    /// Host and port of the vendor's paths.
    vendor: String,
}

/// Whether the surface is served where a call came in. `health/*` is served everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Site {
    /// It is.
    Here,
    /// It is not: on a listener of the vendor's paths alone, or to another machine.
    Elsewhere,
}

impl Control {
    /// Puts it behind a guard.
    pub(crate) fn new(guard: Guard) -> Self {
        Self { guard, moved: None }
    }

    /// Tells it that it has a listener of its own, and where the vendor's paths are.
    pub(crate) fn move_to(&mut self, base: String, vendor: String) {
        self.moved = Some(Moved { base, vendor });
    }

    /// Whether it has a listener of its own.
    pub(crate) fn has_moved(&self) -> bool {
        self.moved.is_some()
    }

    /// Whether a path lies in the subtree.
    pub(crate) fn owns(path: &str) -> bool {
        path.strip_prefix(ROOT).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Whether a call only asks for the process's health.
    pub(crate) fn is_of_health(call: &Call) -> bool {
        call.uri().path().strip_prefix(ROOT).is_some_and(|path| path.starts_with("/health/"))
    }

    /// Answers a call of the subtree.
    pub(crate) fn handle(
        &self,
        registry: &Registry,
        levers: &Levers,
        site: Site,
        call: &Call,
        mishap: Option<&Mishap>,
        real: Moment,
    ) -> Said {
        let path = call.uri().path().strip_prefix(ROOT).unwrap_or_default();
        let path = path.strip_prefix('/').unwrap_or(path);
        let known = known(path);
        let found = known.iter().find(|(action, _)| action.method == *call.method());
        let open = found.is_some_and(|(action, _)| action.access == Access::Open);
        if !open && site == Site::Elsewhere {
            return Said::Now(self.elsewhere());
        }
        if !open && let Err(refused) = self.guard.judge(call) {
            return Said::Now(refused.reply());
        }
        if let Some(mishap) = mishap {
            return Said::Now(reply::error(mishap.status, mishap.word, &mishap.text, ""));
        }
        let Some((action, places)) = found else { return Said::Now(nowhere(&known, call)) };
        let session = match places.session {
            None => None,
            Some(name) => match find(registry, name, real) {
                Ok(session) => Some(session),
                Err(reply) => return Said::Now(reply),
            },
        };
        let key = places.key.unwrap_or_default();
        let vendor = self.moved.as_ref().map(|moved| moved.vendor.as_str());
        carry_out(action, &Ask { call, registry, levers, vendor, session, key, real })
    }

    /// Refuses a call that came in where the surface is not.
    fn elsewhere(&self) -> Reply {
        let (message, help) = match &self.moved {
            Some(Moved { base, .. }) => (
                "the control surface is not served at this address: it has a listener of its own",
                format!("call {base}{ROOT} on the machine itself"),
            ),
            None => (
                "the control surface is served to the machine itself alone, under --lan: this call came in over another address",
                "call it at 127.0.0.1 on that machine; or serve it under a token: --listen 0.0.0.0:PORT --control-token TOKEN in the \
                 place of --lan"
                    .to_owned(),
            ),
        };
        reply::error(StatusCode::FORBIDDEN, "not-here", message, &help)
    }
}

/// What is said in the place of an answer whose change is not on disk, and never will be.
pub(crate) fn not_kept(trouble: &Trouble) -> Reply {
    reply::error(StatusCode::SERVICE_UNAVAILABLE, NOT_KEPT, &keeping::words(trouble), "")
}

/// Does what a session is asked for within the process, past the guard and without a connection. `path` lies below the session's.
pub(crate) fn steer(
    registry: &Registry,
    session: &Arc<Session>,
    (method, path, body): (&Method, &str, Bytes),
    real: Moment,
) -> Reply {
    let no_port = |_, _: &Arc<Session>| Err("a recorded call opens no port".to_owned());
    let levers = Levers { shut_down: Box::new(|| {}), open_port: Box::new(no_port) };
    let mut call = http::Request::new(body);
    call.method_mut().clone_from(method);
    let target = format!("{ROOT}/sessions/{}/{path}", session.name());
    match target.parse() {
        Ok(uri) => *call.uri_mut() = uri,
        Err(_) => {
            let text = format!("{path:?} is no path");
            return reply::error(StatusCode::BAD_REQUEST, "bad-path", &text, "such as clock/advance");
        }
    }
    let call = Call::from(call);
    let below = call.uri().path().strip_prefix(ROOT).and_then(|path| path.strip_prefix('/'));
    let known = known(below.unwrap_or_default());
    let Some((action, places)) = known.iter().find(|(action, _)| action.method == *method) else {
        return nowhere(&known, &call);
    };
    let (session, key) = (Some(Arc::clone(session)), places.key.unwrap_or_default());
    match carry_out(action, &Ask { call: &call, registry, levers: &levers, vendor: None, session, key, real })
    {
        Said::Now(reply) => reply,
        // Nothing happens meanwhile, so there is nothing to wait for.
        Said::Later(later) => (later.otherwise)(),
    }
}

/// The actions whose path this is.
fn known(path: &str) -> Vec<(&'static Action, Places<'_>)> {
    ACTIONS.iter().filter_map(|action| Some((action, fit(action.path, path)?))).collect()
}

/// Does what is asked for. What it changes in a session is remembered, so that the session can be recorded.
fn carry_out(action: &Action, ask: &Ask<'_>) -> Said {
    let changes = action.method != Method::GET && !CHANGE_NOTHING.contains(&action.path);
    if let Some(trouble) = ask.registry.trouble().filter(|_| changes) {
        return Said::Now(not_kept(trouble));
    }
    let run = || (action.run)(ask);
    let below = ask.call.uri().path().splitn(5, '/').nth(4);
    match (&ask.session, below) {
        (Some(session), Some(path)) if action.method != Method::GET => {
            let body = String::from_utf8_lossy(ask.call.body());
            let words =
                || Words { method: action.method.clone(), path: path.to_owned(), body: body.into_owned() };
            session.steer(words, run)
        }
        _ => run(),
    }
}

/// A live session by the name in a path, or what is said instead.
fn find(registry: &Registry, name: &str, real: Moment) -> Result<Arc<Session>, Reply> {
    let folded = crate::session::name::fold(name).unwrap_or_default();
    match registry.find(&folded, real) {
        Found::Live(session) => Ok(session),
        Found::Gone(reason) => {
            let text = format!("the session {name:?} is gone: {}", gone(reason));
            let help = "POST /__sandbox/sessions makes it again, with its next epoch";
            Err(reply::error(StatusCode::GONE, "session-gone", &text, help))
        }
        Found::Unknown => {
            let text = format!("no session is called {name:?}");
            let help = "GET /__sandbox/sessions lists them, POST makes one";
            Err(reply::error(StatusCode::NOT_FOUND, "unknown-session", &text, help))
        }
    }
}

/// Why a session is gone, in words.
pub(crate) fn gone(reason: Reason) -> String {
    match reason {
        Reason::Dropped => "it was dropped".to_owned(),
        Reason::Idle(span) => format!("nobody used it for {span}"),
    }
}

/// What stands in a path for `{s}` and `{key}`.
#[derive(Default)]
struct Places<'p> {
    session: Option<&'p str>,
    key: Option<&'p str>,
}

/// Whether a path fits a pattern, and what stands in its places.
fn fit<'p>(pattern: &str, path: &'p str) -> Option<Places<'p>> {
    let (mut wanted, mut found) = (pattern.split('/'), path.split('/'));
    let mut places = Places::default();
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return Some(places),
            (Some("{s}"), Some(name)) => places.session = Some(name),
            (Some("{key}"), Some(key)) => places.key = Some(key),
            (Some(wanted), Some(found)) if wanted == found => {}
            _ => return None,
        }
    }
}

fn nowhere(known: &[(&Action, Places<'_>)], call: &Call) -> Reply {
    if known.is_empty() {
        let line = |action: &Action| format!("{} {ROOT}/{} ({})", action.method, action.path, action.about);
        let paths: Vec<String> = ACTIONS.iter().map(line).collect();
        let text = format!("the control surface has no {}", call.uri().path());
        return reply::error(StatusCode::NOT_FOUND, "unknown-path", &text, &paths.join(", "));
    }
    let allow: Vec<&str> = known.iter().map(|(action, _)| action.method.as_str()).collect();
    let allow = allow.join(", ");
    let text = format!("{} is not allowed on {}", call.method(), call.uri().path());
    let help = format!("it takes {allow}");
    let mut reply = reply::error(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", &text, &help);
    if let Ok(allow) = HeaderValue::from_str(&allow) {
        reply.headers_mut().insert(http::header::ALLOW, allow);
    }
    reply
}
