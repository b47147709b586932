//! A read call: typed values by field name, all complaints, and what of the world it names.

use std::borrow::Cow;

use super::value::{Raw, Value, clip, masked};
use super::{Addresses, FieldSpec, Notes};
use crate::domain::refusal::{Complaint, Wanted};

/// A read call: typed values by field name, and all complaints so far.
pub(crate) struct Reading<'a> {
    specs: &'a [FieldSpec],
    slots: Vec<Slot<'a>>,
    complaints: Vec<Complaint>,
}

/// What was sent for one field.
#[derive(Clone, Default)]
pub(super) struct Slot<'a> {
    /// As JSON text.
    pub(super) raw: Option<Raw<'a>>,
    value: Value<'a>,
}

/// What of the world a call names, by the cards' `addresses`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Named<'a> {
    /// An order, by id or number.
    pub order: Option<Cow<'a, str>>,
    /// A package, by id.
    pub package: Option<u32>,
    /// An account or a mailbox, by its address.
    pub mail: Option<Cow<'a, str>>,
    /// A price that the client believes in.
    pub price: Option<f64>,
    /// A SIM, by ICCID.
    pub sim: Option<Cow<'a, str>>,
    /// An order of a plan, by its number.
    pub plan_order: Option<Cow<'a, str>>,
    /// A text that somebody typed.
    pub text: Option<Cow<'a, str>>,
}

impl<'a> Reading<'a> {
    /// Turns raw values into typed ones, or complains.
    pub(super) fn judge_all(specs: &'a [FieldSpec], slots: Vec<Slot<'a>>, notes: &mut Notes) -> Self {
        let mut reading = Self { specs, slots, complaints: Vec::new() };
        for at in 0..specs.len() {
            reading.judge(at, notes);
        }
        reading
    }

    /// What of the world the call names.
    pub(crate) fn named(&self) -> Named<'a> {
        let mut named = Named::default();
        for (spec, slot) in self.specs.iter().zip(&self.slots) {
            match (spec.addresses, &slot.value) {
                (Some(Addresses::Order), Value::Text(text)) => named.order = Some(text.clone()),
                (Some(Addresses::Order), Value::Integer(id)) => named.order = Some(id.to_string().into()),
                (Some(Addresses::Package), Value::Integer(id)) => named.package = u32::try_from(*id).ok(),
                (Some(Addresses::User | Addresses::Mailbox), Value::Text(text)) => {
                    named.mail = Some(text.clone());
                }
                (Some(Addresses::Sim), Value::Text(text)) => named.sim = Some(text.clone()),
                (Some(Addresses::PlanOrder), Value::Text(text)) => named.plan_order = Some(text.clone()),
                (Some(Addresses::Text), Value::Text(text)) => named.text = Some(text.clone()),
                (Some(Addresses::Price), Value::Number(price)) => named.price = Some(*price),
                _ => {}
            }
        }
        named
    }

    /// A whole number; `None` if it is absent or was complained about.
    pub(crate) fn integer(&self, field: &str) -> Option<i64> {
        match self.slot(field)?.value {
            Value::Integer(number) => Some(number),
            _ => None,
        }
    }

    /// A text that is not empty.
    pub(crate) fn text(&self, field: &str) -> Option<Cow<'a, str>> {
        match &self.slot(field)?.value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// The texts of a list; none if it is absent or was complained about.
    pub(crate) fn texts(&self, field: &str) -> &[String] {
        match self.slot(field).map(|slot| &slot.value) {
            Some(Value::Texts(texts)) => texts,
            _ => &[],
        }
    }

    /// What was sent for a field, as JSON text.
    pub(crate) fn sent(&self, field: &str) -> Option<&str> {
        self.slot(field)?.text()
    }

    /// Whether a field was left out, or sent as null.
    pub(crate) fn is_absent(&self, field: &str) -> bool {
        self.sent(field).is_none_or(|text| text == "null")
    }

    /// Whether every field so far is as expected.
    pub(crate) fn is_clean(&self) -> bool {
        self.complaints.is_empty()
    }

    /// Adds a complaint about a field, with what was sent for it.
    pub(crate) fn complain(&mut self, field: &str, wanted: Wanted) {
        let is_secret = self.specs.iter().any(|spec| spec.secret && spec.name == field);
        let sent = self.sent(field).map(if is_secret { masked } else { clip });
        self.complaints.push(Complaint { field: field.to_owned(), sent, wanted });
    }

    /// All complaints, in the order of the card's fields.
    pub(crate) fn into_complaints(mut self) -> Vec<Complaint> {
        let place = |name: &str| self.specs.iter().position(|spec| spec.name == name);
        self.complaints.sort_by_key(|complaint| place(&complaint.field));
        self.complaints
    }

    fn slot(&self, field: &str) -> Option<&Slot<'a>> {
        self.slots.get(self.specs.iter().position(|spec| spec.name == field)?)
    }

    /// Whether a field is absent, or so empty that it counts as that.
    fn is_left_out(&self, field: &str) -> bool {
        let spec = self.specs.iter().find(|spec| spec.name == field);
        let counts_empty = spec.is_some_and(|spec| spec.empty.is_some());
        self.is_absent(field)
            || counts_empty && self.sent(field).is_some_and(|text| matches!(text, "\"\"" | "[]"))
    }

    /// Turns the raw value of one field into a typed one, or complains.
    fn judge(&mut self, at: usize, notes: &mut Notes) {
        let spec = &self.specs[at];
        if spec.yields_to.as_deref().is_some_and(|other| !self.is_absent(other)) {
            return;
        }
        if self.slots[at].is_absent() {
            let stand_in = spec.required_unless.as_deref();
            if spec.required {
                self.complain(&spec.name, spec.wanted());
            } else if let Some(other) = stand_in.filter(|other| self.is_left_out(other)) {
                self.complain(&spec.name, Wanted::This { or: other.to_owned() });
            }
            return;
        }
        if let Some(other) = spec.required_unless.as_deref().filter(|_| self.is_left_out(&spec.name))
            && self.is_left_out(other)
        {
            return self.complain(&spec.name, Wanted::This { or: other.to_owned() });
        }
        let Slot { raw, value } = &mut self.slots[at];
        match raw.as_ref().and_then(|raw| spec.typed(raw, notes)) {
            Some(typed) => *value = typed,
            None => self.complain(&spec.name, spec.wanted()),
        }
    }
}

impl Slot<'_> {
    /// So many that nothing was sent for.
    pub(super) fn empty(count: usize) -> Vec<Self> {
        (0..count).map(|_| Self::default()).collect()
    }

    /// What was sent, as JSON text.
    pub(super) fn text(&self) -> Option<&str> {
        self.raw.as_ref().map(|raw| &*raw.text)
    }

    /// Whether nothing was sent, or null.
    pub(super) fn is_absent(&self) -> bool {
        self.text().is_none_or(|text| text == "null")
    }
}
