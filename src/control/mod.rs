//! The control surface, `/__sandbox/…`: one action, one file, one table. A subtree of its own behind one guard: no path
//! that merely looks like one of its routes ever gets here, and none of its routes but `health/*` is reached without the guard.

mod action;
mod actions;
mod ask;
pub(crate) mod guard;
pub(crate) mod levers;
mod reply;

use http::StatusCode;
use http::header::HeaderValue;

use crate::contract::call::{Call, Reply};
use crate::domain::moment::Moment;
use crate::session::mishap::Mishap;
use crate::session::registry::{Found, Reason, Registry};
use action::{Access, Action};
pub(crate) use action::{Later, Said};
use actions::ACTIONS;
use ask::Ask;
use guard::Guard;
use levers::Levers;

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
        levers: &Levers,
        call: &Call,
        mishap: Option<&Mishap>,
        real: Moment,
    ) -> Said {
        let path = call.uri().path().strip_prefix(ROOT).unwrap_or_default();
        let path = path.strip_prefix('/').unwrap_or(path);
        let known: Vec<(&Action, Places<'_>)> =
            ACTIONS.iter().filter_map(|action| Some((action, fit(action.path, path)?))).collect();
        let found = known.iter().find(|(action, _)| action.method == *call.method());
        let open = found.is_some_and(|(action, _)| action.access == Access::Open);
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
        (action.run)(&Ask { call, registry, levers, session, key: places.key.unwrap_or_default(), real })
    }
}

/// A live session by the name in a path, or what is said instead.
fn find(
    registry: &Registry,
    name: &str,
    real: Moment,
) -> Result<std::sync::Arc<crate::session::session::Session>, Reply> {
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
