//! Limits, as a builder is told them.

use std::time::Duration;

/// What the flags of a limit set. Each has a default; those of which nothing else is said have an option on the command line.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Limit {
    /// Connections at a time; above it, accepting pauses.
    Connections(usize),
    /// Bytes of a request's head.
    Head(usize),
    /// How long a head may take from its first byte.
    HeadTime(Duration),
    /// How long a connection may be idle between requests.
    Idle(Duration),
    /// Bytes of a body.
    Body(usize),
    /// How long a body may take in all.
    BodyTime(Duration),
    /// How long a client may leave an answer unread: 30 s, without an option.
    Unread(Duration),
    /// Bytes of requests and answers in flight, of the whole process: 128 MiB, without an option.
    InFlight(usize),
    /// Answers held back at a time.
    Held(usize),
    /// How long answers may still take after a stop was asked for.
    Drain(Duration),
    /// Journal entries of a session.
    Journal(usize),
    /// Bytes of the journals of all sessions together: 128 MiB, without an option.
    Journals(usize),
    /// Orders of all sessions together.
    Orders(usize),
    /// Sessions beside the default one.
    Sessions(usize),
    /// How long a session may be idle.
    SessionIdle(Duration),
}
