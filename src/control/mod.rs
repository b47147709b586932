//! The control surface, `/__sandbox/…`: one action, one file, one table. A subtree of its own behind one guard: no path
//! that merely looks like one of its routes ever gets here, and none of its routes is reached without the guard.

pub(crate) mod guard;
mod health_live;
mod health_ready;
mod journal;
mod orders;
mod reply;

use http::header::HeaderValue;
use http::{Method, StatusCode};

use crate::contract::call::{Call, Reply};
use crate::domain::moment::Moment;
use crate::session::mishap::Mishap;
use crate::session::registry::Registry;
use crate::session::session::Session;
use guard::Guard;

/// One action.
pub(crate) struct Action {
    /// Its method.
    pub method: Method,
    /// Its path below `/__sandbox/`; `{s}` stands for a session's name.
    pub path: &'static str,
    /// Whether it needs the guard's consent.
    pub access: Access,
    /// What it does, in a sentence.
    pub about: &'static str,
    run: Run,
}

/// Whether an action needs the guard's consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anyone may ask: a health probe has neither a token nor a name for us.
    Open,
    /// Only who passes the guard.
    Guarded,
}

enum Run {
    /// About the process.
    Process(fn(&Registry) -> Reply),
    /// About one session.
    Session(fn(&Session, Moment) -> Reply),
}

/// All actions.
pub(crate) const ACTIONS: &[Action] =
    &[health_live::ACTION, health_ready::ACTION, orders::ACTION, journal::ACTION];

/// The subtree's first segment.
const ROOT: &str = "/__sandbox";

/// The control surface of a server.
pub(crate) struct Control {
    guard: Guard,
}

impl Control {
    /// Puts it behind a guard.
    pub(crate) fn new(guard: Guard) -> Self {
        Self { guard }
    }

    /// Whether a path lies in the subtree.
    pub(crate) fn owns(path: &str) -> bool {
        path.strip_prefix(ROOT).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Answers a call of the subtree.
    pub(crate) fn handle(
        &self,
        registry: &Registry,
        call: &Call,
        mishap: Option<&Mishap>,
        real: Moment,
    ) -> Reply {
        let path = call.uri().path().strip_prefix(ROOT).unwrap_or_default().trim_start_matches('/');
        let known: Vec<(&Action, &str)> =
            ACTIONS.iter().filter_map(|action| Some((action, fit(action.path, path)?))).collect();
        let found = known.iter().find(|(action, _)| action.method == *call.method());
        let open = found.is_some_and(|(action, _)| action.access == Access::Open);
        if !open && let Err(refused) = self.guard.judge(call) {
            return refused.reply();
        }
        if let Some(mishap) = mishap {
            return reply::error(mishap.status, mishap.word, &mishap.text, "");
        }
        let Some((action, session)) = found else {
            return nowhere(&known, call);
        };
        match (&action.run, session) {
            (Run::Process(run), _) => run(registry),
            (Run::Session(run), session) => match registry.find(session) {
                Some(session) => run(session, real),
                None => {
                    let text = format!("no session is called {session:?}");
                    reply::error(StatusCode::NOT_FOUND, "unknown-session", &text, "there is `default`")
                }
            },
        }
    }
}

/// Whether a path fits a pattern; the session that stands in it, empty if none does.
fn fit<'p>(pattern: &str, path: &'p str) -> Option<&'p str> {
    let (mut wanted, mut found) = (pattern.split('/'), path.split('/'));
    let mut session = "";
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return Some(session),
            (Some("{s}"), Some(name)) => session = name,
            (Some(wanted), Some(found)) if wanted == found => {}
            _ => return None,
        }
    }
}

fn nowhere(known: &[(&Action, &str)], call: &Call) -> Reply {
    if known.is_empty() {
        let line = |action: &Action| format!("{} {ROOT}/{} ({})", action.method, action.path, action.about);
        let paths: Vec<String> = ACTIONS.iter().map(line).collect();
        let text = format!("the control surface has no {}", call.uri().path());
        return reply::error(StatusCode::NOT_FOUND, "unknown-path", &text, &paths.join(", "));
    }
    let allow: Vec<&str> = known.iter().map(|(action, _)| action.method.as_str()).collect();
    let allow = allow.join(", ");
    let text = format!("{} is not allowed on {}", call.method(), call.uri().path());
    let mut reply = reply::error(
        StatusCode::METHOD_NOT_ALLOWED,
        "method-not-allowed",
        &text,
        &format!("it takes {allow}"),
    );
    if let Ok(allow) = HeaderValue::from_str(&allow) {
        reply.headers_mut().insert(http::header::ALLOW, allow);
    }
    reply
}
