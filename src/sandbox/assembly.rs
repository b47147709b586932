//! What a builder makes of all that was said: everything but the sockets, judged in one place before anything starts.

use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;
use std::sync::Arc;

use parking_lot::{Mutex, RwLock};

use super::builder::Builder;
use super::error::{Error, ErrorKind};
use super::files::{Given, Source};
use super::folder::{Beginning, Data, begin};
use super::setting::bad_setting;
use crate::contract::callback::Kind;
use crate::control::Control;
use crate::control::guard::Guard;
use crate::courier::smtp::Smtp;
use crate::courier::{callbacks, target};
use crate::domain::dice::Seed;
use crate::domain::payment::Payer;
use crate::domain::policy::Policy;
use crate::domain::stage::Report;
use crate::session::archive::Archive;
use crate::session::callbacks::outlet::Outlet;
use crate::session::clock::real_now;
use crate::session::core::Shared;
use crate::session::coverage::total::Total;
use crate::session::letter::Post;
use crate::session::plan::Plan;
use crate::session::registry::Registry;
use crate::wire::Wire;

impl Builder {
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
