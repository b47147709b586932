//! Rows over calls: counting journal entries, and finding calls in an order.

use std::cell::OnceCell;
use std::cmp::Reverse;
use std::sync::Arc;

use http::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::{Best, Near, State, Thing, Verdict, numbered, wants_more};
use crate::contract::catalogue::Catalogue;
use crate::contract::code::Code;
use crate::scenario::condition::Conditions;
use crate::scenario::count::Count;
use crate::scenario::expect::{AnswerCode, Calls};
use crate::scenario::miss::Miss;
use crate::scenario::sight::{Probe, Sight};
use crate::session::journal::Exchange;
use crate::session::session::Session;

/// How far a call that led nowhere is from the one that is missing: its path may be misspelt.
const NOWHERE: u8 = 2;

/// What the journal still knows.
pub(super) struct Past<'a> {
    catalogue: &'a Catalogue,
    entries: Vec<Entry>,
    dropped: u64,
}

/// A journal entry; headers and body become readable only when a row asks for them.
struct Entry {
    kept: Arc<Exchange>,
    headers: OnceCell<HeaderMap>,
    body: OnceCell<Option<Value>>,
}

/// Whether an entry is a call as it is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    Yes,
    No,
    /// Its body was cut before what the row asks for could be read.
    Cut,
}

impl<'a> Past<'a> {
    pub(super) fn of(session: &'a Session) -> Self {
        let (entries, dropped) = session.journal();
        let entry = |kept| Entry { kept, headers: OnceCell::new(), body: OnceCell::new() };
        Self { catalogue: session.catalogue(), entries: entries.into_iter().map(entry).collect(), dropped }
    }

    /// Whether there are as many calls as there have to be.
    pub(super) fn count(&self, calls: &Calls, count: &Count) -> Verdict {
        let with = |wanted| {
            let entries = self.entries.iter().filter(move |entry| self.fit(entry, calls) == wanted);
            entries.map(|entry| entry.kept.turn).collect::<Vec<u64>>()
        };
        let (turns, cut) = (with(Fit::Yes), with(Fit::Cut).len() as u64);
        let least = turns.len() as u64;
        let state = State::of(count, least, least.saturating_add(cut).saturating_add(self.dropped));
        let nearest = if state == State::Met {
            Vec::new()
        } else if wants_more(count, least) {
            self.nearest(calls, None, &turns)
        } else {
            let mut newest = Best::none();
            for entry in self.entries.iter().filter(|entry| turns.binary_search(&entry.kept.turn).is_ok()) {
                newest.offer(Reverse(entry.kept.turn), || entry.near(Vec::new()));
            }
            newest.take()
        };
        let mut found = numbered(["turn", "turns"], least, &turns);
        if state == State::Unknown {
            found += &self.gap(cut);
        }
        Verdict { state, expected: count.of("call", "calls") + &words(calls), found, nearest }
    }

    /// Whether these calls came in this order. The first that fits is always the right one to take: it leaves the most room.
    pub(super) fn sequence(&self, steps: &[Calls], pointer: &str) -> Verdict {
        let mut turns: Vec<u64> = Vec::new();
        let mut left = self.entries.iter();
        let mut missing = None;
        for step in steps {
            match left.find(|entry| self.fit(entry, step) == Fit::Yes) {
                Some(entry) => turns.push(entry.kept.turn),
                None => {
                    missing = Some(step);
                    break;
                }
            }
        }
        let one = |step: &Calls| format!("a call{}", words(step));
        let expected = steps.iter().map(one).collect::<Vec<_>>().join(", then ");
        let Some(step) = missing else {
            let found = format!("all of {}", numbered(["turn", "turns"], turns.len() as u64, &turns));
            return Verdict { state: State::Met, expected, found, nearest: Vec::new() };
        };
        let any_cut = |step| self.entries.iter().filter(|entry| self.fit(entry, step) == Fit::Cut).count();
        let cut = steps.iter().map(any_cut).sum::<usize>() as u64;
        let found = match &turns[..] {
            [] => format!("not even the first, {}", one(step)),
            [..] => {
                let done = numbered(["turn", "turns"], turns.len() as u64, &turns);
                format!("{done} of {}, and after that never {}", steps.len(), one(step))
            }
        };
        let mut found = format!("{found} (at {pointer}/sequence/{})", turns.len());
        let mut state = State::Unmet;
        if cut + self.dropped > 0 {
            state = State::Unknown;
            found += &self.gap(cut);
        }
        let nearest = self.nearest(step, turns.last().copied(), &turns);
        Verdict { state, expected, found, nearest }
    }

