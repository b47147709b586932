//! `when`: conditions on a call, and what a rule counts by.

use std::collections::BTreeMap;

use http::header::HeaderName;
use serde_json::Value;

use super::Lowering;
use super::expect::{Field, ORDER_FIELDS, PLAN_ORDER_FIELDS};
use crate::contract::fields::Addresses;
use crate::document::{Where, nearest, push};
use crate::domain::moment::{Moment, Span};
use crate::scenario::condition::{Condition, Conditions, Path, Place, Thing};
use crate::scenario::file::{ClockBounds, MatcherSpec, SpanBounds, WhenSpec};
use crate::scenario::matcher::Matcher;
use crate::scenario::script::Per;

/// Fields of an account that a condition can look at, as the control API shows them.
const USER_FIELDS: [Field; 5] =
    [("email", &[]), ("partnerCode", &[]), ("name", &[]), ("hasPassword", &[]), ("verifyCode", &[])];

/// Fields of a package that a condition can look at, as the control API shows them.
const PACKAGE_FIELDS: [Field; 8] = [
    ("id", &[]),
    ("code", &[]),
    ("name", &[]),
    ("countries", &[]),
    ("volumeMb", &[]),
    ("period", &["day", "week", "month"]),
    ("periods", &[]),
    ("price", &[]),
];

/// Fields of a SIM that a condition can look at, as the control API shows them.
const SIM_FIELDS: [Field; 11] = [
    ("iccid", &[]),
    ("imsi", &[]),
    ("partnerCode", &[]),
    ("life", &["preActivation", "activation", "preDeactivation", "paused", "expired", "terminated"]),
    ("lifeCycle", &[]),
    ("ota", &[]),
    ("sms", &[]),
    ("imsiLoads", &[]),
    ("orderInEffect", &[]),
    ("used", &[]),
    ("balance", &[]),
];

/// Moments of an order.
const ORDER_MOMENTS: [&str; 4] = ["createdAt", "paidAt", "failedAt", "timedOutAt"];

/// Moments of an order for a SIM.
const PLAN_ORDER_MOMENTS: [&str; 4] = ["madeAt", "enabledAt", "endsAt", "closedAt"];

/// Of which kind the orders are that calls of a rule can name: one kind at least.
#[derive(Clone, Copy, Debug)]
struct Orders {
    /// Orders of eSIMs.
    esims: bool,
    /// Orders of plans for SIMs.
    plans: bool,
}

