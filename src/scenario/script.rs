//! A scenario's meaning: where its world begins, and what its rules decide for each call.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::HeaderMap;
use http::header::HeaderName;
use serde_json::Value;

use super::fault::Fault;
use super::file::{ClockMode, ExpireSpec, Outcome, PerSpec};
use super::matcher::Matcher;
use super::verdict::Instead;
use crate::domain::moment::{Moment, Span};
use crate::domain::order::Numbers;
use crate::domain::payment::Payer;
use crate::domain::policy::Policy;
use crate::domain::profile::Supply;
use crate::domain::stock::Stock;

/// A compiled scenario. Immutable: what changes while it runs is a `Progress`.
pub(crate) struct Script {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub note: Option<String>,
    /// Its seed, if it names one.
    pub seed: Option<u64>,
    /// The clock's first moment, if it names one.
    pub start: Option<Moment>,
    /// Whether time runs by itself.
    pub clock: ClockMode,
    /// The replica's settings.
    pub policy: Policy,
    /// Somebody who pays by himself.
    pub payer: Option<Payer>,
    /// Pinned numbers.
    pub numbers: Option<Numbers>,
    /// What is in the world.
    pub stock: Arc<Stock>,
    /// Its profiles.
    pub supply: Supply,
    /// Whether it says anything of the starting world.
    pub changes_world: bool,
    /// Its rules, in the order of the file.
    pub rules: Vec<Arc<Rule>>,
    /// What a client does.
    pub calls: Vec<PlannedCall>,
    /// What has to be true afterwards.
    pub expect: Vec<Expectation>,
}

/// One rule.
pub(crate) struct Rule {
    /// What it is counted by: no two rules of a session have the same.
    pub key: u64,
    /// Its name.
    pub id: Arc<str>,
    /// The endpoints and mails that it names, by place.
    pub on: Vec<usize>,
    pub(super) when: Conditions,
    pub(super) times: Times,
    /// When it holds at all, on the session's clock.
    pub(super) window: Option<Window>,
    /// What it decides; `None` only watches.
    pub(super) decision: Option<(Instead, Vec<Fault>)>,
    pub(super) then: Option<Then>,
}

/// Conditions that must all hold.
#[derive(Debug, Default)]
pub(crate) struct Conditions {
    pub(super) header: Vec<(HeaderName, Matcher)>,
    pub(super) body: Vec<(Path, Matcher)>,
    pub(super) state: Vec<(String, Matcher)>,
}

/// A stretch of the session's clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) from: Begin,
    pub(super) length: Span,
}

/// When a window begins.
#[derive(Clone, Copy, Debug)]
pub(super) enum Begin {
    /// So long after the session's beginning.
    After(Span),
    /// At this moment.
    At(Moment),
}

/// A place in a JSON document.
#[derive(Clone, Debug)]
pub(crate) struct Path(Vec<String>);

#[derive(Debug, Default)]
pub(super) struct Times {
    pub(super) skip: u64,
    pub(super) first: Option<u64>,
    pub(super) every: Option<u64>,
    pub(super) per: Option<PerSpec>,
}

pub(super) struct Then {
    pub(super) set: Vec<(String, Value)>,
    pub(super) expire: Option<ExpireSpec>,
    pub(super) only_if: Outcome,
}

/// What a client does.
pub(crate) struct PlannedCall {
    /// Where in the file.
    pub pointer: String,
    /// Which endpoint, by place; `None` only moves the clock.
    pub endpoint: Option<usize>,
    /// Merged into the card's example, wherever its fields travel.
    pub fields: serde_json::Map<String, Value>,
    /// Headers.
    pub headers: HeaderMap,
    /// How often.
    pub repeat: u32,
    /// How far the clock moves before.
    pub advance: Option<Span>,
    /// Values to keep: name, place in the answer.
    pub save: Vec<(String, Path)>,
    /// What has to be true of the answer.
    pub expect: Vec<(AnswerPart, Matcher)>,
}