    /// What keeps a row from being decided.
    fn gap(&self, cut: u64) -> String {
        let dropped = format!("the journal dropped {} before", entries(self.dropped));
        let cut_off = format!("{} too long to be kept whole", bodies(cut));
        match (self.dropped, cut) {
            (_, 0) => format!("; {dropped}"),
            (0, _) => format!("; {cut_off}"),
            (_, _) => format!("; {dropped}, and {cut_off}"),
        }
    }

    fn fit(&self, entry: &Entry, calls: &Calls) -> Fit {
        let Calls { on, when, codes } = calls;
        let is_there =
            on.as_ref().is_none_or(|on| entry.kept.endpoint_at.is_some_and(|at| on.endpoints.contains(&at)));
        if !is_there || !self.has_code(entry, codes) {
            return Fit::No;
        }
        // A body that was cut says nothing, not even that something is absent from it.
        if when.look_at_body() && entry.is_cut() {
            let is_open = entry.seen(|sight| when.hold_but_for_the_body(sight));
            return if is_open { Fit::Cut } else { Fit::No };
        }
        if entry.is_as(when) { Fit::Yes } else { Fit::No }
    }

    fn has_code(&self, entry: &Entry, codes: &[AnswerCode]) -> bool {
        let Some(found) = &entry.kept.code else { return codes.is_empty() };
        let is_named = |name: &str| match entry.kept.endpoint_at {
            Some(at) => {
                let shelf = self.catalogue.shelf(&self.catalogue.endpoints[at]);
                shelf.codes.by_word(name).is_some_and(|row| row.code == *found)
            }
            // What led nowhere is answered out of the table of whichever group is nearest.
            None => {
                let mut tables = self.catalogue.groups.iter().map(|shelf| &shelf.codes);
                tables.any(|table| table.by_word(name).is_some_and(|row| row.code == *found))
            }
        };
        codes.is_empty()
            || codes.iter().any(|code| match code {
                AnswerCode::Number(number) => *found == Code::Number(*number),
                AnswerCode::Word(word) => is_named(word),
            })
    }

    /// The calls that miss the fewest conditions: of the same endpoint first, then of another version, then what led nowhere.
    fn nearest(&self, calls: &Calls, after: Option<u64>, counted: &[u64]) -> Vec<Near> {
        let mut nearest = Best::none();
        for entry in self.entries.iter().filter(|entry| counted.binary_search(&entry.kept.turn).is_err()) {
            let misses = self.misses(entry, calls, after);
            let rank = (self.distance(entry, calls), misses.len(), Reverse(entry.kept.turn));
            nearest.offer(rank, || entry.near(misses));
        }
        // Where a call of this kind came at all, those of other endpoints say nothing of what went wrong.
        if !counted.is_empty() || nearest.has(|(distance, ..)| *distance < NOWHERE) {
            nearest.keep(|(distance, ..)| *distance <= NOWHERE);
        }
        nearest.take()
    }

    fn distance(&self, entry: &Entry, calls: &Calls) -> u8 {
        let Some(on) = &calls.on else { return 0 };
        let operation = |at: &usize| self.catalogue.endpoints.get(*at).map(|served| &served.card.operation);
        match entry.kept.endpoint_at {
            Some(at) if on.endpoints.contains(&at) => 0,
            Some(at) if on.endpoints.iter().any(|other| operation(other) == operation(&at)) => 1,
            None => NOWHERE,
            Some(_) => NOWHERE + 1,
        }
    }

