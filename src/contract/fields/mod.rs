//! The one reader of request fields: from the card's compiled field table, in one pass over borrowed raw values.
//!
//! The last duplicate wins, numeric strings and integral floats count as whole numbers (all three are noted), unknown
//! fields pass, and one refusal lists all bad fields with what was sent and what is expected.

mod pass;
pub(crate) mod plain;
mod query;
mod reading;
mod said;
mod value;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call::Call;
use super::card::Evidence;
use super::plain_text;
use crate::domain::refusal::{BodyFault, Wanted};
pub(crate) use reading::{Named, Reading};
pub(crate) use value::{clip, decimal, is_email};

/// A field as a card describes it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct FieldSpec {
    /// The vendor's name.
    pub name: String,
    /// Where it travels.
    #[serde(rename = "in")]
    pub place: Place,
    /// Its JSON type.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// What its text has to look like.
    pub format: Option<Format>,
    /// Whether the call needs it.
    #[serde(default)]
    pub required: bool,
    /// The field that may stand in for it; then one of the two is needed.
    pub required_unless: Option<String>,
    /// The field beside which it counts for nothing, whatever it holds.
    pub yields_to: Option<String>,
    /// Whether a text passes for a number and the other way round, kept as its text: two versions of a call differ in nothing
    /// else. Whatever is not the documented type is noted.
    #[serde(default)]
    pub loose: bool,
    /// What an empty text is, if it is not a wrong one.
    pub empty: Option<Empty>,
    /// Least value of a whole number.
    pub min: Option<i64>,
    /// Greatest value of a whole number.
    pub max: Option<i64>,
    /// Longest text, in characters.
    pub max_length: Option<usize>,
    /// What counts when it is missing, in words.
    pub default: Option<String>,
    /// Whether its value is never shown in an answer's text: a password.
    #[serde(default)]
    pub secret: bool,
    /// What it means.
    pub meaning: String,
    /// What of the world it names: how a rule or a magic value finds it.
    pub addresses: Option<Addresses>,
    /// How well the field itself is known.
    pub evidence: Evidence,
}

/// What a field names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Addresses {
    /// An order, by id or number.
    Order,
    /// A package, by id.
    Package,
    /// An account, by its address.
    User,
    /// An address that mail goes to.
    Mailbox,
    /// A price that the client believes in.
    Price,
    /// A SIM, by ICCID.
    Sim,
    /// An order of a plan, by its number.
    #[serde(rename = "planOrder")]
    PlanOrder,
    /// No thing of the world: what somebody typed for another one to read.
    Text,
}

/// Where a field travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Place {
    /// In the JSON body.
    Body,
    /// In the query of the address.
    Query,
}

/// The JSON type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FieldType {
    /// A whole number.
    Integer,
    /// Any finite number.
    Number,
    /// A text.
    String,
    /// A list of texts.
    Texts,
    /// Anything: the vendor ignores it.
    Any,
}

/// What an empty text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Empty {
    /// It counts as not sent: a filter that is not set.
    Absent,
}

/// What a text has to look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// An e-mail address, or nothing at all.
    Email,
    /// A whole number in digits.
    Digits,
}

/// The fields of a card, ready to read with.
#[derive(Clone, Debug)]
pub(crate) struct FieldTable {
    specs: Vec<FieldSpec>,
    place: Place,
    /// Whether the fields' names stand in a body as they are, without an escape.
    has_plain_names: bool,
}

/// What was accepted although it is not as documented, in the order in which it was met.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    /// What the journal shows.
    pub noted: Vec<String>,
    /// What the log says as well.
    pub told: Vec<String>,
}

impl Notes {
    /// Adds a note to the journal's entry.
    pub(crate) fn add(&mut self, note: impl Into<String>) {
        self.noted.push(note.into());
    }

    /// The same, and says it in the log: somebody may be stuck who does not look into the journal.
    pub(crate) fn tell(&mut self, note: impl Into<String>) {
        let note = note.into();
        self.noted.push(note.clone());
        self.told.push(note);
    }
}