/// A part of an answer.
pub(crate) enum AnswerPart {
    /// The HTTP status.
    Status,
    /// How it ends on the wire.
    Wire,
    /// A place in the body, as it was written.
    Body(String, Path),
}

/// What has to be true after the calls.
pub(crate) struct Expectation {
    /// Where in the file.
    pub pointer: String,
    /// What is counted.
    pub of: Counted,
    /// How many there have to be.
    pub count: Matcher,
}

/// What an expectation counts.
pub(crate) enum Counted {
    /// Calls to these endpoints, under these conditions.
    Calls(Vec<usize>, Conditions),
    /// Orders whose fields are so.
    Orders(Vec<(String, Matcher)>),
    /// Mails whose fields are so.
    Mails(Vec<(String, Matcher)>),
}

impl Path {
    /// Reads `data.id` or `/data/id`.
    pub(crate) fn parse(text: &str) -> Self {
        match text.strip_prefix('/') {
            Some(rest) => {
                Self(rest.split('/').map(|part| part.replace("~1", "/").replace("~0", "~")).collect())
            }
            None => Self(text.split('.').map(str::to_owned).collect()),
        }
    }

    /// What is there.
    pub(crate) fn find<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(value, |value, part| match value {
            Value::Object(object) => object.get(part),
            Value::Array(list) => list.get(part.parse::<usize>().ok()?),
            _ => None,
        })
    }
}

impl Conditions {
    /// Whether a body has to be looked at.
    pub(crate) fn look_at_body(&self) -> bool {
        !self.body.is_empty()
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.header.is_empty() && self.body.is_empty() && self.state.is_empty()
    }

    /// Whether all of them hold.
    pub(crate) fn hold(
        &self,
        headers: &HeaderMap,
        body: Option<&Value>,
        state: &BTreeMap<String, Value>,
    ) -> bool {
        let header = |(name, matcher): &(HeaderName, Matcher)| {
            let value = headers
                .get(name)
                .map(|value| Value::String(String::from_utf8_lossy(value.as_bytes()).into()));
            matcher.accepts(value.as_ref())
        };
        self.header.iter().all(header)
            && self.state.iter().all(|(name, matcher)| matcher.accepts(state.get(name)))
            && self.body.iter().all(|(path, matcher)| matcher.accepts(body.and_then(|body| path.find(body))))
    }
}

impl Window {
    /// Whether it is open: its first moment belongs to it, its last does not.
    pub(super) fn is_open(&self, now: Moment, opened: Moment) -> bool {
        let from = match self.from {
            Begin::After(span) => opened.plus(span),
            Begin::At(moment) => Some(moment),
        };
        let within = |from: Moment| now >= from && from.plus(self.length).is_none_or(|end| now < end);
        from.is_some_and(within)
    }
}

impl Times {
    /// Whether the n-th match, from 1, fires.
    pub(super) fn fires(&self, nth: u64) -> bool {
        let Some(nth) = nth.checked_sub(self.skip).filter(|nth| *nth > 0) else {
            return false;
        };
        self.first.is_none_or(|first| nth <= first) && self.every.is_none_or(|every| nth % every == 0)
    }

    /// Whether every match fires.
    pub(super) fn is_always(&self) -> bool {
        self.skip == 0 && self.first.is_none() && self.every.is_none()
    }
}

impl Script {
    /// The keys of its file that can only be taken at the beginning of a world.
    pub(crate) fn belongs_to_the_beginning(&self) -> Vec<&'static str> {
        let parts = [
            ("seed", self.seed.is_some()),
            ("clock", self.start.is_some() || self.clock == ClockMode::Frozen),
            ("numbers", self.numbers.is_some()),
            ("world", self.changes_world),
        ];
        parts.into_iter().filter(|(_, there)| *there).map(|(key, _)| key).collect()
    }
}

impl Rule {
    /// Whether it decides whatever it matches, every time.
    pub(super) fn decides_all(&self) -> bool {
        self.decision.is_some() && self.when.is_empty() && self.times.is_always() && self.window.is_none()
    }
}
