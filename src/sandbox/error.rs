//! What can go wrong before a sandbox runs.

/// Why a sandbox could not be started, or a file not be read.
///
/// Opaque: look at [`Error::kind`] to react, and print it to tell a person.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    kind: ErrorKind,
    message: String,
    /// Kept for whoever wants the operating system's own word; the message says it already.
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
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
