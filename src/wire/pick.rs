//! Which session a call belongs to: its own port, path prefix, header, host label, token, claim, default; the first that speaks
//! wins, and the journal notes if another one disagrees.

use std::sync::Arc;

use http::header::HOST;
use http::uri::PathAndQuery;
use http::{HeaderMap, StatusCode, Uri};

use super::claim::{Claimed, claimed};
use crate::contract::call::{Call, Rare, SessionGone};
use crate::contract::fields::Notes;
use crate::control;
use crate::domain::moment::Moment;
use crate::domain::token::Token;
use crate::session::mishap::{self, Mishap};
use crate::session::name::fold;
use crate::session::registry::{DEFAULT, Found, NotMade, Reason, Registry};
use crate::session::session::Session;

/// The session of a call. A path prefix is taken out of its target; what is odd goes into its extensions.
pub(crate) fn session(
    registry: &Registry,
    own_port: Option<&Arc<Session>>,
    call: &mut Call,
    real: Moment,
) -> Result<Arc<Session>, Mishap> {
    let from_path = take_prefix(call);
    let by_token = token(call).map(|token| (registry.peek(&token.session, real), token.session));
    if let Some((Found::Gone(_), _)) = by_token {
        call.extensions_mut().insert(SessionGone);
    }
    let by_token = by_token.filter(|(found, _)| matches!(found, Found::Live(_))).map(|(_, name)| name);
    let by_claim = claimed(registry, call, real);
    let named = named(call, from_path);
    if let Some(session) = own_port {
        if let Some((_, name)) =
            named.iter().flatten().find(|(_, name)| !name.eq_ignore_ascii_case(session.name()))
        {
            note(
                call,
                &format!(
                    "the call names the session {name:?}, but came in at the port of {:?}",
                    session.name()
                ),
            );
        }
        note_token(call, by_token.as_deref(), session.name());
        note_claim(call, &by_claim, session.name());
        // Looking it up counts as using it: else a session that is only called at its port would pass for idle.
        return match registry.find(session.name(), real) {
            Found::Live(session) => Ok(session),
            Found::Gone(reason) => Err(gone(session.name(), reason)),
            Found::Unknown => Ok(Arc::clone(session)),
        };
    }
    let mut names = named.into_iter().flatten();
    if let Some((place, name)) = names.next() {
        if let Some((other_place, other)) = names.find(|(_, other)| !other.eq_ignore_ascii_case(&name)) {
            note(call, &format!("{other_place} names the session {other:?}; {place} goes before it"));
        }
        note_token(call, by_token.as_deref(), &name);
        note_claim(call, &by_claim, &name);
        return live(registry, place, &name, real);
    }
    // The default session is as closed to a token as it is to a name, if it is closed.
    if let Some(name) = by_token.filter(|name| !(registry.plan().strict_sessions && name == DEFAULT))
        && let Found::Live(session) = registry.find(&name, real)
    {
        note_claim(call, &by_claim, &name);
        return Ok(session);
    }
    match by_claim {
        Claimed::ByNobody => {}
        Claimed::By { name, .. } => {
            // One that ends at this moment takes its claims with it.
            if let Found::Live(session) = registry.find(&name, real) {
                return Ok(session);
            }
        }
        Claimed::Unclear(why) => note(call, &why),
    }
    if registry.plan().strict_sessions {
        let text = "no session is named, and --strict-sessions is on; did your client drop /s/NAME from the base URL?";
        return Err(mishap(StatusCode::NOT_FOUND, "no-session", text));
    }
    Ok(Arc::clone(registry.default_session()))
}

/// A session that the call names without making one: for preflights, which must leave no trace.
pub(super) fn peek(
    registry: &Registry,
    own_port: Option<&Arc<Session>>,
    call: &Call,
    real: Moment,
) -> Arc<Session> {
    let from_path = prefix(call.uri()).map(|(name, _)| name.to_owned());
    let named = named(call, from_path).into_iter().flatten().next();
    let found = named.and_then(|(_, name)| match registry.peek(&fold(&name)?, real) {
        Found::Live(session) => Some(session),
        Found::Gone(_) | Found::Unknown => None,
    });
    own_port.cloned().or(found).unwrap_or_else(|| Arc::clone(registry.default_session()))
}

