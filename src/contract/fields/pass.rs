//! One pass over the members of a JSON body, borrowing each value as it stands.

use std::borrow::Cow;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::reading::Slot;
use super::{FieldSpec, Notes, plain};
use crate::contract::syntax;
use crate::domain::refusal::BodyFault;

/// What a body has for each field.
pub(super) fn body<'a>(
    specs: &[FieldSpec],
    body: &'a [u8],
    notes: &mut Notes,
) -> Result<Vec<Slot<'a>>, BodyFault> {
    // Checked once for all: the parser would check each value by itself.
    let text = std::str::from_utf8(body).map_err(|error| syntax::bad_utf8(body, error.valid_up_to()))?;
    let mut slots = Slot::empty(specs.len());
    if plain_body(specs, text, &mut slots).is_some() {
        return Ok(slots);
    }
    slots.fill_with(Slot::default);
    let mut input = serde_json::Deserializer::from_str(text);
    let mut too_deep = false;
    let pass = Pass { specs, slots: &mut slots, notes, too_deep: &mut too_deep };
    let read = input.deserialize_map(pass).and_then(|()| input.end());
    read.map_err(|error| without_secrets(specs, syntax::fault(body, &error)))?;
    if too_deep {
        return Err(BodyFault::TooDeep { limit: syntax::DEPTH });
    }
    Ok(slots)
}

/// What a body has for each field, as far as it can be read.
pub(super) fn as_far_as_it_goes<'a>(specs: &[FieldSpec], body: &'a [u8]) -> Vec<Slot<'a>> {
    let mut slots = Slot::empty(specs.len());
    let (mut notes, mut too_deep) = (Notes::default(), false);
    if let Ok(text) = std::str::from_utf8(body) {
        let pass = Pass { specs, slots: &mut slots, notes: &mut notes, too_deep: &mut too_deep };
        // Whoever answers the call says what is wrong with it.
        let _ = serde_json::Deserializer::from_str(text).deserialize_map(pass);
    }
    slots
}

/// Most bodies are plain. One that says something twice is not: that is worth a note.
fn plain_body<'a>(specs: &[FieldSpec], text: &'a str, slots: &mut [Slot<'a>]) -> Option<()> {
    let mut likely = 0;
    plain::members(text, |key, value| {
        let Some(at) = place(specs, likely, key) else { return Some(()) };
        likely = at + 1;
        slots[at].raw.replace(Cow::Borrowed(value)).is_none().then_some(())
    })
}

/// A key's place in the table. Most clients send the fields in the page's order, so the place after the last one is looked at first.
fn place(specs: &[FieldSpec], likely: usize, key: &str) -> Option<usize> {
    if specs.get(likely).is_some_and(|spec| spec.name == key) {
        return Some(likely);
    }
    specs.iter().position(|spec| spec.name == key)
}

/// A forgotten comma is told with the member before it, which may be a secret one.
fn without_secrets(specs: &[FieldSpec], mut fault: BodyFault) -> BodyFault {
    if let BodyFault::Syntax { missing_comma: Some(comma), .. } = &mut fault {
        let mut keys = specs.iter().filter(|spec| spec.secret).map(|spec| format!("\"{}\"", spec.name));
        if let Some(key) = keys.find(|key| comma.after.starts_with(key)) {
            comma.after = format!("{key}: \"***\"");
        }
    }
    fault
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
            if self.slots[at].raw.replace(Cow::Borrowed(raw.get())).is_some() {
                self.notes.add(format!("{}: sent more than once, the last one counts", self.specs[at].name));
            }
        }
        Ok(())
    }
}

/// Finds a key's place in the table without keeping its text.
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
        Ok(place(self.specs, self.likely, key))
    }
}