impl Lowering<'_> {
    /// The conditions on what `on` names, of which all must hold.
    pub(super) fn conditions(&mut self, spec: WhenSpec, on: &[usize], pointer: &str) -> Conditions {
        let orders = self.orders_of(on);
        let mut all = Vec::new();
        for (name, matcher) in spec.header {
            let place = format!("{pointer}/header/{name}");
            let matcher = self.matcher(matcher, &place);
            match HeaderName::from_bytes(name.as_bytes()) {
                Ok(name) => all.push(Condition { place: Place::Header(name), matcher }),
                Err(_) => {
                    let message = format!("{name:?} is no name of a header");
                    self.error("bad-header", Where::Key, &place, message, "letters, digits and hyphens");
                }
            }
        }
        let mut one = |place: Place, matcher: MatcherSpec, pointer: &str| {
            let matcher = self.matcher(matcher, pointer);
            all.push(Condition { place, matcher });
        };
        if let Some(path) = spec.path {
            one(Place::UrlPath, path, &format!("{pointer}/path"));
        }
        for (name, matcher) in spec.state {
            let pointer = below(pointer, "state", &name);
            one(Place::State(name), matcher, &pointer);
        }
        for (name, matcher) in spec.query {
            let pointer = below(pointer, "query", &name);
            one(Place::Query(name), matcher, &pointer);
        }
        for (path, matcher) in spec.body {
            one(Place::Body(Path::parse(&path)), matcher, &below(pointer, "body", &path));
        }
        if let Some(raw) = spec.raw {
            one(Place::Raw, raw, &format!("{pointer}/raw"));
        }
        let things = [
            (Thing::Order, spec.order, orders.fields()),
            (Thing::User, spec.user, USER_FIELDS.to_vec()),
            (Thing::Package, spec.package, PACKAGE_FIELDS.to_vec()),
            (Thing::Sim, spec.sim, SIM_FIELDS.to_vec()),
        ];
        for (thing, fields, known) in things {
            all.extend(self.fields_of(thing, fields, &known, pointer));
        }
        if let Some(clock) = spec.clock {
            all.extend(self.clock_bounds(clock, &format!("{pointer}/clock")));
        }
        for (moment, bounds) in spec.since {
            all.extend(self.since(&moment, bounds, orders, &below(pointer, "since", &moment)));
        }
        Conditions(all)
    }

    /// Which kinds of orders the places of a rule can name.
    fn orders_of(&self, on: &[usize]) -> Orders {
        let mut orders = Orders { esims: false, plans: false };
        for at in on {
            match self.catalogue.endpoints.get(*at) {
                Some(served) if served.fields.addresses(&[Addresses::PlanOrder, Addresses::Sim]) => {
                    orders.plans = true;
                }
                None if self.catalogue.is_callback(*at) => orders.plans = true,
                Some(_) | None => orders.esims = true,
            }
        }
        // What `on` names nothing with is told already.
        if on.is_empty() { Orders { esims: true, plans: true } } else { orders }
    }

    fn fields_of(
        &mut self,
        thing: Thing,
        fields: BTreeMap<String, MatcherSpec>,
        known: &[Field],
        pointer: &str,
    ) -> Vec<Condition> {
        let mut all = Vec::new();
        for (field, matcher) in fields {
            let pointer = below(pointer, thing.word(), &field);
            let matcher = self.matcher(matcher, &pointer);
            let path = Path::parse(&field);
            let names = || known.iter().map(|(name, _)| *name);
            match known.iter().find(|(name, _)| *name == path.first()) {
                None => {
                    let help = match nearest(path.first(), names()) {
                        Some(near) => format!("did you mean {near:?}?"),
                        None => format!("it has {}", names().collect::<Vec<_>>().join(", ")),
                    };
                    let message = format!("no {} has the field {:?}", thing.word(), path.first());
                    self.error("unknown-field", Where::Key, &pointer, message, &help);
                }
                Some((_, words)) => {
                    let fits = |word: &&str| matcher.accepts(Some(&Value::from(*word)));
                    if !words.is_empty() && !words.iter().any(fits) && !matcher.accepts(None) {
                        let message = format!("the {field} of no {} is ever {matcher}", thing.word());
                        let help = format!("it is one of {}", words.join(", "));
                        self.error("never-matches", Where::Value, &pointer, message, &help);
                    }
                }
            }
            all.push(Condition { place: Place::Field(thing, path), matcher });
        }
        all
    }

    fn clock_bounds(&mut self, bounds: ClockBounds, pointer: &str) -> Vec<Condition> {
        let ClockBounds { at_least, at_most, between } = bounds;
        let mut all = Vec::new();
        let mut named = vec![("atLeast".to_owned(), at_least, true), ("atMost".to_owned(), at_most, false)];
        for (at, moment) in between.into_iter().flatten().enumerate() {
            named.push((format!("between/{at}"), Some(moment), at == 0));
        }
        for (key, text, is_least) in named {
            let Some(text) = text else { continue };
            let span = text.strip_prefix("start+").and_then(Span::parse);
            let (place, millis) = match (span, Moment::parse(&text)) {
                (Some(span), _) => (Place::SinceStart, millis(span)),
                (None, Some(moment)) => (Place::Clock, float(moment.millis())),
                (None, None) => {
                    let message = format!("{text:?} is no moment");
                    let help = "\"start+90m\", or RFC 3339 such as 2022-12-05T03:14:50Z";
                    self.error("bad-moment", Where::Value, &format!("{pointer}/{key}"), message, help);
                    continue;
                }
            };
            let matcher = if is_least {
                Matcher::within(Some(millis), None)
            } else {
                Matcher::within(None, Some(millis))
            };
            all.push(Condition { place, matcher });
        }
        all
    }

    fn since(
        &mut self,
        moment: &str,
        bounds: SpanBounds,
        orders: Orders,
        pointer: &str,
    ) -> Option<Condition> {
        let SpanBounds { at_least, at_most, between } = bounds;
        let [mut least, mut most] = [(at_least, "atLeast"), (at_most, "atMost")]
            .map(|(bound, key)| self.span(&bound?, &format!("{pointer}/{key}")).map(millis));
        if let Some([from, to]) = between.as_deref() {
            least = self.span(from, &format!("{pointer}/between/0")).map(millis);
            most = self.span(to, &format!("{pointer}/between/1")).map(millis);
        }
        let matcher = Matcher::within(least, most);
        if matcher.is_contradiction() {
            self.error("contradiction", Where::Value, pointer, "no time is both", "swap the two");
        }
        let place = match moment.split_once('.') {
            None if moment == "start" => Place::SinceStart,
            Some(("order", field)) if orders.moments().contains(&field) => {
                Place::Since(Thing::Order, field.to_owned())
            }
            _ => {
                let known: Vec<String> =
                    orders.moments().iter().map(|field| format!("order.{field}")).collect();
                let known = || known.iter().map(String::as_str).chain(["start"]);
                let help = match nearest(moment, known()) {
                    Some(near) => format!("did you mean {near:?}?"),
                    None => format!("known are {}", known().collect::<Vec<_>>().join(", ")),
                };
                let message = format!("no moment is called {moment:?}");
                self.error("unknown-field", Where::Key, pointer, message, &help);
                return None;
            }
        };
        Some(Condition { place, matcher })
    }

    /// What a rule counts by.
    pub(super) fn per(&mut self, text: Option<&str>, pointer: &str) -> Option<Per> {
        match text? {
            "order.id" => Some(Per::Order),
            "user.id" => Some(Per::User),
            "" => {
                self.error(
                    "bad-per",
                    Where::Value,
                    pointer,
                    "nothing is counted by",
                    "\"order.id\", \"user.id\", or a field",
                );
                None
            }
            field => {
                let path = Path::parse(field);
                if ["order", "user"].contains(&path.first()) {
                    let message = format!("a rule cannot count by {field:?}");
                    let help = format!("write \"{}.id\", or a field of the call", path.first());
                    self.error("bad-per", Where::Value, pointer, message, &help);
                }
                Some(Per::Field(path))
            }
        }
    }

    /// A matcher that can be read, and that something can be.
    pub(super) fn matcher(&mut self, spec: MatcherSpec, pointer: &str) -> Matcher {
        let (matcher, wrong) = Matcher::read(spec);
        for unreadable in wrong {
            let place = format!("{pointer}{}", unreadable.pointer);
            let help = "the syntax of Rust's regex crate, without Unicode classes";
            self.error("bad-pattern", Where::Value, &place, unreadable.message, help);
        }
        if matcher.is_contradiction() {
            let message = format!("nothing can be {matcher}");
            self.error("contradiction", Where::Value, pointer, message, "leave one of the operators out");
        }
        matcher
    }
}

impl Orders {
    /// What a condition can look at.
    fn fields(self) -> Vec<Field> {
        let esims = ORDER_FIELDS.iter().filter(|_| self.esims);
        let plans = PLAN_ORDER_FIELDS.iter().filter(|(name, _)| {
            self.plans && !(self.esims && ORDER_FIELDS.iter().any(|(other, _)| other == name))
        });
        esims.chain(plans).copied().collect()
    }

    /// Since when a condition can ask how long it is.
    fn moments(self) -> Vec<&'static str> {
        let esims = ORDER_MOMENTS.iter().filter(|_| self.esims);
        esims.chain(PLAN_ORDER_MOMENTS.iter().filter(|_| self.plans)).copied().collect()
    }
}

fn below(pointer: &str, key: &str, name: &str) -> String {
    let mut place = format!("{pointer}/{key}");
    push(&mut place, name);
    place
}

#[expect(clippy::cast_precision_loss, reason = "the calendar's milliseconds fit in 53 bits")]
fn float(millis: i64) -> f64 {
    millis as f64
}

#[expect(clippy::cast_precision_loss, reason = "the calendar's milliseconds fit in 53 bits")]
fn millis(span: Span) -> f64 {
    span.millis() as f64
}
