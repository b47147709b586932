//! What an action is: a const value in one table, which drives routing, the guard's test and the help of a 404.

use std::sync::Arc;

use http::Method;

use super::ask::Ask;
use crate::contract::call::Reply;
use crate::domain::moment::Span;
use crate::session::session::Session;

/// One action.
pub(crate) struct Action {
    /// Its method.
    pub method: Method,
    /// Its path below `/__sandbox/`; `{s}` stands for a session's name, `{key}` for what is looked for in it.
    pub path: &'static str,
    /// Whether it needs the guard's consent.
    pub access: Access,
    /// What it does, in a few words.
    pub about: &'static str,
    /// Does it.
    pub run: fn(&Ask<'_>) -> Said,
}

/// Whether an action needs the guard's consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anyone may ask: a health probe has neither a token nor a name for us.
    Open,
    /// Only who passes the guard.
    Guarded,
}

/// What an action says.
pub(crate) enum Said {
    /// At once.
    Now(Reply),
    /// When something has happened, or at the latest after a while.
    Later(Later),
}

/// An answer that waits for the journal to grow.
pub(crate) struct Later {
    /// Whose journal.
    pub session: Arc<Session>,
    /// How long it waits, in real time.
    pub at_most: Span,
    /// The answer, once there is one; asked again whenever the journal has grown.
    pub look: Box<dyn Fn() -> Option<Reply> + Send + Sync>,
    /// The answer if there is none in time.
    pub otherwise: Box<dyn Fn() -> Reply + Send + Sync>,
    /// The answer if the session goes meanwhile.
    pub gone: Reply,
}
