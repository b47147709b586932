//! What rules see of a call: the call itself, and what the world knows about it. Trees are made only where a rule asks.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeMap;

use http::HeaderMap;
use serde_json::Value;

use super::condition::{Path, Place, Thing};
use crate::contract::call::Call;
use crate::contract::percent;
use crate::domain::dice::Seed;
use crate::domain::moment::Moment;

/// A call as it came, or a mail, which has nothing to look at.
pub(crate) struct Probe<'a> {
    /// Its endpoint or kind of mail, by place.
    pub place: usize,
    pub(super) headers: &'a HeaderMap,
    path: &'a str,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Option<Cow<'a, Value>>,
    raw: &'a [u8],
    /// The key of the rule under which it has waited for others, if it has.
    pub waited: Option<u64>,
}

/// Put into the extensions of a call that has waited for others: the key of the rule.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waited(pub u64);

/// What a set of rules has to look at, so that nothing is taken apart for nobody.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wants {
    /// The body as a tree.
    pub body: bool,
    /// The pairs of the query.
    pub query: bool,
}

/// Whom and what a call concerns, as the world knows it, and when it came.
pub(crate) struct Subject<'a> {
    /// The session's clock.
    pub now: Moment,
    /// What it showed when the session's epoch began.
    pub opened: Moment,
    /// The session's seed.
    pub seed: Seed,
    /// The turn, or the number of the mail.
    pub turn: u64,
    /// What tells the order from all others.
    pub order: Option<u64>,
    /// The account, by its address.
    pub user: Option<&'a str>,
    /// What these are like, as the control surface shows them.
    pub things: &'a dyn Fn(Thing) -> Option<Value>,
}

/// A call, its subject and the states of the moment.
pub(crate) struct Sight<'a> {
    probe: &'a Probe<'a>,
    subject: Option<&'a Subject<'a>>,
    state: Option<&'a BTreeMap<String, Value>>,
    things: [OnceCell<Option<Value>>; Thing::ALL.len()],
}

impl Wants {
    /// Also what a condition at this place looks at.
    pub(super) fn add(&mut self, place: &Place) {
        match place {
            Place::Body(_) => self.body = true,
            Place::Query(_) => self.query = true,
            _ => {}
        }
    }

    /// A field, wherever a call carries it.
    pub(super) fn add_field(&mut self) {
        (self.body, self.query) = (true, true);
    }
}

impl<'a> Probe<'a> {
    /// A call, taken apart as far as somebody wants to look.
    pub(crate) fn new(place: usize, call: &'a Call, wants: Wants) -> Self {
        let query = call.uri().query().filter(|_| wants.query).map(|query| percent::pairs(query).collect());
        // A body that is not JSON has no places: matchers see that nothing is there.
        let body = if wants.body { serde_json::from_slice(call.body()).ok().map(Cow::Owned) } else { None };
        Self {
            place,
            headers: call.headers(),
            path: call.uri().path(),
            query: query.unwrap_or_default(),
            body,
            raw: call.body(),
            waited: call.extensions().get::<Waited>().map(|waited| waited.0),
        }
    }

    /// A call of the past, of which its parts are left.
    pub(crate) fn of_the_past(
        headers: &'a HeaderMap,
        target: &'a str,
        raw: &'a [u8],
        body: Option<&'a Value>,
    ) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let query = percent::pairs(query).collect();
        Self { place: 0, headers, path, query, body: body.map(Cow::Borrowed), raw, waited: None }
    }

    /// A mail: it has nothing that rules could look at.
    pub(crate) fn of_mail(place: usize, nothing: &'a HeaderMap) -> Self {
        Self { place, headers: nothing, path: "", query: Vec::new(), body: None, raw: b"", waited: None }
    }

    /// A callback: its headers, and its body.
    pub(crate) fn of_callback(place: usize, headers: &'a HeaderMap, body: &'a Value, raw: &'a [u8]) -> Self {
        let query = Vec::new();
        Self { place, headers, path: "", query, body: Some(Cow::Borrowed(body)), raw, waited: None }
    }

    fn pair(&self, name: &str) -> Option<&str> {
        self.query.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl<'a> Sight<'a> {
    /// A call at its moment.
    pub(super) fn new(
        probe: &'a Probe<'a>,
        subject: &'a Subject<'a>,
        state: &'a BTreeMap<String, Value>,
    ) -> Self {
        Self { probe, subject: Some(subject), state: Some(state), things: Default::default() }
    }

    /// A call of the past: what the world was like then is not kept.
    pub(crate) fn of_the_past(probe: &'a Probe<'a>) -> Self {
        Self { probe, subject: None, state: None, things: Default::default() }
    }

    /// What is at a place.
    pub(crate) fn look(&self, place: &Place) -> Option<Cow<'_, Value>> {
        let text = |text: &str| Cow::Owned(Value::String(text.to_owned()));
        match place {
            Place::Header(name) => {
                let value = self.probe.headers.get(name)?;
                Some(text(&String::from_utf8_lossy(value.as_bytes())))
            }
            Place::Query(name) => self.probe.pair(name).map(text),
            Place::UrlPath => Some(text(self.probe.path)),
            Place::Body(path) => path.find(self.probe.body.as_deref()?).map(Cow::Borrowed),
            Place::Raw => Some(text(&String::from_utf8_lossy(self.probe.raw))),
            Place::State(name) => self.state?.get(name).map(Cow::Borrowed),
            Place::Field(thing, path) => path.find(self.thing(*thing)?).map(Cow::Borrowed),
            Place::Clock => Some(Cow::Owned(self.subject?.now.millis().into())),
            Place::SinceStart => self.since(self.subject?.opened),
            Place::Since(thing, field) => self.since(moment(self.thing(*thing)?, field)?),
        }
    }

    /// A field of the call as a text, wherever it is carried.
    pub(super) fn field(&self, path: &Path) -> Option<Cow<'_, str>> {
        match self.probe.body.as_deref().and_then(|body| path.find(body)) {
            Some(Value::String(text)) => Some(Cow::Borrowed(text)),
            Some(other) => Some(Cow::Owned(other.to_string())),
            None => self.probe.pair(path.first()).map(Cow::Borrowed),
        }
    }

    fn thing(&self, thing: Thing) -> Option<&Value> {
        let at = match thing {
            Thing::Order => 0,
            Thing::User => 1,
            Thing::Package => 2,
            Thing::Sim => 3,
        };
        self.things[at].get_or_init(|| (self.subject?.things)(thing)).as_ref()
    }

    fn since(&self, then: Moment) -> Option<Cow<'_, Value>> {
        let passed = self.subject?.now.millis() - then.millis();
        Some(Cow::Owned(passed.into()))
    }
}

/// A moment of a thing: a field of its own, or when its payment became so.
fn moment(thing: &Value, field: &str) -> Option<Moment> {
    let text = match field.strip_suffix("At").filter(|_| thing.get(field).is_none()) {
        None => thing.get(field)?,
        Some(became) => {
            let steps = thing.get("history")?.as_array()?;
            steps.iter().rev().find(|step| step["payStatus"] == became)?.get("at")?
        }
    };
    Moment::parse(text.as_str()?)
}
