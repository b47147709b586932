//! What sessions are made of: the catalogue, the scenarios, and what the process was told at its start.

use std::sync::Arc;

use parking_lot::{Mutex, RwLock};

use super::core::{Opening, Shared, Trace};
use super::journal::Bounds;
use super::keeping::reading::Restored;
use super::loaded::{Loaded, Unfit};
use super::reload::Files;
use super::session::Session;
use crate::contract::catalogue::Catalogue;
use crate::domain::dice::Seed;
use crate::domain::moment::{Moment, Span};
use crate::scenario::script::Script;

/// The plan. Immutable, but for what a reload reads again.
pub(crate) struct Plan {
    /// What is served.
    pub catalogue: Arc<Catalogue>,
    /// What was read from files.
    pub current: RwLock<Current>,
    /// Reads them again.
    pub files: Files,
    /// Why they could not be read again when somebody last tried; the last good ones are kept.
    pub trouble: Mutex<Option<Arc<str>>>,
    /// The process's seed.
    pub seed: Seed,
    /// Whether somebody asked for that seed; then it goes before a scenario's own.
    pub seed_was_asked_for: bool,
    /// Whether answers carry `x-sandbox-…` headers.
    pub trace: Trace,
    /// How much a journal keeps.
    pub journal: Bounds,
    /// How many orders all sessions may keep together.
    pub order_limit: usize,
    /// How many sessions may live beside the default one.
    pub max_sessions: usize,
    /// How long a session may be idle.
    pub idle: Span,
    /// Whether each session is held to its expectations when it goes.
    pub verify_sessions: bool,
    /// Whether a call has to name a session that was made.
    pub strict_sessions: bool,
    /// What its sessions share beside the catalogue.
    pub shared: Shared,
}

/// What was read from files, and the scenario of sessions that name none.
pub(crate) struct Current {
    loaded: Arc<Loaded>,
    script: Arc<Script>,
}

impl Current {
    /// Takes what was read, if the scenario of sessions that name none can be used.
    pub(crate) fn of(loaded: Loaded) -> Result<Self, Unfit> {
        let script = loaded.named(&loaded.scenario)?;
        Ok(Self { loaded: Arc::new(loaded), script })
    }

    /// What was read from files.
    pub(crate) fn loaded(&self) -> &Loaded {
        &self.loaded
    }

    /// The scenario of sessions that name none.
    pub(crate) fn script(&self) -> &Arc<Script> {
        &self.script
    }
}

impl Plan {
    /// What was read from files, as it is now.
    pub(crate) fn loaded(&self) -> Arc<Loaded> {
        Arc::clone(&self.current.read().loaded)
    }

    /// The scenario of sessions that name none, as it is now.
    pub(crate) fn script(&self) -> Arc<Script> {
        Arc::clone(&self.current.read().script)
    }

    /// Why a script may be behind its files: they could not be read again when somebody last tried.
    pub(crate) fn trouble_of(&self, script: &Script) -> Option<Arc<str>> {
        let loaded = self.loaded();
        let is_own = |name: &String| loaded.library.find(name).is_some_and(|entry| entry.is_own);
        // What was sent as a document is nobody's file, and cannot be behind one.
        let key = script.key.as_ref()?;
        let is_concerned = *key == loaded.scenario || script.made_of.iter().any(is_own);
        self.trouble.lock().clone().filter(|_| is_concerned)
    }

    /// Puts what was read again in the place of what was read before, which is given back.
    pub(super) fn exchange(&self, current: Current) -> Current {
        std::mem::replace(&mut *self.current.write(), current)
    }

    /// Seed: the request's, else the process's if it was asked for, else the scenario's, else the process's. But for the first
    /// and the third it is mixed with the name, so that sessions differ.
    pub(super) fn seed_and_script(
        &self,
        name: &str,
        seed: Option<u64>,
        script: Option<Arc<Script>>,
    ) -> (Seed, Arc<Script>) {
        let script = script.unwrap_or_else(|| self.script());
        let own = script.seed.filter(|_| !self.seed_was_asked_for);
        let seed = seed.or(own).map_or_else(|| self.seed.of_session(name), Seed);
        (seed, script)
    }

    pub(super) fn open(
        &self,
        name: String,
        seed: Seed,
        script: Arc<Script>,
        epoch: u64,
        real: Moment,
    ) -> Arc<Session> {
        let opening = Opening { epoch, ..self.opening(name, seed, script) };
        Session::open(opening, real)
    }

    /// Opens a session as it was when it was kept.
    pub(super) fn open_again(&self, restored: Restored, real: Moment) -> Arc<Session> {
        let Restored { name, seed, script, place, core } = restored;
        let epoch = core.epoch;
        let opening = Opening { epoch, restored: Some((core, place)), ..self.opening(name, seed, script) };
        Session::open(opening, real)
    }

    fn opening(&self, name: String, seed: Seed, script: Arc<Script>) -> Opening {
        Opening {
            name,
            seed,
            catalogue: Arc::clone(&self.catalogue),
            script,
            trace: self.trace,
            journal: self.journal,
            order_limit: self.order_limit,
            epoch: 1,
            shared: self.shared.clone(),
            restored: None,
        }
    }
}
