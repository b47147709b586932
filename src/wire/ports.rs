//! Ports that belong to one session: opened by the control surface, closed with the session.

use std::net::{SocketAddr, TcpListener as StdListener};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use super::Wire;
use super::accept::accept;
use super::door::Door;
use super::service::Place;
use super::stop::{Stop, stopped};
use crate::control::Control;
use crate::control::levers::Levers;
use crate::session::session::Session;

/// The levers of this server. Pulled within its runtime only, by the control surface.
pub(super) fn levers(
    wire: &Arc<Wire>,
    places: &Arc<Semaphore>,
    shut_down: watch::Sender<bool>,
    stop: Stop,
) -> Arc<Levers> {
    Arc::new_cyclic(|levers: &std::sync::Weak<Levers>| {
        let (levers, wire, places) = (levers.clone(), Arc::downgrade(wire), Arc::clone(places));
        Levers {
            shut_down: Box::new(move || {
                shut_down.send_replace(true);
            }),
            open_port: Box::new(move |address, session| {
                let (Some(wire), Some(levers)) = (wire.upgrade(), levers.upgrade()) else {
                    return Err("the server is stopping".to_owned());
                };
                open(address, session, wire, levers, Arc::clone(&places), stop.clone())
            }),
        }
    })
}

fn open(
    address: SocketAddr,
    session: &Arc<Session>,
    wire: Arc<Wire>,
    levers: Arc<Levers>,
    places: Arc<Semaphore>,
    mut stop: Stop,
) -> Result<SocketAddr, String> {
    let failed = |error: std::io::Error| format!("cannot listen on {address}: {error}");
    let listener = StdListener::bind(address).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    let listener = TcpListener::from_std(listener).map_err(failed)?;
    session.set_port(bound);
    let (close, closed) = watch::channel(false);
    let end = session.next_end();
    tokio::spawn(async move {
        tokio::select! {
            () = end => {}
            () = stopped(&mut stop) => {}
        }
        close.send_replace(true);
    });
    // It is on loopback; a control surface that has a listener of its own is not here either.
    let door = if wire.control.as_ref().is_some_and(Control::has_moved) { Door::Vendor } else { Door::Both };
    let place = Place { session: Some(Arc::clone(session)), door, levers };
    tokio::spawn(accept(listener, wire, place, places, closed));
    Ok(bound)
}
