//! Faults on the wire: what a rule orders, and what `wire/deliver.rs` performs on a finished answer.

use crate::domain::moment::Span;

/// One fault. All of them happen in real time, whatever the session's clock does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The whole answer comes so much later.
    Delay(Span),
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Delay(span) => write!(f, "delay {span}"),
        }
    }
}
