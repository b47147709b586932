//! A running sandbox: its listeners, its thread, and its end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;

use super::builder::Builder;
use super::coverage::Coverage;
use super::error::{Error, ErrorKind};
use super::handle::SessionHandle;
use super::listen::{Bound, Listen, base_url, bind};
use super::options::SessionOptions;
use crate::domain::dice::GENERATOR;
use crate::session::clock::real_now;
use crate::session::gate::Stopped;
use crate::session::registry::Registry;
use crate::session::reload::Reloaded;
use crate::session::verify::State;
use crate::wire::{Door, Usage, Wire, accept};

/// A sandbox that serves until it is dropped.
#[must_use = "a sandbox stops when it is dropped: keep it in a variable"]
pub struct Sandbox {
    addresses: Vec<SocketAddr>,
    control: Option<SocketAddr>,
    session: SessionHandle,
    registry: Registry,
    usage: Arc<Usage>,
    scenario: String,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Describes a sandbox.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Binds, then serves on a thread of its own: one server thread, so that a suite's own runtime, if it has one, may
    /// block, stop or be dropped without the sandbox noticing.
    pub(super) fn start(listen: &[Listen], mut wire: Wire) -> Result<Self, Error> {
        raise_file_limit(wire.limits.connections);
        let bound = bind(listen)?;
        let serving = |is_asked_for: fn(Door) -> bool| {
            let of_this_kind = bound.iter().filter(|bound| is_asked_for(bound.door));
            of_this_kind.map(|bound| bound.address).collect::<Vec<_>>()
        };
        let (addresses, control) = (serving(Door::is_vendors), serving(|door| door == Door::Control));
        let base = base_url(addresses[0]);
        // Where it has no listener of its own, the control surface is at the vendor's.
        let control = wire.control.as_mut().map(|surface| match control.first() {
            None => addresses[0],
            Some(own) => {
                surface.move_to(base_url(*own), base.trim_start_matches("http://").to_owned());
                *own
            }
        });
        let (registry, usage) = (wire.registry.clone(), Arc::clone(&wire.usage));
        if let Some(outlet) = registry.default_session().outlet() {
            for bound in &bound {
                outlet.ports.add(bound.address.port());
            }
        }
        registry.resume(real_now());
        let session = SessionHandle::of(registry.default_session(), &registry, base);
        let scenario = session.scenario();
        // The server's own ear is there before anyone can speak: what nobody hears would be lost.
        let (stop, stopped) = watch::channel(false);
        let shut_down = stop.clone();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| system("cannot start the server's runtime", error))?;
        let entered = runtime.enter();
        let into_ours = |Bound { listener, door, .. }| Ok((TcpListener::from_std(listener)?, door));
        let listeners: std::io::Result<Vec<_>> = bound.into_iter().map(into_ours).collect();
        let listeners = listeners.map_err(|error| system("cannot serve a bound address", error))?;
        drop(entered);
        let serve = move || runtime.block_on(accept::run(listeners, Arc::new(wire), shut_down, stopped));
        let thread = std::thread::Builder::new().name("linksfield-sandbox".to_owned()).spawn(serve);
        let thread = thread.map_err(|error| system("cannot start the server's thread", error))?;
        Ok(Self { addresses, control, session, registry, usage, scenario, stop, thread: Some(thread) })
    }

    /// The base URL, such as `http://127.0.0.1:8484`.
    pub fn url(&self) -> String {
        base_url(self.addresses[0])
    }

    /// The base URL of the control surface, if there is one.
    pub fn control_url(&self) -> Option<String> {
        self.control.map(|address| format!("{}/__sandbox", base_url(address)))
    }

    /// All bound addresses of the vendor's paths.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// The default session.
    pub fn default_session(&self) -> &SessionHandle {
        &self.session
    }

    /// The name of the scenario.
    pub fn scenario(&self) -> &str {
        &self.scenario
    }

    /// A number that changes when generated values change.
    pub fn generator() -> u32 {
        GENERATOR
    }

    /// Stops: no more is accepted, held answers are cancelled, what is under way may finish within the drain. Returns once
    /// all of that is over. Dropping the sandbox does the same.
    pub fn stop(self) {
        drop(self);
    }

    /// Stops, and keeps what can be asked for afterwards: what was used to the last call, and whether it was what was expected.
    pub fn finish(self) -> Finished {
        let registry = self.registry.clone();
        drop(self);
        Finished { registry }
    }

    /// What was used so far, in all sessions together, also in those that are gone.
    pub fn coverage(&self) -> Coverage {
        Coverage::of(self.registry.coverage())
    }

    /// Returns once the server no longer serves: true if somebody asked it to stop over the control surface, false if it
    /// died, which is a bug of the sandbox.
    pub async fn ended(&self) -> bool {
        // Every part of the server holds a receiver of the word to stop.
        self.stop.closed().await;
        *self.stop.borrow()
    }

    /// Returns once nobody has used the server for so long: no connection and no call came, and no answer is held back. A
    /// connection that is only open does not count. To be awaited within a runtime of tokio.
    pub async fn unused_for(&self, span: Duration) {
        self.usage.none_for(span).await;
    }

    /// Waits until everything that was changed so far is on disk; the error says why it never will be. Without [`Builder::data`] there
    /// is nothing to wait for.
    pub fn kept(&self) -> Result<(), Error> {
        self.session.settle()
    }

    /// Reads the files of the start again, all or none: scenario files, and what lies below the fixtures folder. Sessions that run
    /// a scenario of theirs take its rules over their worlds as they are. A file that cannot be used leaves all as it is; the error
    /// shows every mistake. `POST /__sandbox/reload` does the same.
    pub fn reload(&self) -> Result<Reloaded, Error> {
        self.registry.reload(real_now()).map_err(|drawn| Error::new(ErrorKind::InvalidFile, drawn))
    }

    /// The session of this name, made if there is none. Any text will do, such as a test's title: what cannot stand in a name
    /// becomes a hyphen. A session that is gone comes back with its next epoch.
    pub fn session(&self, name: &str) -> Result<SessionHandle, Error> {
        self.session_with(SessionOptions::named(name))
    }

    /// The same, with a seed, a scenario, a life or claims of its own; these count only if the session is made by this call.
    pub fn session_with(&self, options: SessionOptions) -> Result<SessionHandle, Error> {
        options.open(&self.registry, &self.url())
    }
}

