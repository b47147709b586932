//! The builder: everything that can be said before a sandbox starts.

use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Mutex, RwLock};

use super::error::{Error, ErrorKind};
use super::files::{Given, Source};
use super::folder::{Beginning, Data, begin};
use super::limit::Limit;
use super::listen::Addresses;
use super::server::Sandbox;
use super::setting::bad_setting;
use crate::contract::callback::Kind;
use crate::control::Control;
use crate::control::guard::Guard;
use crate::courier::smtp::Smtp;
use crate::courier::{callbacks, target};
use crate::domain::dice::Seed;
use crate::domain::moment::Span;
use crate::domain::payment::Payer;
use crate::domain::policy::Policy;
use crate::domain::stage::Report;
use crate::session::archive::Archive;
use crate::session::callbacks::outlet::Outlet;
use crate::session::clock::real_now;
use crate::session::core::{Shared, Trace};
use crate::session::coverage::total::Total;
use crate::session::journal::Bounds;
use crate::session::letter::Post;
use crate::session::plan::Plan;
use crate::session::registry::Registry;
use crate::wire::Wire;
use crate::wire::limits::Limits;

/// Describes a sandbox and starts it. Everything has a default: `Sandbox::builder().start_blocking()` serves the default
/// scenario on a free port of 127.0.0.1, with a seed of its own.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is started"]
#[expect(clippy::struct_excessive_bools, reason = "switches, each with a method of its own")]
pub struct Builder {
    seed: Option<u64>,
    scenario: String,
    fixtures: Option<PathBuf>,
    data: Option<PathBuf>,
    watch: bool,
    vendor: Vec<(String, String)>,
    addresses: Addresses,
    control: bool,
    guard: Guard,
    trace: Trace,
    limits: Limits,
    journal: Bounds,
    journals: usize,
    max_orders: usize,
    max_sessions: usize,
    session_idle: Span,
    strict_sessions: bool,
    base_path: String,
    auto_pay: Option<Span>,
    smtp: Option<SocketAddr>,
    callbacks: Vec<(String, String)>,
    callback_allow: Vec<String>,
    verify_sessions: bool,
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

    /// Everything but the sockets.
    pub(crate) fn assemble(&self) -> Result<Wire, Error> {
        if let Some(token) = self.guard.token.as_deref()
            && (token.trim() != token
                || token.is_empty()
                || !token.bytes().all(|byte| byte.is_ascii_graphic()))
        {
            let message =
                "a control token has visible ASCII characters only, and at least one; is its variable set?";
            return Err(Error::new(ErrorKind::Usage, message));
        }
        self.addresses.check(self.control, self.guard.token.is_some())?;
        check_base_path(&self.base_path)?;
        for (key, value) in &self.vendor {
            Policy::default().set(key, value).map_err(|bad| bad_setting(key, value, bad))?;
        }
        let given = Given {
            scenario: self.scenario.clone(),
            folder: self.fixtures.clone(),
            base_path: self.base_path.clone(),
            vendor: self.vendor.clone(),
        };
        let (source, magic, current) = Source::open(given)?;
        if self.watch && !source.has_files() {
            let message =
                "there is no file to watch: name one with --scenario FILE, or a folder with --fixtures DIR";
            return Err(Error::new(ErrorKind::Usage, message));
        }
        let data = self.data.as_deref().map(Data::open).transpose()?;
        let kept = data.as_ref().and_then(Data::seed);
        let seed = self.seed.or(kept.map(|(seed, _)| seed)).or(current.script().seed);
        let seed = seed.unwrap_or_else(random_seed);
        let seed_was_asked_for = kept.map_or(self.seed.is_some(), |(_, asked)| asked);
        let now = Beginning {
            seed,
            seed_was_asked_for,
            scenario: current.loaded().scenario.clone(),
            settings: self.vendor.clone(),
            fixtures: self.fixtures.clone(),
        };
        let (store, contents) = begin(data, &now, current.loaded(), self.max_orders)?;
        let coverage = Arc::new(Total::new(&current.loaded().catalogue, &magic));
        let plan = Plan {
            catalogue: Arc::clone(&current.loaded().catalogue),
            current: RwLock::new(current),
            files: source.files(self.watch),
            trouble: Mutex::default(),
            seed: Seed(seed),
            seed_was_asked_for,
            trace: self.trace,
            journal: self.journal,
            order_limit: self.max_orders,
            max_sessions: self.max_sessions,
            idle: self.session_idle,
            strict_sessions: self.strict_sessions,
            verify_sessions: self.verify_sessions,
            shared: Shared {
                coverage,
                magic,
                census: Arc::default(),
                archive: Arc::new(Archive::new(self.journals)),
                alarm: Arc::default(),
                post: self.smtp.map(post).transpose()?,
                outlet: Some(Arc::new(self.outlet()?)),
                auto_pay: self.auto_pay.map(|after| Payer { after, report: Report::Succeeded }),
                store,
            },
        };
        let registry = Registry::new(plan, contents, real_now());
        let guard = Guard { token_only: self.addresses.opens_control().is_some(), ..self.guard.clone() };
        let control = self.control.then(|| Control::new(guard));
        Ok(Wire::new(registry, control, self.limits.clone()))
    }
}

impl Builder {
    /// What takes callbacks to a server of the user's.
    fn outlet(&self) -> Result<Outlet, Error> {
        let usage = |message: String| Error::new(ErrorKind::Usage, message);
        let allowed = self.callback_allow.iter().map(|host| {
            target::read_allowed(host)
                .map_err(|refused| usage(format!("callbacks cannot be allowed there: {refused}")))
        });
        let outlet = callbacks::outlet(allowed.collect::<Result<_, _>>()?, self.callbacks.clone());
        for (kind, url) in &self.callbacks {
            if kind != "*" && Kind::named(kind).is_none() {
                return Err(usage(format!(
                    "no callback is called {kind:?}; there are {}, and * for all",
                    Kind::words()
                )));
            }
            (outlet.judge)(url).map_err(|unfit| {
                usage(format!("callbacks cannot go to {url}: {}. {}", unfit.why, unfit.help))
            })?;
        }
        Ok(outlet)
    }
}

/// What takes mails to a mail catcher.
fn post(catcher: SocketAddr) -> Result<Arc<Post>, Error> {
    let smtp = Smtp::to(catcher)
        .map_err(|error| Error::new(ErrorKind::Usage, error.to_string()).caused_by(error))?;
    Ok(Arc::new(Box::new(move |letter| smtp.send(letter))))
}

/// A base path is a fixed beginning: no pattern, no slash at its end.
pub(super) fn check_base_path(path: &str) -> Result<(), Error> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let starts_like_ours = path == "/s" || path.starts_with("/s/") || path.starts_with("/__sandbox");
    if path.is_empty()
        || (path.starts_with('/')
            && !path.ends_with('/')
            && !path.contains("//")
            && path.bytes().all(is_plain)
            && !starts_like_ours)
    {
        return Ok(());
    }
    let message =
        format!("{path:?} is no base path: write one like /fms, with a slash in front and none at its end");
    Err(Error::new(ErrorKind::Usage, message))
}

/// A seed that a person can type again: 53 bits, so that every JSON reader keeps it.
///
/// Taken from the keys that the system gives to hash maps: that needs neither a device file nor a dynamic loader, and a static program
/// in an empty root has neither.
fn random_seed() -> u64 {
    RandomState::new().hash_one(()) >> 11
}