/// The names that a call bears, in order of their weight, each with the place where it stands.
fn named(call: &Call, from_path: Option<String>) -> [Option<(&'static str, String)>; 3] {
    let header = call.rare(Rare::Session).filter(|name| !name.is_empty());
    let header = header
        .map(|name| ("the header X-Sandbox-Session", String::from_utf8_lossy(name.as_bytes()).into_owned()));
    [
        from_path.map(|name| ("the path", name)),
        header,
        host_label(call.headers()).map(|name| ("the host", name)),
    ]
}

fn live(registry: &Registry, place: &str, name: &str, real: Moment) -> Result<Arc<Session>, Mishap> {
    let Some(folded) = fold(name) else {
        let text = format!(
            "{place} names a session {name:?}; a name has letters, digits, `.`, `_`, `-`, at most 63 of them"
        );
        return Err(mishap(StatusCode::BAD_REQUEST, "bad-session-name", &text));
    };
    if registry.plan().strict_sessions && folded == DEFAULT {
        let text =
            "the default session is closed while --strict-sessions is on; POST /__sandbox/sessions makes one";
        return Err(mishap(StatusCode::NOT_FOUND, "no-session", text));
    }
    let found = if registry.plan().strict_sessions {
        Ok(registry.find(&folded, real))
    } else {
        registry.find_or_make(&folded, real)
    };
    match found {
        Ok(Found::Live(session)) => Ok(session),
        Ok(Found::Gone(reason)) => {
            let why = control::gone(reason);
            let text =
                format!("the session {folded:?} is gone: {why}; POST /__sandbox/sessions makes it again");
            Err(mishap(StatusCode::GONE, "session-gone", &text))
        }
        // A session that is made by its name claims nothing.
        Ok(Found::Unknown) | Err(NotMade::Taken | NotMade::Claimed(_)) => {
            let text =
                format!("no session is called {folded:?}, and --strict-sessions makes none on its own");
            Err(mishap(StatusCode::NOT_FOUND, "unknown-session", &text))
        }
        Err(NotMade::NotKept(trouble)) => Err(mishap::not_kept(&trouble)),
        Err(NotMade::TooMany { limit, idlest }) => {
            let idlest = idlest.join(", ");
            let text =
                format!("{limit} sessions are live; drop some, such as {idlest}, or raise --max-sessions");
            Err(mishap(StatusCode::TOO_MANY_REQUESTS, "too-many-sessions", &text))
        }
    }
}

fn gone(name: &str, reason: Reason) -> Mishap {
    let why = control::gone(reason);
    let text = format!("the session {name:?} is gone: {why}; POST /__sandbox/sessions makes it again");
    mishap(StatusCode::GONE, "session-gone", &text)
}

/// `/s/<name>/rest` as name and `/rest`.
fn prefix(uri: &Uri) -> Option<(&str, &str)> {
    let rest = uri.path().strip_prefix("/s/")?;
    match rest.find('/') {
        Some(at) => Some((&rest[..at], &rest[at..])),
        None => Some((rest, "/")),
    }
}

/// Takes the prefix out of the target; its name.
fn take_prefix(call: &mut Call) -> Option<String> {
    let (name, rest) = prefix(call.uri())?;
    let name = name.to_owned();
    let target = match call.uri().query() {
        Some(query) => format!("{rest}?{query}"),
        None => rest.to_owned(),
    };
    let target: PathAndQuery = target.parse().ok()?;
    let mut parts = call.uri().clone().into_parts();
    parts.path_and_query = Some(target);
    *call.uri_mut() = Uri::from_parts(parts).ok()?;
    Some(name)
}

/// `<name>.localhost`, at any port.
fn host_label(headers: &HeaderMap) -> Option<String> {
    const END: &[u8] = b".localhost";
    let host = headers.get(HOST)?.as_bytes();
    let name = host.iter().rposition(|byte| *byte == b':').map_or(host, |colon| &host[..colon]);
    let (label, end) = name.split_at_checked(name.len().checked_sub(END.len())?)?;
    (end.eq_ignore_ascii_case(END) && !label.is_empty()).then(|| String::from_utf8_lossy(label).into_owned())
}

fn token(call: &Call) -> Option<Token> {
    let token = call.rare(Rare::AccessToken).filter(|token| !token.is_empty())?;
    Token::parse(token.to_str().ok()?)
}

/// Notes that a token was issued by another session than the one that was named.
fn note_token(call: &mut Call, by_token: Option<&str>, name: &str) {
    if let Some(other) = by_token.filter(|other| !other.eq_ignore_ascii_case(name)) {
        note(
            call,
            &format!("the access token is of the session {other:?}; {name:?} was named and goes before it"),
        );
    }
}

/// Notes that a session claims a call that goes to another one.
fn note_claim(call: &mut Call, by_claim: &Claimed, name: &str) {
    if let Claimed::By { name: other, what } = by_claim
        && !other.eq_ignore_ascii_case(name)
    {
        note(
            call,
            &format!(
                "the session {other:?} has {what}; the call goes to {name:?}, which was named before that"
            ),
        );
    }
}

fn note(call: &mut Call, text: &str) {
    call.extensions_mut().get_or_insert_default::<Notes>().add(text);
}

fn mishap(status: StatusCode, word: &'static str, text: &str) -> Mishap {
    Mishap { status, word, text: text.to_owned() }
}
