//! Payloads as JSON text. What nearly all are made of, structs, lists, maps, texts and numbers, is written here without looking at field
//! names for what cannot stand in them and at texts byte by byte twice; everything else is serde_json's, and so is the truth: the
//! text is the same to the character.

use super::plain_text;
use serde::ser::{Error, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};

/// Writes a value as compact JSON.
pub(crate) fn write(value: &(impl Serialize + ?Sized), out: &mut Vec<u8>) {
    let start = out.len();
    if value.serialize(Plain { out }).is_err() {
        out.truncate(start);
        whatever(value, out);
    }
}

/// Writes a text as JSON.
pub(crate) fn text(text: &str, out: &mut Vec<u8>) {
    if plain_text::length(text.as_bytes()) < text.len() {
        return whatever(text, out);
    }
    out.reserve(text.len() + 2);
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

/// Our own types have text keys and finite numbers, and a Vec takes every byte: what serde_json could refuse does not occur.
fn whatever(value: &(impl Serialize + ?Sized), out: &mut Vec<u8>) {
    let _ = serde_json::to_writer(out, value);
}

/// Writes what is plain.
struct Plain<'o> {
    out: &'o mut Vec<u8>,
}

/// It is not plain, or its own serialisation failed.
#[derive(Debug, thiserror::Error)]
#[error("not plain")]
struct NotPlain;

impl Error for NotPlain {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Members of an object, or items of a list.
struct Parts<'o> {
    out: &'o mut Vec<u8>,
    is_first: bool,
    end: u8,
}

impl<'o> Parts<'o> {
    fn begin(out: &'o mut Vec<u8>, [begin, end]: [u8; 2]) -> Self {
        out.push(begin);
        Self { out, is_first: true, end }
    }

    fn next(&mut self) {
        if !std::mem::take(&mut self.is_first) {
            self.out.push(b',');
        }
    }
}

impl SerializeStruct for Parts<'_> {
    type Ok = ();
    type Error = NotPlain;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), NotPlain> {
        self.next();
        // The name of a field of one of our types: nothing in it needs an escape.
        self.out.reserve(key.len() + 3);
        self.out.push(b'"');
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
        value.serialize(Plain { out: self.out })
    }

    fn end(self) -> Result<(), NotPlain> {
        self.out.push(self.end);
        Ok(())
    }
}

impl SerializeSeq for Parts<'_> {
    type Ok = ();
    type Error = NotPlain;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotPlain> {
        self.next();
        value.serialize(Plain { out: self.out })
    }

    fn end(self) -> Result<(), NotPlain> {
        self.out.push(self.end);
        Ok(())
    }
}

impl SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = NotPlain;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), NotPlain> {
        self.next();
        let start = self.out.len();
        key.serialize(Plain { out: self.out })?;
        // Keys that are no texts are turned into such by serde_json.
        if self.out.get(start) != Some(&b'"') {
            return Err(NotPlain);
        }
        self.out.push(b':');
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotPlain> {
        value.serialize(Plain { out: self.out })
    }

    fn end(self) -> Result<(), NotPlain> {
        self.out.push(self.end);
        Ok(())
    }
}

/// Numbers are serde_json's.
macro_rules! numbers {
    ($($method:ident: $type:ty),+) => {
        $(fn $method(self, number: $type) -> Result<(), NotPlain> {
            whatever(&number, self.out);
            Ok(())
        })+
    };
}

type Never = Impossible<(), NotPlain>;

impl<'o> Serializer for Plain<'o> {
    type Ok = ();
    type Error = NotPlain;
    type SerializeSeq = Parts<'o>;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Parts<'o>;
    type SerializeStruct = Parts<'o>;
    type SerializeStructVariant = Never;

    numbers!(serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_u8: u8, serialize_u16: u16,
        serialize_u32: u32, serialize_u64: u64, serialize_f32: f32, serialize_f64: f64);

