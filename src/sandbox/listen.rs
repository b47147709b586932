//! Addresses: which ones are bound, what is served at each, and whether that is safe.

use std::io::ErrorKind::{AddrInUse, PermissionDenied};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

use socket2::{Domain, Protocol, Socket, Type};

use super::error::{Error, ErrorKind};
use super::server::system;
use crate::wire::Door;

/// An address to bind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listen {
    pub(super) address: SocketAddr,
    /// What is served there.
    pub(super) door: Door,
    /// Whether a machine without this address may go without it.
    pub(super) optional: bool,
}

/// A bound address.
pub(super) struct Bound {
    pub(super) listener: TcpListener,
    pub(super) address: SocketAddr,
    pub(super) door: Door,
}

/// What was said about addresses.
#[derive(Clone, Debug)]
pub(super) struct Addresses {
    /// Those of the vendor's paths, the first one first.
    pub(super) vendor: Vec<SocketAddr>,
    /// Whether the vendor's paths are served to other machines, and the control surface is not.
    pub(super) is_lan: bool,
    /// A listener of the control surface's own.
    pub(super) control: Option<SocketAddr>,
}

impl Default for Addresses {
    fn default() -> Self {
        Self { vendor: vec![(Ipv4Addr::LOCALHOST, 0).into()], is_lan: false, control: None }
    }
}

impl Addresses {
    /// What to bind.
    pub(super) fn listens(&self) -> Vec<Listen> {
        let port = self.vendor[0].port();
        let all = [(Ipv4Addr::UNSPECIFIED, port).into(), (Ipv6Addr::UNSPECIFIED, port).into()];
        let addresses = if self.is_lan { &all[..] } else { &self.vendor };
        let door = match (self.control, self.is_lan) {
            (Some(_), _) => Door::Vendor,
            (None, true) => Door::Near,
            (None, false) => Door::Both,
        };
        let vendor = addresses.iter().enumerate();
        let vendor = vendor.map(|(at, address)| Listen { address: *address, door, optional: at > 0 });
        let control = self.control.map(|address| Listen { address, door: Door::Control, optional: false });
        vendor.chain(control).collect()
    }

    /// An address at which other machines reach the control surface, if there is one.
    pub(super) fn opens_control(&self) -> Option<SocketAddr> {
        let shows_control = |listen: &Listen| matches!(listen.door, Door::Both | Door::Control);
        let mut open = self.listens().into_iter().filter(shows_control).map(|listen| listen.address);
        open.find(|address| !address.ip().is_loopback())
    }

    /// Whether it makes sense, and is safe.
    pub(super) fn check(&self, has_control: bool, has_token: bool) -> Result<(), Error> {
        let usage = |message: String| Err(Error::new(ErrorKind::Usage, message));
        if self.control.is_some() && !has_control {
            return usage(
                "--control off leaves nothing for --control-listen to serve: drop one of them".to_owned(),
            );
        }
        let first = self.vendor[0];
        if self.is_lan && !first.ip().is_loopback() && !first.ip().is_unspecified() {
            return usage(format!(
                "--lan serves all addresses of this machine, and --listen {first} names one: drop --lan, or write --listen \
                 0.0.0.0:{}, which then says the port alone",
                first.port()
            ));
        }
        if !has_control || has_token {
            return Ok(());
        }
        match (self.opens_control(), self.control) {
            (None, _) => Ok(()),
            (Some(address), Some(_)) => usage(format!(
                "{address} can be reached from other machines, and it is the control surface's.\n\
                 Add a token that its callers have to send:\n  --control-listen {address} --control-token \"$(openssl rand -hex 16)\"\n\
                 or keep it on this machine:\n  --control-listen 127.0.0.1:{}",
                address.port()
            )),
            (Some(address), None) => usage(format!(
                "{address} can be reached from other machines, and so could the control surface.\n\
                 Add a token that its callers have to send:\n  --listen {address} --control-token \"$(openssl rand -hex 16)\"\n\
                 in a compose file:\n  command: [\"serve\", \"--listen\", \"{address}\", \"--control-token\", \"${{CONTROL_TOKEN}}\"]\n\
                 or give the control surface a listener that stays on this machine:\n  --listen {address} --control-listen 127.0.0.1:0\n\
                 or serve phones in the LAN, and the control surface to this machine alone:\n  --lan{}\n\
                 or leave the control surface out:\n  --listen {address} --control off",
                match address.port() {
                    8484 => String::new(),
                    port => format!(" --listen 127.0.0.1:{port}"),
                }
            )),
        }
    }
}

/// The base URL of an address. One that stands for all of them is reached on loopback as well.
pub(super) fn base_url(address: SocketAddr) -> String {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(ip, address.port()))
}

/// Binds the addresses. The first one decides the port of the others, if it was to be a free one.
pub(super) fn bind(listen: &[Listen]) -> Result<Vec<Bound>, Error> {
    // What is free at the first address may be taken at another one: then there are other free ports.
    const TRIES: u8 = 8;
    let is_free = listen.first().is_some_and(|first| first.address.port() == 0);
    let mut tries = if is_free { TRIES } else { 1 };
    loop {
        tries -= 1;
        match bind_all(listen) {
            Err((failed, true)) if tries > 0 => tracing::debug!(%failed, "another port is tried"),
            Err((failed, _)) => return Err(failed),
            Ok(bound) => return Ok(bound),
        }
    }
}

/// The same, once; with an error, whether another port may do.
fn bind_all(listen: &[Listen]) -> Result<Vec<Bound>, (Error, bool)> {
    let mut all: Vec<Bound> = Vec::new();
    for Listen { address, door, optional } in listen {
        let mut address = *address;
        if *optional
            && address.port() == 0
            && let Some(first) = all.first()
        {
            address.set_port(first.address.port());
        }
        match bind_one(address) {
            Ok(listener) => {
                let bound = listener.local_addr();
                let bound = bound.map_err(|error| (system("cannot tell a bound address", error), false))?;
                all.push(Bound { listener, address: bound, door: *door });
            }
            // A machine without IPv6 goes without it; a port that somebody else has is never passed over in silence.
            Err(error) if *optional && error.kind() != AddrInUse => {
                tracing::debug!(%address, %error, "this machine does not have an optional address");
            }
            Err(error) => {
                let option = if *door == Door::Control { "--control-listen" } else { "--listen" };
                let hint = match error.kind() {
                    AddrInUse => {
                        format!(
                            "port {} is in use; end what uses it, or take another with {option}",
                            address.port()
                        )
                    }
                    PermissionDenied => "ports below 1024 need a privilege".to_owned(),
                    _ => "is it an address of this machine?".to_owned(),
                };
                let message = format!("cannot bind {address}: {error} ({hint})");
                let may_try = *optional && error.kind() == AddrInUse;
                return Err((Error::new(ErrorKind::Bind, message).caused_by(error), may_try));
            }
        }
    }
    Ok(all)
}

fn bind_one(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        // Otherwise [::]:8484 would take 0.0.0.0:8484 too, and what is bound would differ from machine to machine.
        socket.set_only_v6(true)?;
    }
    // A restart must not wait for the connections of the last run to be forgotten. On Windows the option would mean that
    // two servers may share the port.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(1024)?;
    Ok(socket.into())
}
