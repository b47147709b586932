//! All sessions of a process, by name. So far there is one, `default`; it cannot be dropped.

use std::sync::Arc;

use super::session::Session;

/// The name of the session that a call belongs to if it names none.
pub(crate) const DEFAULT: &str = "default";

/// The sessions.
#[derive(Clone)]
pub(crate) struct Registry {
    default: Arc<Session>,
}

impl Registry {
    /// A registry that holds the default session.
    pub(crate) fn new(default: Arc<Session>) -> Self {
        Self { default }
    }

    /// The default session.
    pub(crate) fn default_session(&self) -> &Arc<Session> {
        &self.default
    }

    /// The session of this name.
    pub(crate) fn find(&self, name: &str) -> Option<&Arc<Session>> {
        (name == DEFAULT).then_some(&self.default)
    }
}
