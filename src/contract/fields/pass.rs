//! One pass over the members of a JSON body, borrowing each value as it stands.

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::plain::{Members, Object};
use super::reading::Slot;
use super::value::Raw;
use super::{FieldSpec, FieldTable, Notes};
use crate::contract::syntax;
use crate::domain::refusal::BodyFault;

/// What a body has for each field.
pub(super) fn body<'a>(
    table: &FieldTable,
    body: &'a [u8],
    notes: &mut Notes,
) -> Result<Vec<Slot<'a>>, BodyFault> {
    // Checked once for all: the parser would check each value by itself.
    let text = std::str::from_utf8(body).map_err(|error| syntax::bad_utf8(body, error.valid_up_to()))?;
    let specs = &*table.specs;
    let mut slots = Slot::empty(specs.len());
    if table.has_plain_names && plain_body(specs, text, &mut slots).is_some() {
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

/// The same, of a body that has been taken apart before. `None` if it says something twice: that is worth a note.
pub(super) fn object<'a>(specs: &[FieldSpec], object: &'a Object) -> Option<Vec<Slot<'a>>> {
    let mut slots = Slot::empty(specs.len());
    let mut likely = 0;
    for (key, value) in object.members() {
        let Some(at) = place(specs, likely, key) else { continue };
        likely = at + 1;
        if slots[at].raw.replace(Raw::plain(value)).is_some() {
            return None;
        }
    }
    Some(slots)
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

/// Most bodies are plain. One that says something twice is not: that is worth a note. Most clients send the fields in the page's
/// order, so it is asked first whether the next key is the next field's.
fn plain_body<'a>(specs: &[FieldSpec], text: &'a str, slots: &mut [Slot<'a>]) -> Option<()> {
    let mut members = Members::open(text)?;
    let mut likely = 0;
    loop {
        let known = match specs.get(likely) {
            Some(spec) if members.is_next(&spec.name) => Some(likely),
            _ => position(specs, members.key()?),
        };
        let value = members.value()?;
        if let Some(at) = known {
            likely = at + 1;
            if slots[at].raw.replace(Raw::plain(value)).is_some() {
                return None;
            }
        }
        if !members.goes_on()? {
            return Some(());
        }
    }
}

/// A key's place in the table. The one after the last is looked at first.
fn place(specs: &[FieldSpec], likely: usize, key: &str) -> Option<usize> {
    if specs.get(likely).is_some_and(|spec| spec.name == key) {
        return Some(likely);
    }
    position(specs, key)
}

fn position(specs: &[FieldSpec], key: &str) -> Option<usize> {
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
            if self.slots[at].raw.replace(Raw::new(raw.get())).is_some() {
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

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Request;
    use serde_json::json;

    use super::*;
    use crate::contract::call::Call;

    #[test]
    fn a_body_that_was_taken_apart_before_says_the_same() {
        let spec = |name: &str| {
            let spec =
                json!({ "name": name, "in": "body", "type": "any", "meaning": "", "evidence": "assumed" });
            serde_json::from_value::<FieldSpec>(spec).expect("a field")
        };
        let names = ["a", "b", "c"];
        let table = FieldTable::new(names.map(spec).into());
        for (body, is_plain) in [
            (r#"{"a":1,"b":"x y","c":null}"#, true),
            (r#"{ "c" : "z", "other": 5, "a": "" }"#, true),
            (r#"{"a":1,"a":2}"#, true),
            (r#"{"a":"\n"}"#, false),
            (r#"{"a":{"b":1}}"#, false),
            ("[1]", false),
            ("{", false),
            ("", false),
        ] {
            let read = |is_read_before: bool| {
                let call = Call::from(Request::new(Bytes::from(body)));
                if is_read_before {
                    assert_eq!(call.plain().is_some(), is_plain, "{body}");
                }
                let mut notes = Notes::default();
                let read = table.read_call(&call, &mut notes);
                let sent = read.map(|read| names.map(|name| read.sent(name).map(str::to_owned)));
                format!("{sent:?} {:?}", notes.noted)
            };
            assert_eq!(read(false), read(true), "{body}");
        }
    }
}
