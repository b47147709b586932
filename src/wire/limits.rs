//! Every limit of the wire, with its default.

use std::time::Duration;

/// Limits of connections, requests and answers.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    /// Connections at a time; above it, accepting pauses.
    pub connections: usize,
    /// Bytes of a request's head; above it, 431.
    pub head: usize,
    /// How long a head may take from its first byte; above it, the connection is closed.
    pub head_time: Duration,
    /// How long a connection may be idle between requests.
    pub idle: Duration,
    /// Bytes of a body; above it, 413.
    pub body: usize,
    /// How long a body may take in all; above it, 408.
    pub body_time: Duration,
    /// How long a client may leave an answer unread.
    pub unread: Duration,
    /// Bytes of all requests and answers in flight; above it, 503.
    pub in_flight: usize,
    /// Held answers at a time; above it, 503.
    pub held: usize,
    /// How long one answer may be held.
    pub held_time: Duration,
    /// How long answers may still take after a stop was asked for.
    pub drain: Duration,
}

/// Bytes of a request target; above it, 414.
pub(super) const TARGET: usize = 8 << 10;

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4_096,
            head: 64 << 10,
            head_time: Duration::from_secs(30),
            idle: Duration::from_mins(5),
            body: 1 << 20,
            body_time: Duration::from_secs(30),
            unread: Duration::from_secs(30),
            in_flight: 128 << 20,
            held: 1_000,
            held_time: Duration::from_mins(10),
            drain: Duration::from_secs(2),
        }
    }
}
