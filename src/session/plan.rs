//! What sessions are made of: the catalogue, the scenarios, and what the process was told at its start.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;

use super::core::{Opening, Shared, Trace};
use super::journal::Bounds;
use super::session::Session;
use crate::contract::catalogue::Catalogue;
use crate::document::{Diagnostic, Document};
use crate::domain::dice::Seed;
use crate::domain::moment::{Moment, Span};
use crate::domain::stock::Stock;
use crate::scenario::script::Script;
use crate::scenario::{Lowered, lower};

/// The plan. Immutable.
pub(crate) struct Plan {
    /// What is served.
    pub catalogue: Arc<Catalogue>,
    /// What every world starts with.
    pub stock: Arc<Stock>,
    /// The scenario of sessions that name none.
    pub script: Arc<Script>,
    /// Names and texts of the embedded scenarios.
    pub scenarios: Vec<(&'static str, &'static str)>,
    /// Settings that go before those of any scenario.
    pub vendor: Vec<(String, String)>,
    /// The process's seed.
    pub seed: Seed,
    /// Whether somebody asked for that seed; then it goes before a scenario's own.
    pub seed_was_asked_for: bool,
    /// Whether answers carry `x-sandbox-…` headers.
    pub trace: Trace,
    /// How much a journal keeps.
    pub journal: Bounds,
    /// How many orders a session keeps.
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
    /// Embedded scenarios that somebody has asked for.
    pub named: Mutex<BTreeMap<&'static str, Arc<Script>>>,
}

impl Plan {
    /// The embedded scenario of this name, as this process runs it. `None` if there is none.
    /// It is read once in a process, so that sessions which name it share its world.
    pub(crate) fn named(&self, name: &str) -> Option<Result<Arc<Script>, Vec<Diagnostic>>> {
        let (name, text) = self.scenarios.iter().find(|(known, _)| *known == name)?;
        if let Some(script) = self.named.lock().get(name) {
            return Some(Ok(Arc::clone(script)));
        }
        let script = Document::parse(name, text).and_then(|document| self.read(&document));
        if let Ok(script) = &script {
            self.named.lock().insert(name, Arc::clone(script));
        }
        Some(script)
    }

    /// A scenario that somebody sends.
    pub(crate) fn read(&self, document: &Document<'_>) -> Result<Arc<Script>, Vec<Diagnostic>> {
        let Lowered { mut script, .. } = lower(document, &self.catalogue, &self.stock)?;
        for (key, value) in &self.vendor {
            // They were judged at the start.
            let _ = script.policy.set(key, value);
        }
        Ok(Arc::new(script))
    }

    /// Seed: the request's, else the process's if it was asked for, else the scenario's, else the process's. But for the first
    /// and the third it is mixed with the name, so that sessions differ.
    pub(super) fn seed_and_script(
        &self,
        name: &str,
        seed: Option<u64>,
        script: Option<Arc<Script>>,
    ) -> (Seed, Arc<Script>) {
        let script = script.unwrap_or_else(|| Arc::clone(&self.script));
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
    ) -> Session {
        let opening = Opening {
            name,
            seed,
            catalogue: Arc::clone(&self.catalogue),
            script,
            trace: self.trace,
            journal: self.journal,
            order_limit: self.order_limit,
            epoch,
            shared: self.shared.clone(),
        };
        Session::open(opening, real)
    }
}
