//! A scenario's meaning: where its world begins, and what its rules decide for each call.

use std::sync::{Arc, OnceLock};

use http::{HeaderMap, HeaderName, Method, StatusCode};
use serde_json::Value;

use super::condition::{Conditions, Path};
use super::emission::Emission;
use super::expect::Expectation;
use super::fault::{Fault, Hold};
use super::file::{ClockMode, ExpireSpec, Outcome, PayWord, ProfileChange, UserChange};
use super::matcher::Matcher;
use super::verdict::Instead;
use crate::contract::call::Call;
use crate::contract::world_file::PackageChange;
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
    /// The name, or names, by which it was asked for; `None` if it was sent as a document.
    pub key: Option<String>,
    /// The scenarios of the library that went into it.
    pub made_of: Vec<String>,
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
    /// Where callbacks go: kinds or `*`, and URLs or `stand-in`.
    pub callbacks: Vec<(String, String)>,
    /// Its rules, in the order of the file.
    pub rules: Vec<Arc<Rule>>,
    /// What a client does.
    pub calls: Vec<PlannedCall>,
    /// What has to be true afterwards.
    pub expect: Vec<Expectation>,
    /// Whether it was recorded: then its calls are all that moves the clock.
    pub is_recorded: bool,
    /// What it was read from.
    pub source: Source,
    /// Tells its starting world from others, once somebody has asked.
    pub(super) stock_digest: OnceLock<String>,
}

impl Script {
    /// Tells the world with which it begins from others: the same packages, accounts and SIMs have the same.
    pub(crate) fn stock_digest(&self) -> &str {
        use md5::{Digest, Md5};
        self.stock_digest.get_or_init(|| {
            let digest = Md5::digest(format!("{:?}", self.stock));
            format!("{:016x}", u64::from_be_bytes(*digest.first_chunk().unwrap_or(&[0; 8])))
        })
    }
}

/// What a scenario was read from: enough to read it again where nothing else is known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Source {
    /// The text.
    pub text: String,
    /// Scenarios of files that it uses: what each file is called, and its text.
    pub beside: Vec<(String, String)>,
    /// Settings of the process that go before its own.
    pub vendor: Vec<(String, String)>,
}

/// One rule.
#[derive(Clone)]
pub(crate) struct Rule {
    /// What it is counted by: no two rules of a session have the same.
    pub key: u64,
    /// Its name.
    pub id: Arc<str>,
    /// Its name beside rules of other scenarios: `flaky/every-third`, or `armed/…` of one that was armed.
    pub label: Arc<str>,
    /// The endpoints and mails that it names, by place.
    pub on: Vec<usize>,
    /// When it holds at all, on the session's clock.
    pub(super) window: Option<Window>,
    /// Conditions of it.
    pub when: Conditions,
    pub(super) over: Option<Over>,
    pub(super) chance: Option<f64>,
    pub(super) times: Times,
    /// Whether it acts before the caller is known.
    pub(super) is_early: bool,
    /// What it decides; `None` only watches.
    pub(super) decision: Option<(Instead, Vec<Fault>)>,
    pub(super) then: Option<Then>,
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

/// Too many calls.
#[derive(Clone, Debug)]
pub(super) struct Over {
    pub(super) limit: usize,
    pub(super) window: Span,
    pub(super) per: Option<Per>,
}

/// What a rule counts by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Per {
    /// The order that the call names.
    Order,
    /// The account that calls, or that a login names.
    User,
    /// A field of the call.
    Field(Path),
}

#[derive(Clone, Debug, Default)]
pub(super) struct Times {
    pub(super) skip: u64,
    pub(super) first: Option<u64>,
    pub(super) every: Option<u64>,
    pub(super) per: Option<Per>,
}

/// What happens after a call that a rule fired on.
#[derive(Clone)]
pub(crate) struct Then {
    pub(super) set: Vec<(String, Value)>,
    /// What ends before its time.
    pub expire: Option<ExpireSpec>,
    /// What is changed.
    pub change: Option<Change>,
    /// What the partner's server is told.
    pub emit: Option<Arc<Emission>>,
    /// How far the clock moves.
    pub advance: Option<Span>,
    /// A rule that is armed.
    pub arm: Option<Arc<Rule>>,
    pub(super) only_if: Outcome,
}

