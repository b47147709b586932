//! Faults: what a rule orders, and what is done to a finished answer on the wire, or to a mail.

use crate::domain::moment::Span;

/// One fault. Those of answers happen in real time, those of mails on the session's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The whole answer, or the mail, comes so much later.
    Delay(Span),
    /// The mail never arrives, and nobody is told.
    Lost,
    /// The recipient's server sends the mail back.
    Bounce,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Delay(span) => write!(f, "delay {span}"),
            Self::Lost => f.write_str("lost"),
            Self::Bounce => f.write_str("bounce"),
        }
    }
}
