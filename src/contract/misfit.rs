//! A piece of a user's file that has its shape, but does not fit what is there.

use serde::Serialize;

/// Where, what, and how to mend it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Misfit {
    /// JSON pointer below the value that was applied.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: String,
}

impl Misfit {
    /// Puts one together.
    pub(crate) fn new(
        pointer: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self { pointer: pointer.into(), message: message.into(), help: help.into() }
    }

    /// The same, seen from further up.
    pub(crate) fn below(mut self, parent: &str) -> Self {
        self.pointer.insert_str(0, parent);
        self
    }
}
