//! `expect`: what has to be true after the calls.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Lowering;
use crate::contract::code::Code;
use crate::contract::codes::CodeTable;
use crate::document::{Where, nearest, push};
use crate::domain::mail::{KINDS, STATES};
use crate::domain::notify::DELIVERY_STATES;
use crate::domain::stage::STAGES;
use crate::scenario::count::{Count, Holds};
use crate::scenario::expect::{AnswerCode, Calls, Expectation, Expected, Fields, Place};
use crate::scenario::file::{CodeSpec, CodesSpec, MatcherSpec, OnSpec, WhenSpec};

/// A field that an expectation can look at, as the control API shows it, and the words that it can be; none is anything.
pub(super) type Field = (&'static str, &'static [&'static str]);

/// Fields of an order.
pub(super) const ORDER_FIELDS: [Field; 19] = [
    ("id", &[]),
    ("orderNo", &[]),
    ("payStatus", &STAGES),
    ("orderPayStatus", &[]),
    ("iccid", &[]),
    ("qrText", &[]),
    ("installation", &[]),
    ("amount", &[]),
    ("currency", &[]),
    ("packageId", &[]),
    ("packageCode", &[]),
    ("partnerCode", &[]),
    ("buyer", &[]),
    ("periodNum", &[]),
    ("packageNum", &[]),
    ("createdAt", &[]),
    ("mailTo", &[]),
    ("topUpOf", &[]),
    ("paymentDueAt", &[]),
];

/// Fields of an order of a plan, as the control API shows it below its SIM.
pub(super) const PLAN_ORDER_FIELDS: [Field; 11] = [
    ("id", &[]),
    ("plan", &[]),
    ("kind", &["periods", "ota", "test"]),
    ("status", &["notEnabled", "inUse", "paused", "ended", "cancelled"]),
    ("orderStatus", &[]),
    ("periods", &[]),
    ("quota", &[]),
    ("madeAt", &[]),
    ("enabledAt", &[]),
    ("endsAt", &[]),
    ("closedAt", &[]),
];

/// Fields of a mail.
const MAIL_FIELDS: [Field; 10] = [
    ("id", &[]),
    ("kind", &KINDS),
    ("to", &[]),
    ("language", &["en", "zh"]),
    ("state", &STATES),
    ("orderId", &[]),
    ("writtenAt", &[]),
    ("dueAt", &[]),
    ("qrText", &[]),
    ("code", &[]),
];

/// Fields of a delivery.
const DELIVERY_FIELDS: [Field; 12] = [
    ("id", &[]),
    ("kind", &["order-status", "usage-warning", "downlink-sms", "uplink-sms"]),
    ("state", &DELIVERY_STATES),
    ("sim", &[]),
    ("event", &[]),
    ("delivery", &[]),
    ("target", &[]),
    ("tries", &[]),
    ("again", &[]),
    ("rule", &[]),
    ("madeAt", &[]),
    ("dueAt", &[]),
];

impl Lowering<'_> {
    /// All rows. What they say is judged part by part, whatever else is wrong with a row.
    pub(super) fn expectations(&mut self) -> Vec<Expectation> {
        let rows = 0..self.document.len("/expect");
        rows.map(|at| self.expectation(format!("/expect/{at}"))).collect()
    }

    fn expectation(&mut self, pointer: String) -> Expectation {
        let count = self.count(&pointer);
        let steps = self.document.len(&format!("{pointer}/sequence"));
        let (orders, mails) = (format!("{pointer}/orders"), format!("{pointer}/mails"));
        let deliveries = format!("{pointer}/deliveries");
        let of = if steps > 0 {
            let step = |at| self.calls_like(&format!("{pointer}/sequence/{at}"));
            Expected::Sequence((0..steps).map(step).collect())
        } else if self.document.has(&orders) {
            Expected::Orders(self.fields("order", &ORDER_FIELDS, &orders), count)
        } else if self.document.has(&mails) {
            Expected::Mails(self.fields("mail", &MAIL_FIELDS, &mails), count)
        } else if self.document.has(&deliveries) {
            Expected::Deliveries(self.fields("delivery", &DELIVERY_FIELDS, &deliveries), count)
        } else {
            Expected::Calls(self.calls_like(&pointer), count)
        };
        Expectation { written: self.part(&pointer).unwrap_or_default(), pointer, of }
    }

    fn count(&mut self, pointer: &str) -> Count {
        if self.part::<bool>(&format!("{pointer}/never")) == Some(true) {
            return Count::never();
        }
        let place = format!("{pointer}/count");
        let spec = self.part::<MatcherSpec>(&place);
        let Some((spec, written)) = spec.zip(self.part::<Value>(&place)) else { return Count::some() };
        let before = self.found.len();
        self.matcher(spec.clone(), &place);
        let count = Count::new(spec, &written);
        if self.found.len() > before {
            return count;
        }
        match count.in_general() {
            Holds::Sometimes => {}
            Holds::Never => {
                let message = format!("no count can be {count}");
                let help = "a whole number from 0, `{\"atLeast\": 1}`, `{\"atMost\": 3}`, or `\"never\": true` in its place";
                self.error("impossible-count", Where::Value, &place, message, help);
            }
            Holds::Always => {
                let message = format!("every count is {count}: this expectation is met whatever happens");
                self.warning("always-met", Where::Value, &place, message, "leave `count` out: at least one");
            }
        }
        count
    }

    /// Calls that a row counts, or a step of a sequence.
    fn calls_like(&mut self, pointer: &str) -> Calls {
        let place = format!("{pointer}/on");
        let on = self.part::<OnSpec>(&place).map(|on| {
            let endpoints = self.select_calls(&on, &place);
            let words = match on {
                OnSpec::One(selector) => selector,
                OnSpec::Several(selectors) => selectors.join(" or "),
            };
            Place { endpoints, words }
        });
        let when = self.part::<WhenSpec>(&format!("{pointer}/when")).unwrap_or_default();
        if let Some(key) = forgotten(&when) {
            let place = format!("{pointer}/when/{key}");
            let message = format!("what `{key}` was like is not remembered for past calls");
            let help = "look at `header`, `query`, `path`, `body` or `raw`";
            self.error("exclusive-keys", Where::Key, &place, message, help);
        }
        let when = self.conditions(when, &[], &format!("{pointer}/when"));
        let codes = self.codes(on.as_ref(), &format!("{pointer}/codes"));
        Calls { on, when, codes }
    }

    fn codes(&mut self, on: Option<&Place>, pointer: &str) -> Vec<AnswerCode> {
        match self.part::<CodesSpec>(pointer) {
            None => Vec::new(),
            Some(CodesSpec::One(code)) => vec![self.code_like(code, on, pointer)],
            Some(CodesSpec::Several(codes)) => {
                let codes = codes.into_iter().enumerate();
                codes.map(|(at, code)| self.code_like(code, on, &format!("{pointer}/{at}"))).collect()
            }
        }
    }

    fn code_like(&mut self, code: CodeSpec, on: Option<&Place>, pointer: &str) -> AnswerCode {
        let catalogue = self.catalogue;
        // A call to anywhere may be answered out of any table, and so may one whose endpoint is misspelt.
        let tables: Vec<&CodeTable> = match on.filter(|on| !on.endpoints.is_empty()) {
            None => catalogue.groups.iter().map(|shelf| &shelf.codes).collect(),
            Some(on) => {
                let served = on.endpoints.iter().filter_map(|at| catalogue.endpoints.get(*at));
                served.map(|served| &catalogue.shelf(served).codes).collect()
            }
        };
        match code {
            CodeSpec::Name(name) => {
                if tables.iter().all(|table| table.by_word(&name).is_none())
                    && !self.answers_codes_of_its_own()
                {
                    let rows = tables.iter().flat_map(|table| &table.rows);
                    let mut known: Vec<&str> = rows.map(|row| row.name.as_str()).collect();
                    known.sort_unstable();
                    known.dedup();
                    let help = match nearest(&name, known.iter().copied()) {
                        Some(near) => format!("did you mean {near:?}?"),
                        None => format!("known are {}", known.join(", ")),
                    };
                    let message = format!("no code is called {name:?}");
                    self.error("unknown-code", Where::Value, pointer, message, &help);
                }
                AnswerCode::Word(name)
            }
            CodeSpec::Number(number) => {
                let is_known = tables.iter().any(|table| table.by_code(&Code::Number(number)).is_some());
                if !is_known && !self.answers_codes_of_its_own() {
                    let message =
                        format!("code {number} is not in the table, and no rule answers a code of its own");
                    self.warning("unknown-code", Where::Value, pointer, message, "see `list codes`");
                }
                AnswerCode::Number(number)
            }
        }
    }

    /// Whether a rule may answer a code that no table has.
    fn answers_codes_of_its_own(&self) -> bool {
        let has = |place: String| self.document.has(&place);
        (0..self.document.len("/rules")).map(|at| format!("/rules/{at}/answer")).any(|answer| {
            ["custom", "fixture", "patch/code"].iter().any(|key| has(format!("{answer}/{key}")))
        })
    }

    /// Matchers by the field of a thing that the control API shows; a field that it has not is an error, and so is a word that
    /// the field never is.
    fn fields(&mut self, thing: &str, known: &[Field], pointer: &str) -> Fields {
        let specs: BTreeMap<String, MatcherSpec> = self.part(pointer).unwrap_or_default();
        let names = || known.iter().map(|(name, _)| *name);
        let mut fields = Fields::new();
        for (field, spec) in specs {
            let mut place = pointer.to_owned();
            push(&mut place, &field);
            let matcher = self.matcher(spec, &place);
            match known.iter().find(|(name, _)| *name == field) {
                None => {
                    let help = match nearest(&field, names()) {
                        Some(near) => format!("did you mean {near:?}?"),
                        None => format!("it has {}", names().collect::<Vec<_>>().join(", ")),
                    };
                    let message = format!("no {thing} has the field {field:?}");
                    self.error("unknown-field", Where::Key, &place, message, &help);
                }
                // That is told already.
                Some(_) if matcher.is_contradiction() => {}
                Some((_, words)) => {
                    let fits = |word: &&str| matcher.accepts(Some(&Value::from(*word)));
                    if !words.is_empty() && !words.iter().any(fits) {
                        let message = format!("the {field} of no {thing} is ever {matcher}");
                        let help = format!("it is one of {}", words.join(", "));
                        self.error("never-matches", Where::Value, &place, message, &help);
                    }
                }
            }
            fields.push((field, matcher));
        }
        fields
    }
}

/// A condition that only the moment of the call can answer.
fn forgotten(when: &WhenSpec) -> Option<&'static str> {
    let keys = [
        ("state", !when.state.is_empty()),
        ("order", !when.order.is_empty()),
        ("user", !when.user.is_empty()),
        ("package", !when.package.is_empty()),
        ("sim", !when.sim.is_empty()),
        ("clock", when.clock.is_some()),
        ("since", !when.since.is_empty()),
    ];
    keys.into_iter().find(|(_, there)| *there).map(|(key, _)| key)
}
