//! What can go wrong: with a start, a file, or an expectation.

/// Why a sandbox could not be started, a file not be read, or an expectation is not met.
///
/// Opaque: look at [`Error::kind`] to react, and print it to tell a person.
#[derive(thiserror::Error)]
#[error("{message}")]
pub struct Error {
    kind: ErrorKind,
    message: String,
    /// Kept for whoever wants the operating system's own word; the message says it already.
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Readable, since this is what a failing test prints: messages have lines.
impl std::fmt::Debug for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.message)
    }
}

/// What kind of thing went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// What was asked for makes no sense, or is not safe: an unknown scenario, an open control surface.
    Usage,
    /// A scenario or fixture file is invalid; the message shows every mistake with its place.
    InvalidFile,
    /// An address cannot be bound.
    Bind,
    /// The operating system refused something else.
    System,
    /// What was expected of a session did not come to pass; the message shows each row with what was found and what is nearest.
    Unmet,
    /// Nobody can tell whether what was expected came to pass: the journal no longer has all of the calls.
    Unknown,
    /// The folder of [`Builder::data`](crate::Builder::data) cannot be used, or no longer be written: it is damaged, another process's,
    /// of another format, or made with another seed, scenario or fixture set.
    Data,
    /// A bug of the sandbox.
    Internal,
}

impl Error {
    /// What kind of thing went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What the operating system or a library said, if it was one of these.
    pub fn cause(&self) -> Option<&(dyn std::error::Error + Send + Sync + 'static)> {
        self.cause.as_deref()
    }

    pub(super) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), cause: None }
    }

    pub(super) fn caused_by(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.cause = Some(Box::new(source));
        self
    }
}
