//! The one reader of request fields: from the card's compiled field table, in one pass over borrowed raw values.
//!
//! The last duplicate wins, numeric strings and integral floats count as whole numbers (all three are noted), unknown
//! fields pass, and one refusal lists all bad fields with what was sent and what is expected.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::card::Evidence;
use super::syntax;
use crate::domain::refusal::{BodyFault, Complaint, Wanted};

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
    /// Least value of a whole number.
    pub min: Option<i64>,
    /// Greatest value of a whole number.
    pub max: Option<i64>,
    /// Longest text, in characters.
    pub max_length: Option<usize>,
    /// What counts when it is missing, in words.
    pub default: Option<String>,
    /// What it means.
    pub meaning: String,
    /// The object of the world that it names: how a rule finds it.
    pub addresses: Option<String>,
    /// How well the field itself is known.
    pub evidence: Evidence,
}

/// Where a field travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Place {
    /// In the JSON body.
    Body,
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
    /// Anything: the vendor ignores it.
    Any,
}

/// What a text has to look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// An e-mail address, or nothing at all.
    Email,
}

/// The fields of a card, ready to read with.
#[derive(Clone, Debug)]
pub(crate) struct FieldTable {
    specs: Vec<FieldSpec>,
}

/// What was accepted although it is not as documented, in the order in which it was met.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes(pub Vec<String>);

impl Notes {
    /// Adds a note.
    pub(crate) fn add(&mut self, note: impl Into<String>) {
        self.0.push(note.into());
    }
}

/// A read body: typed values by field name, and all complaints so far.
pub(crate) struct Reading<'a> {
    specs: &'a [FieldSpec],
    slots: Vec<Slot<'a>>,
    complaints: Vec<Complaint>,
}

#[derive(Clone, Default)]
struct Slot<'a> {
    raw: Option<&'a RawValue>,
    value: Value<'a>,
}

#[derive(Clone, Default)]
enum Value<'a> {
    #[default]
    Absent,
    Integer(i64),
    Text(Cow<'a, str>),
}

impl FieldTable {
    /// Compiles a card's fields.
    pub(crate) fn new(specs: Vec<FieldSpec>) -> Self {
        Self { specs }
    }

    /// Reads a JSON body.
    pub(crate) fn read<'a>(&'a self, body: &'a [u8], notes: &mut Notes) -> Result<Reading<'a>, BodyFault> {
        // Checked once for all: the parser would check each value by itself.
        let text = std::str::from_utf8(body).map_err(|error| syntax::bad_utf8(body, error.valid_up_to()))?;
        let mut slots = vec![Slot::default(); self.specs.len()];
        let mut input = serde_json::Deserializer::from_str(text);
        let mut too_deep = false;
        let pass = Pass { specs: &self.specs, slots: &mut slots, notes, too_deep: &mut too_deep };
        input
            .deserialize_map(pass)
            .and_then(|()| input.end())
            .map_err(|error| syntax::fault(body, &error))?;
        if too_deep {
            return Err(BodyFault::TooDeep { limit: syntax::DEPTH });
        }
        let mut reading = Reading { specs: &self.specs, slots, complaints: Vec::new() };
        for at in 0..self.specs.len() {
            reading.judge(at, notes);
        }
        Ok(reading)
    }
}

impl<'a> Reading<'a> {
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

    /// What was sent for a field, as JSON text.
    pub(crate) fn sent(&self, field: &str) -> Option<&'a str> {
        self.slot(field)?.raw.map(RawValue::get)
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
        let sent = self.sent(field).map(clip);
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

    /// Turns the raw value of one field into a typed one, or complains.
    fn judge(&mut self, at: usize, notes: &mut Notes) {
        let spec = &self.specs[at];
        let text = self.slots[at].raw.map_or("null", RawValue::get);
        if text == "null" {
            let stand_in = spec.required_unless.as_deref();
            if spec.required {
                self.complain(&spec.name, spec.wanted());
            } else if let Some(other) = stand_in.filter(|other| self.is_absent(other)) {
                self.complain(&spec.name, Wanted::This { or: other.to_owned() });
            }
            return;
        }
        match spec.typed(text, notes) {
            Some(value) => self.slots[at].value = value,
            None => self.complain(&spec.name, spec.wanted()),
        }
    }
}

impl FieldSpec {
    /// Type, need, default and meaning in a line.
    pub(crate) fn summary(&self) -> String {
        let kind = match (self.kind, self.format) {
            (_, Some(Format::Email)) => "e-mail",
            (FieldType::Integer, _) => "integer",
            (FieldType::Number, _) => "number",
            (FieldType::String, _) => "string",
            (FieldType::Any, _) => "any",
        };
        let need = match (self.required, &self.required_unless, &self.default) {
            (true, ..) => ", required".to_owned(),
            (_, Some(other), _) => format!(", required unless {other} is sent"),
            (_, _, Some(default)) => format!(", {default} if missing"),
            _ => String::new(),
        };
        format!("{kind}{need}: {}", self.meaning)
    }