impl FieldTable {
    /// Compiles a card's fields.
    pub(crate) fn new(specs: Vec<FieldSpec>) -> Self {
        let place = specs.first().map_or(Place::Body, |spec| spec.place);
        let is_plain = |name: &str| plain_text::length(name.as_bytes()) == name.len();
        let has_plain_names = specs.iter().all(|spec| is_plain(&spec.name));
        Self { specs, place, has_plain_names }
    }

    /// Where the fields travel.
    pub(crate) fn place(&self) -> Place {
        self.place
    }

    /// Whether one of its fields names one of these.
    pub(crate) fn addresses(&self, things: &[Addresses]) -> bool {
        self.specs.iter().filter_map(|spec| spec.addresses).any(|named| things.contains(&named))
    }

    /// Reads a JSON body.
    pub(crate) fn read<'a>(&'a self, body: &'a [u8], notes: &mut Notes) -> Result<Reading<'a>, BodyFault> {
        let slots = pass::body(self, body, notes)?;
        Ok(Reading::judge_all(&self.specs, slots, notes))
    }

    fn read_body<'a>(&'a self, call: &'a Call, notes: &mut Notes) -> Result<Reading<'a>, BodyFault> {
        match call.plain_if_read().and_then(|object| pass::object(&self.specs, object)) {
            Some(slots) => Ok(Reading::judge_all(&self.specs, slots, notes)),
            None => self.read(call.body(), notes),
        }
    }

    /// Reads what a call brings where the card says it travels. The vendor's page prints a JSON body for a GET; it is read if
    /// the query lacks what the call needs. A call that needs nothing may come without any body.
    pub(crate) fn read_call<'a>(
        &'a self,
        call: &'a Call,
        notes: &mut Notes,
    ) -> Result<Reading<'a>, BodyFault> {
        let (query, body) = (call.uri().query().unwrap_or_default(), call.body());
        if self.place == Place::Body {
            let needs_something =
                self.specs.iter().any(|spec| spec.required || spec.required_unless.is_some());
            if body.is_empty() && !needs_something {
                notes.add("the body is empty, and the call needs none");
                let slots = reading::Slot::empty(self.specs.len());
                return Ok(Reading::judge_all(&self.specs, slots, notes));
            }
            return self.read_body(call, notes);
        }
        let slots = query::slots(&self.specs, query, notes);
        let lacks = self.specs.iter().zip(&slots).any(|(spec, slot)| spec.required && slot.is_absent());
        if lacks && !body.is_empty() {
            notes.add("the fields were read from the body, since the query does not have them");
            return self.read_body(call, notes);
        }
        Ok(Reading::judge_all(&self.specs, slots, &mut Notes::default()))
    }
}

impl FieldSpec {
    /// Type, need, default and meaning in a line.
    pub(crate) fn summary(&self) -> String {
        let kind = match (self.kind, self.format) {
            (_, Some(Format::Email)) => "e-mail",
            (FieldType::Integer, _) => "integer",
            (FieldType::Number, _) => "number",
            (FieldType::String, Some(Format::Digits)) => "string of digits",
            (FieldType::String, _) => "string",
            (FieldType::Texts, _) => "list of strings",
            (FieldType::Any, _) => "any",
        };
        let need = match (self.required, &self.required_unless, &self.default) {
            (true, ..) => ", required".to_owned(),
            (_, Some(other), _) => format!(", required unless {other} is sent"),
            (_, _, Some(default)) => format!(", {default} if missing"),
            _ => String::new(),
        };
        let yields = self.yields_to.as_ref().map(|other| format!(", ignored beside {other}"));
        format!("{kind}{need}{}: {}", yields.unwrap_or_default(), self.meaning)
    }

    fn wanted(&self) -> Wanted {
        match (self.kind, self.format) {
            (_, Some(Format::Digits)) => Wanted::Integer { min: self.min, max: self.max },
            _ if self.loose => Wanted::TextOrNumber,
            (FieldType::Integer, _) => Wanted::Integer { min: self.min, max: self.max },
            (FieldType::Number, _) => Wanted::Number,
            (_, Some(Format::Email)) => Wanted::Email,
            (FieldType::Texts, _) => Wanted::Texts { longest: self.max_length },
            (FieldType::String | FieldType::Any, None) => Wanted::Text { longest: self.max_length },
        }
    }
}