    fn serialize_bool(self, value: bool) -> Result<(), NotPlain> {
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), NotPlain> {
        text(value, self.out);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), NotPlain> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), NotPlain> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), NotPlain> {
        self.out.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), NotPlain> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), NotPlain> {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'o>, NotPlain> {
        Ok(Parts::begin(self.out, *b"[]"))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Parts<'o>, NotPlain> {
        // serde_json hands pasted JSON to itself as a struct of such a name.
        if name.starts_with('$') {
            return Err(NotPlain);
        }
        Ok(Parts::begin(self.out, *b"{}"))
    }

    fn serialize_char(self, _: char) -> Result<(), NotPlain> {
        Err(NotPlain)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), NotPlain> {
        Err(NotPlain)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), NotPlain> {
        Err(NotPlain)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), NotPlain> {
        Err(NotPlain)
    }

    fn serialize_tuple(self, _: usize) -> Result<Never, NotPlain> {
        Err(NotPlain)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Never, NotPlain> {
        Err(NotPlain)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Never, NotPlain> {
        Err(NotPlain)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts<'o>, NotPlain> {
        Ok(Parts::begin(self.out, *b"{}"))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Never, NotPlain> {
        Err(NotPlain)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::Serialize;
    use serde_json::value::RawValue;
    use serde_json::{Value, json};

    #[derive(Serialize)]
    enum Kind {
        Plain,
        #[serde(rename = "a \"b\"")]
        Odd,
        Holds(u8),
        Has {
            x: (),
        },
    }

    #[derive(Serialize)]
    struct Nothing {}

    #[derive(Serialize)]
    struct Beside<'a> {
        first: u8,
        #[serde(flatten)]
        rest: Rest<'a>,
    }

    #[derive(Serialize)]
    struct Rest<'a> {
        second: &'a str,
        third: Option<Vec<u8>>,
    }

    #[derive(Serialize)]
    struct Wrapped(f64);

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct All<'a> {
        some_text: &'a str,
        list: Vec<Option<&'a str>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        absent: Option<u8>,
        numbers: [i64; 2],
        real: Wrapped,
        kinds: Vec<Kind>,
        nested: Vec<BTreeMap<String, u8>>,
        letter: char,
        pasted: Box<RawValue>,
        value: Value,
        none: Option<()>,
        yes: bool,
    }

    #[track_caller]
    fn is_the_same(value: &impl Serialize) {
        let mut out = b"before".to_vec();
        super::write(value, &mut out);
        let theirs = serde_json::to_string(value).expect("a value");
        assert_eq!(String::from_utf8(out).expect("text"), format!("before{theirs}"));
    }

    #[test]
    fn odd_shapes_are_written_as_well() {
        is_the_same(&Kind::Plain);
        is_the_same(&Kind::Odd);
        is_the_same(&vec![Kind::Holds(1)]);
        is_the_same(&Kind::Has { x: () });
        is_the_same(&Nothing {});
        is_the_same(&Beside { first: 1, rest: Rest { second: "x", third: Some(vec![1, 2]) } });
        is_the_same(&BTreeMap::from([(1, 2)]));
        is_the_same(&Vec::<u8>::new());
        is_the_same(&(1, "two"));
        is_the_same(&f64::NAN);
        is_the_same(&RawValue::from_string(r#"{"b": 1.50}"#.to_owned()).expect("JSON"));
        is_the_same(&json!({"z": [1, null, "\u{1}"], "a": {"b": -0.0}}));
    }

    proptest! {
        #[test]
        fn every_text_is_the_same_to_the_character(text in any::<String>(), number in any::<i64>(), real in any::<f64>()) {
            is_the_same(&text);
            is_the_same(&All {
                some_text: &text,
                list: vec![Some(&text), None, Some("\\\"\n")],
                absent: None,
                numbers: [number, -1],
                real: Wrapped(real),
                kinds: vec![Kind::Plain, Kind::Odd],
                nested: vec![BTreeMap::from([(text.clone(), 1)])],
                letter: 'é',
                pasted: RawValue::from_string("[ 1 ]".to_owned()).expect("JSON"),
                value: json!({"x": number}),
                none: None,
                yes: true,
            });
        }
    }
}
