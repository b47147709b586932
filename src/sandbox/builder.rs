//! The builder: everything that can be said before a sandbox starts.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::error::Error;
use super::limit::Limit;
use super::listen::Addresses;
use super::server::Sandbox;
use crate::control::guard::Guard;
use crate::domain::moment::Span;
use crate::session::core::Trace;
use crate::session::journal::Bounds;
use crate::wire::limits::Limits;

/// Describes a sandbox and starts it. Everything has a default: `Sandbox::builder().start_blocking()` serves the default
/// scenario on a free port of 127.0.0.1, with a seed of its own.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is started"]
#[expect(clippy::struct_excessive_bools, reason = "switches, each with a method of its own")]
pub struct Builder {
    pub(super) seed: Option<u64>,
    pub(super) scenario: String,
    pub(super) fixtures: Option<PathBuf>,
    pub(super) data: Option<PathBuf>,
    pub(super) watch: bool,
    pub(super) vendor: Vec<(String, String)>,
    pub(super) addresses: Addresses,
    pub(super) control: bool,
    pub(super) guard: Guard,
    pub(super) trace: Trace,
    pub(super) limits: Limits,
    pub(super) journal: Bounds,
    pub(super) journals: usize,
    pub(super) max_orders: usize,
    pub(super) max_sessions: usize,
    pub(super) session_idle: Span,
    pub(super) strict_sessions: bool,
    pub(super) base_path: String,
    pub(super) auto_pay: Option<Span>,
    pub(super) smtp: Option<SocketAddr>,
    pub(super) callbacks: Vec<(String, String)>,
    pub(super) callback_allow: Vec<String>,
    pub(super) verify_sessions: bool,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            seed: None,
            scenario: "default".to_owned(),
            fixtures: None,
            data: None,
            watch: false,
            vendor: Vec::new(),
            addresses: Addresses::default(),
            control: true,
            guard: Guard::default(),
            trace: Trace::Headers,
            limits: Limits::default(),
            journal: Bounds::default(),
            journals: 128 << 20,
            max_orders: 1_000_000,
            max_sessions: 1_024,
            session_idle: Span::parse("1h").unwrap_or_else(|| unreachable!("an hour fits")),
            strict_sessions: false,
            base_path: String::new(),
            auto_pay: None,
            smtp: None,
            callbacks: Vec::new(),
            callback_allow: Vec::new(),
            verify_sessions: false,
        }
    }
}

impl Builder {
    /// Same seed and same calls, same bytes. Goes before a scenario's own seed; without either, a random one is taken.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// The scenario: a name, the path of a file, or several of either as `a,b`: then each stands in front of the next.
    pub fn scenario(mut self, name_or_file: impl Into<String>) -> Self {
        self.scenario = name_or_file.into();
        self
    }

    /// A folder whose files are laid over the embedded fixtures.
    pub fn fixtures(mut self, folder: impl Into<PathBuf>) -> Self {
        self.fixtures = Some(folder.into());
        self
    }

    /// A folder in which everything is kept: what an answer has told is there after a restart, also after a kill. It is made if it is
    /// not there; one process at a time uses it. A folder goes on with its own seed, and with the scenario, settings and fixtures
    /// that it was made with, or not at all. Without one, nothing is written to disk.
    pub fn data(mut self, folder: impl Into<PathBuf>) -> Self {
        self.data = Some(folder.into());
        self
    }

    /// Looks every half second whether files of the scenario or the folder have changed, and reads them again as
    /// [`Sandbox::reload`] does.
    pub fn watch(mut self) -> Self {
        self.watch = true;
        self
    }

    /// A setting of the replica, such as `("auth", "strict")`. Goes before the scenario's own.
    pub fn vendor(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.vendor.push((key.into(), value.into()));
        self
    }

