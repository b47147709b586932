//! Files of the start, read again: what that changes for sessions that are there, and for those to come.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;

use super::plan::Current;
use super::registry::Registry;
use crate::domain::moment::Moment;

/// What came of reading the files again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Reloaded {
    /// Files that are not as they were when they were last read.
    pub changed: Vec<String>,
    /// Files that are gone: what they last held goes on.
    pub missing: Vec<String>,
    /// Files that are not as they were at the start, and are taken at the next start only: cards and codes.
    pub needs_restart: Vec<String>,
    /// Sessions that took new rules.
    pub sessions: Vec<Renewed>,
}

/// A session that took new rules over its world as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Renewed {
    /// The session's name.
    pub name: String,
    /// Its scenario.
    pub scenario: String,
    /// What of the scenario belongs to the beginning of a world, and counts after a reset.
    pub not_taken: Vec<&'static str>,
}

/// Reads the files again; what is wrong with them, drawn, if they cannot be used.
pub(crate) type Read = Box<dyn Fn(&Registry, Moment) -> Result<Reloaded, String> + Send + Sync>;

/// Looks once whether they have changed, and reads them again if they have.
pub(crate) type Look = Box<dyn Fn(&Registry, Moment) + Send + Sync>;

/// The files of the start, handed in by whoever knows files.
pub(crate) struct Files {
    /// Reads them again.
    pub read: Read,
    /// Looks after them, if somebody asked for that.
    pub look: Option<Look>,
}

/// Whom a change concerns.
pub(crate) enum Concerns {
    /// Every scenario of the library: the worlds or bodies that they are made of are others.
    All,
    /// Those that these scenarios went into.
    Those(BTreeSet<String>),
}

impl Registry {
    /// Reads the files of the start again, all or none. If they cannot be used, that is remembered until they can.
    pub(crate) fn reload(&self, real: Moment) -> Result<Reloaded, String> {
        let plan = self.plan();
        let reloaded = (plan.files.read)(self, real);
        *plan.trouble.lock() = reloaded.as_ref().err().map(|trouble| Arc::from(trouble.as_str()));
        reloaded
    }

    /// Puts what was read again in place. Sessions that run a scenario which this concerns take its rules, settings and
    /// expectations over their worlds as they are.
    pub(crate) fn exchange(&self, current: Current, concerns: &Concerns, real: Moment) -> Vec<Renewed> {
        let old = self.plan().exchange(current);
        let new = self.plan().loaded();
        let mut renewed = Vec::new();
        for session in self.all() {
            let running = session.script();
            // What was sent as a document is nobody's file.
            let Some(key) = &running.key else { continue };
            let is_concerned = match concerns {
                Concerns::All => true,
                Concerns::Those(names) => running.made_of.iter().any(|name| names.contains(name)),
            };
            // The file of the start may have given itself another name.
            let key = if *key == old.loaded().scenario { &new.scenario } else { key };
            let Some(script) = new.named(key).ok().filter(|_| is_concerned) else { continue };
            renewed.push(Renewed {
                name: session.name().to_owned(),
                scenario: script.name.clone(),
                not_taken: script.belongs_to_the_beginning(),
            });
            session.keep_world(script, real);
        }
        renewed
    }
}
