//! What steered a session from outside of its calls since its epoch began, in its order and within bounds: without it, the journal
//! alone would not say why the answers were what they were.

use std::sync::Arc;

use http::Method;

use super::core::Core;
use super::session::Session;
use crate::domain::moment::Moment;
use crate::scenario::script::Script;

/// Most steps that are kept.
const MOST_STEPS: usize = 1_000;
/// Most bytes of all of them together.
const MOST_BYTES: usize = 1 << 20;

/// The steps of an epoch.
pub(super) struct Steps {
    /// The scenario with which it began.
    pub(super) script: Arc<Script>,
    /// Why they are not all that happened.
    pub(super) gap: Option<Gap>,
    pub(super) list: Vec<Step>,
    bytes: usize,
    /// Where the change stands that is being made.
    mark: Option<Mark>,
}

/// Why steps do not tell the whole story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// The epoch did not begin at the beginning.
    Copied,
    /// There were more than are kept.
    TooMany,
    /// The process was started again meanwhile.
    Restarted,
}

/// A place between two turns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    /// The turn before it; 0 before the first.
    pub(super) turn: u64,
    /// The moment that the world had reached.
    pub(super) at: Moment,
}

/// One step.
#[derive(Clone)]
pub(super) struct Step {
    pub(super) mark: Mark,
    pub(super) what: What,
}

/// What was done.
#[derive(Clone)]
pub(super) enum What {
    /// What the control surface was asked for, or would have been.
    Words(Arc<Words>),
    /// Another scenario over the world as it was.
    Scenario(Arc<Script>),
}

/// A call of the control surface.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    /// Its method.
    pub method: Method,
    /// Its path below the session's.
    pub path: String,
    /// Its body as it came.
    pub body: String,
}

impl Words {
    /// A POST.
    pub(crate) fn post(path: impl Into<String>, body: impl Into<String>) -> Self {
        Self { method: Method::POST, path: path.into(), body: body.into() }
    }
}

impl Steps {
    /// None yet, of an epoch that begins with this scenario.
    pub(super) fn under(script: &Arc<Script>) -> Self {
        Self { script: Arc::clone(script), gap: None, list: Vec::new(), bytes: 0, mark: None }
    }

    fn remember(&mut self, mark: Mark, what: What) {
        let weight = match &what {
            What::Words(words) => words.path.len() + words.body.len(),
            What::Scenario(script) => script.source.text.len(),
        };
        self.bytes = self.bytes.saturating_add(weight + size_of::<Step>());
        if self.list.len() >= MOST_STEPS || self.bytes > MOST_BYTES {
            self.gap = self.gap.or(Some(Gap::TooMany));
        }
        // What has a gap is never told, so the rest of it is of no use.
        if self.gap.is_some() {
            self.list = Vec::new();
        } else {
            self.list.push(Step { mark, what });
        }
    }
}

impl Core {
    /// Something is being changed from outside of a call, now.
    pub(super) fn mark(&mut self) {
        self.steps.mark = Some(Mark { turn: self.turn, at: self.world.now() });
    }

    /// Another scenario is laid over the world, now.
    pub(super) fn mark_scenario(&mut self, script: &Arc<Script>) {
        let mark = Mark { turn: self.turn, at: self.world.now() };
        self.steps.remember(mark, What::Scenario(Arc::clone(script)));
    }
}

impl Session {
    /// Does something from outside of a call, and remembers the words for it if it changed anything. One at a time, so that each
    /// finds its own place between the turns.
    pub(crate) fn steer<T>(&self, words: impl FnOnce() -> Words, act: impl FnOnce() -> T) -> T {
        let _one_at_a_time = self.recording.lock();
        let done = act();
        let steps = &mut self.core.lock().steps;
        // A new epoch has nothing to remember of the old one.
        if let Some(mark) = steps.mark.take() {
            steps.remember(mark, What::Words(Arc::new(words())));
        }
        done
    }
}