/// A change of something that the call addresses.
#[derive(Clone)]
pub(crate) enum Change {
    /// The order.
    Order(PayWord),
    /// The account.
    User(UserChange),
    /// The package.
    Package(Arc<PackageChange>),
    /// The profile of the order.
    Profile(ProfileChange),
    /// The token ends.
    Token,
}

/// What a client does.
pub(crate) struct PlannedCall {
    /// Where in the file.
    pub pointer: String,
    /// What is called.
    pub what: Planned,
    /// How often.
    pub repeat: u32,
    /// How far the clock moves before.
    pub advance: Option<Span>,
    /// To when the clock moves before.
    pub at: Option<Moment>,
    /// Values to keep: name, place in the answer.
    pub save: Vec<(String, Path)>,
    /// What has to be true of the answer.
    pub expect: Vec<(AnswerPart, Matcher)>,
}

/// What is called.
pub(crate) enum Planned {
    /// Nothing: only the clock moves.
    Nothing,
    /// An endpoint by its place, with its card's example.
    Example {
        /// The place.
        endpoint: usize,
        /// Merged into the example, wherever its fields travel.
        fields: serde_json::Map<String, Value>,
        /// Headers.
        headers: HeaderMap,
    },
    /// These very bytes.
    Raw(RawCall),
    /// The control surface.
    Control(ControlCall),
}

/// A call to the byte.
pub(crate) struct RawCall {
    /// The request, with what was known of it before it was read.
    pub call: Call,
    /// With which status and in which words it is refused before it is read, if it is.
    pub refused: Option<(StatusCode, String)>,
}

/// A call of the control surface.
pub(crate) struct ControlCall {
    /// Its method.
    pub method: Method,
    /// Its path below the session's.
    pub path: String,
    /// Its body, if it has one.
    pub body: Option<Value>,
}

/// A part of an answer.
pub(crate) enum AnswerPart {
    /// The HTTP status.
    Status,
    /// How it ends on the wire.
    Wire,
    /// What is done to it on its way, in the journal's words.
    Faults,
    /// A header.
    Header(String, HeaderName),
    /// A place in the body, as it was written.
    Body(String, Path),
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
    /// The rule that this one arms, with a key of its own: `None` if it arms none.
    pub(super) fn arms(&self) -> Option<Arc<Self>> {
        let armed = self.then.as_ref()?.arm.as_ref()?;
        Some(Arc::new(Self { key: key_of_armed(self.key), ..Self::clone(armed) }))
    }

    /// How it makes calls wait for each other, if it does.
    pub(crate) fn hold(&self) -> Option<Hold> {
        let (_, wire) = self.decision.as_ref()?;
        wire.iter().find_map(|fault| if let Fault::Hold(hold) = fault { Some(*hold) } else { None })
    }

    /// Whether nothing but `on` keeps it from firing.
    fn fires_always(&self) -> bool {
        let is_bound = self.window.is_some() || self.over.is_some() || self.chance.is_some();
        self.when.is_empty() && self.times.is_always() && !is_bound
    }

    /// Whether it decides whatever it matches, every time.
    pub(super) fn decides_all(&self) -> bool {
        self.decision.is_some() && self.fires_always()
    }
}

/// Keys of rules that wait to be armed by another rule lie here.
const WAITING: u64 = 1 << 62;

/// The key of the rule that the one with this key arms. Rules that arm rules that arm rules count up in the last four bits.
fn key_of_armed(key: u64) -> u64 {
    if key & WAITING == 0 { WAITING | (key << 4) } else { key + 1 }
}

/// The key of the rule of a file, or of one that was armed, to which a key belongs.
pub(super) fn root(key: u64) -> u64 {
    if key & WAITING == 0 { key } else { (key & !WAITING) >> 4 }
}
