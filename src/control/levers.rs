//! What the control surface can do to the process, handed in by the wire: it knows no sockets itself.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::session::session::Session;

/// Opens a port for a session; its address, or why not.
pub(crate) type OpenPort = Box<dyn Fn(SocketAddr, &Arc<Session>) -> Result<SocketAddr, String> + Send + Sync>;

/// The levers.
pub(crate) struct Levers {
    /// Stops the server.
    pub shut_down: Box<dyn Fn() + Send + Sync>,
    /// Opens a port that belongs to one session and closes with it.
    pub open_port: OpenPort,
}