    fn wanted(&self) -> Wanted {
        match (self.kind, self.format) {
            (FieldType::Integer, _) => Wanted::Integer { min: self.min, max: self.max },
            (FieldType::Number, _) => Wanted::Number,
            (_, Some(Format::Email)) => Wanted::Email,
            (FieldType::String | FieldType::Any, None) => Wanted::Text { longest: self.max_length },
        }
    }

    /// The value of a JSON text; `None` if it is not what the card asks for.
    fn typed<'a>(&self, text: &'a str, notes: &mut Notes) -> Option<Value<'a>> {
        match self.kind {
            FieldType::Any => Some(Value::Absent),
            FieldType::Integer => {
                let number = whole_number(text).or_else(|| {
                    let number = whole_number_spelt_otherwise(text)?;
                    notes.add(format!("{}: {} was read as the whole number {number}", self.name, clip(text)));
                    Some(number)
                })?;
                let fits =
                    self.min.is_none_or(|min| number >= min) && self.max.is_none_or(|max| number <= max);
                fits.then_some(Value::Integer(number))
            }
            FieldType::Number => {
                let unquoted = string(text);
                let number = finite(unquoted.as_deref().unwrap_or(text))?;
                if unquoted.is_some() {
                    notes.add(format!("{}: {} was read as the number {number}", self.name, clip(text)));
                }
                // Only judged: no call does anything with such a number.
                Some(Value::Absent)
            }
            FieldType::String => {
                let value = string(text)?;
                match self.format {
                    // An optional address that is empty counts as none: the vendor's own clients send it so.
                    _ if value.is_empty() => {
                        (!self.required && self.format.is_some()).then_some(Value::Absent)
                    }
                    Some(Format::Email) if !is_email(&value) => None,
                    // A kept text without a limit would let a client fill the memory.
                    _ if self.max_length.is_some_and(|longest| value.chars().count() > longest) => None,
                    _ => Some(Value::Text(value)),
                }
            }
        }
    }
}

/// What a JSON string says; `None` if the text is not one.
fn string(text: &str) -> Option<Cow<'_, str>> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        serde_json::from_str(text).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inner))
    }
}

fn whole_number(text: &str) -> Option<i64> {
    text.parse().ok()
}

/// `1.0`, `1e2`, `"1"`, `"1.0"`.
fn whole_number_spelt_otherwise(text: &str) -> Option<i64> {
    let unquoted = string(text);
    let text = unquoted.as_deref().unwrap_or(text).trim();
    if text.starts_with('+') {
        return None;
    }
    whole_number(text).or_else(|| {
        let number = finite(text)?;
        // Beyond 2^53 a float no longer says which whole number was meant.
        #[expect(clippy::cast_possible_truncation, reason = "integral and within 2^53")]
        (number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0).then_some(number as i64)
    })
}

/// A finite number; not the words that Rust would read as one, such as `inf`.
fn finite(text: &str) -> Option<f64> {
    let digits = text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.');
    text.parse::<f64>().ok().filter(|number| digits && number.is_finite())
}

/// One address, without a display name; any domain will do, for test addresses often have odd ones.
fn is_email(text: &str) -> bool {
    let options = email_address::Options::default().with_no_minimum_sub_domains().without_display_text();
    email_address::EmailAddress::parse_with_options(text, options).is_ok()
}

/// A JSON text, cut to what a message can carry.
pub(crate) fn clip(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// One pass over the members of the body.
struct Pass<'s, 'a> {
    specs: &'s [FieldSpec],
    slots: &'s mut [Slot<'a>],
    notes: &'s mut Notes,
    too_deep: &'s mut bool,
}

impl<'a> Visitor<'a> for Pass<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        let mut likely = 0;
        while let Some(known) = map.next_key_seed(Key { specs: self.specs, likely })? {
            let raw: &'a RawValue = map.next_value()?;
            *self.too_deep |= syntax::is_too_deep(raw.get());
            let Some(at) = known else { continue };
            likely = at + 1;
            if self.slots[at].raw.replace(raw).is_some() {
                self.notes.add(format!("{}: sent more than once, the last one counts", self.specs[at].name));
            }
        }
        Ok(())
    }
}

/// Finds a key's place in the table without keeping its text. Most clients send the fields in the page's order, so the
/// place after the last one is looked at first.
struct Key<'s> {
    specs: &'s [FieldSpec],
    likely: usize,
}

impl<'a> DeserializeSeed<'a> for Key<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'a>>(self, input: D) -> Result<Self::Value, D::Error> {
        input.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        if self.specs.get(self.likely).is_some_and(|spec| spec.name == key) {
            return Ok(Some(self.likely));
        }
        Ok(self.specs.iter().position(|spec| spec.name == key))
    }
}