    /// Binds exactly this address instead of a free port of 127.0.0.1. Port 0 takes a free one.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.addresses.vendor = vec![address];
        self
    }

    /// Binds this address as well, if the machine has it.
    pub fn listen_too(mut self, address: SocketAddr) -> Self {
        self.addresses.vendor.push(address);
        self
    }

    /// Serves the vendor's paths to other machines as well: on all addresses, at the port of [`Builder::listen`]. The control
    /// surface answers to this machine alone, by the addresses of each connection.
    pub fn lan(mut self) -> Self {
        self.addresses.is_lan = true;
        self
    }

    /// Serves the control surface at this address, and no longer beside the vendor's paths.
    pub fn control_listen(mut self, address: SocketAddr) -> Self {
        self.addresses.control = Some(address);
        self
    }

    /// Leaves the control surface out.
    pub fn without_control(mut self) -> Self {
        self.control = false;
        self
    }

    /// Asks for this bearer token on the control surface. Who sends it passes under any Host.
    pub fn control_token(mut self, token: impl Into<String>) -> Self {
        self.guard.token = Some(token.into());
        self
    }

    /// Lets the control surface answer under this Host name as well.
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        self.guard.allow_hosts.push(name.into().to_ascii_lowercase());
        self
    }

    /// Leaves `x-sandbox-…` headers out of the vendor's answers.
    pub fn without_trace_headers(mut self) -> Self {
        self.trace = Trace::Hidden;
        self
    }

    /// Refuses calls that name no session, or one that nobody made.
    pub fn strict_sessions(mut self) -> Self {
        self.strict_sessions = true;
        self
    }

    /// Puts all of the vendor's paths below this one, such as `/fms`, where the vendor's test host seems to have them.
    pub fn base_path(mut self, path: impl Into<String>) -> Self {
        self.base_path = path.into();
        self
    }

    /// Pays by itself what is ordered, so long after the order on the session's clock: the sandbox then plays the partner's
    /// server. Goes before a scenario's own payer.
    pub fn auto_pay(mut self, after: Duration) -> Self {
        self.auto_pay = u64::try_from(after.as_millis()).ok().and_then(Span::from_millis);
        self
    }

    /// Sends every mail that arrives to a mail catcher on this machine as well; any other address is refused at the start.
    pub fn smtp(mut self, catcher: SocketAddr) -> Self {
        self.smtp = Some(catcher);
        self
    }

    /// Posts what happens to SIMs to a server of yours, in every session, unless `PUT …/callbacks` says otherwise: a kind such as
    /// `uplink-sms`, or `*`, and a URL such as `http://127.0.0.1:9100/hook`.
    pub fn callback(mut self, kind: impl Into<String>, url: impl Into<String>) -> Self {
        self.callbacks.push((kind.into(), url.into()));
        self
    }

    /// Lets callbacks go beyond this machine: `HOST`, `HOST:PORT`, or a network such as `10.1.0.0/16`.
    pub fn callback_allow(mut self, host: impl Into<String>) -> Self {
        self.callback_allow.push(host.into());
        self
    }

    /// Holds each session to what its scenario expects when it is dropped or was idle too long, so that
    /// [`Finished::verify`](crate::Finished::verify) can tell of those as well that are gone by then.
    pub fn verify_sessions(mut self) -> Self {
        self.verify_sessions = true;
        self
    }

    /// Sets a limit.
    pub fn limit(mut self, limit: Limit) -> Self {
        let limits = &mut self.limits;
        match limit {
            // More than the semaphore can count, no machine has.
            Limit::Connections(count) => limits.connections = count.clamp(1, 1 << 20),
            Limit::Head(bytes) => limits.head = bytes,
            Limit::HeadTime(time) => limits.head_time = time,
            Limit::Idle(time) => limits.idle = time,
            Limit::Body(bytes) => limits.body = bytes,
            Limit::BodyTime(time) => limits.body_time = time,
            Limit::Unread(time) => limits.unread = time,
            Limit::InFlight(bytes) => limits.in_flight = bytes,
            Limit::Held(count) => limits.held = count,
            Limit::Drain(time) => limits.drain = time,
            Limit::Journal(entries) => self.journal.entries = entries,
            Limit::Journals(bytes) => self.journals = bytes,
            Limit::Orders(count) => self.max_orders = count,
            Limit::Sessions(count) => self.max_sessions = count,
            Limit::SessionIdle(time) => {
                let millis = u64::try_from(time.as_millis()).ok();
                self.session_idle = millis.and_then(Span::from_millis).unwrap_or(self.session_idle);
            }
        }
        self
    }

    /// Starts the sandbox on a thread of its own and returns once it answers.
    pub fn start_blocking(self) -> Result<Sandbox, Error> {
        let wire = self.assemble()?;
        Sandbox::start(&self.addresses.listens(), wire)
    }

    /// The same from async code. Files are read and addresses bound before it returns; both take milliseconds.
    #[expect(
        clippy::unused_async,
        reason = "the public promise is a future, so that a later start may await"
    )]
    pub async fn start(self) -> Result<Sandbox, Error> {
        self.start_blocking()
    }
}
