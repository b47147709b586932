//! Which session a call belongs to. So far there is one.

use std::sync::Arc;

use crate::session::registry::Registry;
use crate::session::session::Session;

/// The session of a call.
pub(super) fn session(registry: &Registry) -> &Arc<Session> {
    registry.default_session()
}
