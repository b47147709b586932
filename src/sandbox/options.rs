//! What a new session is to be like, and how it comes to be.

use std::sync::Arc;
use std::time::Duration;

use super::error::{Error, ErrorKind};
use super::handle::SessionHandle;
use crate::document::{Document, draw};
use crate::domain::moment::Span;
use crate::scenario::script::Script;
use crate::session::claims::{BadClaim, Claims, Held};
use crate::session::clock::real_now;
use crate::session::loaded::Unfit;
use crate::session::registry::{Found, NotMade, Order, Registry};
use crate::session::{keeping, name};
use crate::store::Trouble;

/// What a new session is to be like.
#[derive(Clone, Debug)]
pub struct SessionOptions {
    name: String,
    seed: Option<u64>,
    scenario: Option<String>,
    idle: Option<Duration>,
    is_new: bool,
    claims: Vec<(String, String)>,
}

impl SessionOptions {
    /// A session of this name; any text will do.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), seed: None, scenario: None, idle: None, is_new: false, claims: Vec::new() }
    }

    /// Another name than the one it began with.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Its seed; without one, it is computed from the process's seed and the name.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Its scenario: a name, several as `a,b`, or a whole one as JSON.
    #[must_use]
    pub fn scenario(mut self, name_or_document: impl Into<String>) -> Self {
        self.scenario = Some(name_or_document.into());
        self
    }

    /// How long it may be idle.
    #[must_use]
    pub fn idle(mut self, time: Duration) -> Self {
        self.idle = Some(time);
        self
    }

    /// What is its own although it names no session: calls with this `partnerCode`, or with an `email` that fits this pattern, such
    /// as `("email", "*+w3@you.example")`. For a backend that runs for long and cannot choose a session.
    #[must_use]
    pub fn claim(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.claims.push((key.into(), value.into()));
        self
    }

    /// Fails if a session of that name is live.
    pub(super) fn only_new(mut self) -> Self {
        self.is_new = true;
        self
    }

    /// The session, in a registry, with its base URL below this one.
    pub(super) fn open(self, registry: &Registry, base: &str) -> Result<SessionHandle, Error> {
        let name = name::slug(&self.name).ok_or_else(|| {
            Error::new(ErrorKind::Usage, format!("no session name can be made of {:?}", self.name))
        })?;
        let script = self.scenario.map(|scenario| read_scenario(registry, &scenario)).transpose()?;
        let idle = self.idle.and_then(|idle| Span::from_millis(u64::try_from(idle.as_millis()).ok()?));
        let mut claims = Claims::default();
        for (key, value) in &self.claims {
            let bad = |BadClaim { message, help }| Error::new(ErrorKind::Usage, format!("{message}: {help}"));
            claims.add(key, value).map_err(bad)?;
        }
        let order = Order { seed: self.seed, script, idle, claims };
        let session = loop {
            if let Found::Live(session) = registry.find(&name, real_now()) {
                if !self.is_new {
                    break session;
                }
                let message =
                    format!("a session called {name:?} is live already: another test has the same name");
                return Err(Error::new(ErrorKind::Usage, message));
            }
            match registry.make(&name, order.clone(), real_now()) {
                Ok(session) => break session,
                // Another thread made it first.
                Err(NotMade::Taken) => {}
                Err(NotMade::Claimed(Held { holder, claim })) => {
                    let message = format!("the session {holder:?} claims {claim} already");
                    return Err(Error::new(ErrorKind::Usage, message));
                }
                Err(NotMade::NotKept(trouble)) => return Err(not_kept(&trouble)),
                Err(NotMade::TooMany { limit, idlest }) => {
                    let message =
                        format!("{limit} sessions are live; drop some, such as {}", idlest.join(", "));
                    return Err(Error::new(ErrorKind::Usage, message));
                }
            }
        };
        let handle = SessionHandle::of(&session, registry, format!("{base}/s/{name}"));
        handle.settle()?;
        Ok(handle)
    }
}

/// Why something cannot be changed, as an error.
pub(super) fn not_kept(trouble: &Trouble) -> Error {
    Error::new(ErrorKind::Data, keeping::words(trouble))
}

/// A scenario by its name, or a whole one as text.
pub(super) fn read_scenario(registry: &Registry, name_or_document: &str) -> Result<Arc<Script>, Error> {
    let loaded = registry.plan().loaded();
    if !name_or_document.contains('{') {
        return loaded.named(name_or_document).map_err(unfit);
    }
    let invalid = |found: &[_]| Error::new(ErrorKind::InvalidFile, draw(found, name_or_document));
    let document = Document::parse("scenario", name_or_document).map_err(|found| invalid(&found))?;
    loaded.read(&document).map_err(|found| invalid(&found))
}

/// Why a name gives no scenario, as an error.
pub(super) fn unfit(why: Unfit) -> Error {
    match why {
        Unfit::Unknown { name, help } => {
            Error::new(ErrorKind::Usage, format!("no scenario is called {name:?}: {help}"))
        }
        Unfit::Invalid(found, text) => Error::new(ErrorKind::InvalidFile, draw(&found, &text)),
    }
}