/// A sandbox that has stopped.
pub struct Finished {
    registry: Registry,
}

impl Finished {
    /// What was used, in all sessions together.
    pub fn coverage(&self) -> Coverage {
        Coverage::of(self.registry.coverage())
    }

    /// Holds every session to what its scenario expects, as it was at the end; under [`Builder::verify_sessions`] also those
    /// that were dropped before. The default session is passed over if nobody called it while there were others.
    pub fn verify(&self) -> Result<(), Error> {
        match self.registry.verdict(real_now()) {
            None => Ok(()),
            Some(Stopped { state: State::Unknown, text }) => Err(Error::new(ErrorKind::Unknown, text)),
            Some(Stopped { text, .. }) => Err(Error::new(ErrorKind::Unmet, text)),
        }
    }
}

impl std::fmt::Debug for Finished {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Finished").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox")
            .field("url", &self.url())
            .field("scenario", &self.scenario)
            .finish_non_exhaustive()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the server thread panicked: this is a bug of the sandbox");
        }
        // Nobody calls any more: what is left to be kept is kept.
        self.registry.close();
    }
}

/// Each connection is a file to the operating system, whose soft limit is often 1,024.
#[cfg(unix)]
fn raise_file_limit(connections: usize) {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    let wanted = (connections as u64).saturating_add(256);
    let allowed = limit.maximum.map_or(wanted, |maximum| maximum.min(wanted));
    if limit.current.is_some_and(|current| current < allowed) {
        limit.current = Some(allowed);
        if let Err(error) = setrlimit(Resource::Nofile, limit) {
            tracing::debug!(%error, "cannot raise the limit of open files");
        }
    }
}

#[cfg(not(unix))]
fn raise_file_limit(_: usize) {}

pub(super) fn system(what: &str, error: std::io::Error) -> Error {
    Error::new(ErrorKind::System, format!("{what}: {error}")).caused_by(error)
}