    /// A code with its name, where the call's group has one for it.
    fn named(&self, entry: &Entry, code: &Code) -> String {
        let served = entry.kept.endpoint_at.and_then(|at| self.catalogue.endpoints.get(at));
        let row = served.and_then(|served| self.catalogue.shelf(served).codes.by_code(code));
        row.map_or_else(|| code.to_string(), |row| format!("{code} ({})", row.name))
    }

    /// What an entry that is not as asked for lacks.
    fn misses(&self, entry: &Entry, calls: &Calls, after: Option<u64>) -> Vec<Miss> {
        let Calls { on, when, codes } = calls;
        let kept = &entry.kept;
        let mut misses = Vec::new();
        let mut miss = |place: &str, wanted: String, got: String| {
            misses.push(Miss { place: place.to_owned(), wanted, got });
        };
        if let Some(on) = on
            && kept.endpoint_at.is_none_or(|at| !on.endpoints.contains(&at))
        {
            let got = kept.endpoint.map_or_else(|| format!("nowhere: {}", entry.request()), str::to_owned);
            miss("on", on.words.clone(), got);
        }
        if !self.has_code(entry, codes) {
            let got = kept
                .code
                .as_ref()
                .map_or_else(|| format!("none, status {}", kept.status), |code| self.named(entry, code));
            miss("codes", any_of(codes), got);
        }
        if let Some(last) = after.filter(|last| kept.turn <= *last) {
            miss("turn", format!("after turn {last}"), kept.turn.to_string());
        }
        if !entry.is_as(when) {
            let unmet = entry.seen(|sight| when.misses(sight));
            misses.extend(unmet);
        }
        misses
    }
}

impl Entry {
    fn headers(&self) -> &HeaderMap {
        self.headers.get_or_init(|| {
            let pairs = self.kept.kept.headers().into_iter();
            let pairs = pairs.filter_map(|(name, value)| {
                let value = HeaderValue::from_bytes(value.as_bytes()).ok()?;
                Some((name.parse::<HeaderName>().ok()?, value))
            });
            pairs.collect()
        })
    }

    fn body(&self) -> Option<&Value> {
        self.body.get_or_init(|| serde_json::from_slice(self.kept.kept.body()).ok()).as_ref()
    }

    /// Looks at it as rules do.
    fn seen<T>(&self, look: impl FnOnce(&Sight<'_>) -> T) -> T {
        let kept = &self.kept.kept;
        let probe = Probe::of_the_past(self.headers(), kept.target(), kept.body(), self.body());
        look(&Sight::of_the_past(&probe))
    }

    /// Whether all conditions hold. No state is remembered for past calls.
    fn is_as(&self, when: &Conditions) -> bool {
        when.is_empty() || self.seen(|sight| when.hold(sight))
    }

    fn is_cut(&self) -> bool {
        self.kept.kept.body().len() < self.kept.kept.body_length
    }

    /// Method and path.
    fn request(&self) -> String {
        let kept = &self.kept.kept;
        let path = kept.target().split('?').next().unwrap_or_default();
        format!("{} {path}", kept.method)
    }

    fn near(&self, misses: Vec<Miss>) -> Near {
        let Exchange { turn, endpoint, status, .. } = *self.kept;
        let code = self.kept.code.clone();
        let status = status.as_u16();
        Near { what: Thing::Call { turn, endpoint, request: self.request(), status, code }, misses }
    }
}

/// Which calls, in words.
fn words(calls: &Calls) -> String {
    let place = calls.on.as_ref().map(|on| format!(" to {}", on.words));
    let codes = (!calls.codes.is_empty()).then(|| format!(" answered with {}", any_of(&calls.codes)));
    let conditions = calls.when.words();
    let conditions = (!conditions.is_empty()).then(|| format!(" whose {}", conditions.join(" and ")));
    [place, codes, conditions].into_iter().flatten().collect()
}

fn any_of(codes: &[AnswerCode]) -> String {
    codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ")
}

fn entries(number: u64) -> String {
    if number == 1 { "1 entry".to_owned() } else { format!("{number} entries") }
}

fn bodies(number: u64) -> String {
    if number == 1 { "1 body was".to_owned() } else { format!("{number} bodies were") }
}
