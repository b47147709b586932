//! The limits as options, each with the number that it has if nobody says otherwise.

use std::time::Duration;

use linksfield_sandbox::{Builder, Limit};

use super::serve::duration;

/// All of them.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Limits")]
pub(super) struct Limits {
    /// Connections at a time
    #[arg(long, value_name = "N", default_value_t = 4_096)]
    max_conns: usize,
    /// Bytes of a request's head
    #[arg(long, value_name = "BYTES", default_value_t = 65_536)]
    max_head: usize,
    /// Time for a head, from its first byte
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration)]
    head_timeout: Duration,
    /// Bytes of a body
    #[arg(long, value_name = "BYTES", default_value_t = 1_048_576)]
    max_body: usize,
    /// Time for a body in all
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration)]
    body_timeout: Duration,
    /// Time between two requests of a connection
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration)]
    idle_conn_timeout: Duration,
    /// Answers held back at a time
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    max_held: usize,
    /// Journal entries
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    journal: usize,
    /// Orders of all sessions together
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    max_orders: usize,
    /// Sessions beside the default one
    #[arg(long, value_name = "N", default_value_t = 1_024)]
    max_sessions: usize,
    /// Time that a session may be idle
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = duration)]
    session_ttl: Duration,
}

impl Limits {
    /// Sets all of them.
    pub(super) fn set(self, builder: Builder) -> Builder {
        builder
            .limit(Limit::Connections(self.max_conns))
            .limit(Limit::Head(self.max_head))
            .limit(Limit::HeadTime(self.head_timeout))
            .limit(Limit::Body(self.max_body))
            .limit(Limit::BodyTime(self.body_timeout))
            .limit(Limit::Idle(self.idle_conn_timeout))
            .limit(Limit::Held(self.max_held))
            .limit(Limit::Journal(self.journal))
            .limit(Limit::Orders(self.max_orders))
            .limit(Limit::Sessions(self.max_sessions))
            .limit(Limit::SessionIdle(self.session_ttl))
    }
}
