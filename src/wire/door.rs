//! What is served at a listener, and so on a connection.

use tokio::net::TcpStream;

/// What is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// The vendor's paths and the control surface.
    Both,
    /// The vendor's paths to everybody, the control surface to this machine alone.
    Near,
    /// The vendor's paths.
    Vendor,
    /// The control surface.
    Control,
}

impl Door {
    /// Whether the vendor's paths are served.
    pub(crate) fn is_vendors(self) -> bool {
        self != Self::Control
    }

    /// What it is to a connection. Judged by its own two addresses: what a request says of itself anybody can write.
    pub(super) fn to(self, stream: &TcpStream) -> Self {
        if self != Self::Near {
            return self;
        }
        let is_near = [stream.local_addr(), stream.peer_addr()]
            .iter()
            .all(|address| address.as_ref().is_ok_and(|address| address.ip().is_loopback()));
        if is_near { Self::Both } else { Self::Vendor }
    }
}
