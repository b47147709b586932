//! A hold of a session's lock: what it has changed is put in when it ends, whatever it was for.

use std::ops::{Deref, DerefMut};

use parking_lot::MutexGuard;

use crate::session::core::Core;
use crate::session::session::Session;

/// The lock of a session.
pub(in crate::session) struct Hold<'s> {
    core: MutexGuard<'s, Core>,
    session: &'s Session,
}

impl Session {
    /// Takes the lock, without letting time pass.
    pub(in crate::session) fn hold(&self) -> Hold<'_> {
        Hold { core: self.core.lock(), session: self }
    }
}

impl Deref for Hold<'_> {
    type Target = Core;

    fn deref(&self) -> &Core {
        &self.core
    }
}

impl DerefMut for Hold<'_> {
    fn deref_mut(&mut self) -> &mut Core {
        &mut self.core
    }
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        // What a panic leaves behind is put in with the next change: it is what memory holds, and goes on answering.
        if self.core.keeper.is_some() && !std::thread::panicking() {
            self.session.keep_changed(&mut self.core);
        }
    }
}
