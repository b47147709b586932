//! The common body, at a third of the parser's price: one object whose members are plain texts without escapes, numbers and words.
//! Whatever else a body is, right or wrong, is the parser's: this reader only ever says that it does not know.

use std::ops::Range;

use crate::contract::plain_text;

/// Longer bodies are the parser's: an object is kept as long as its call, which may be held back, and nobody counts what it weighs.
const LONGEST: usize = 4_096;

/// A plain object that is looked at more than once: whose it is, then what it says.
#[derive(Debug)]
pub(crate) struct Object {
    text: String,
    members: Vec<(Range<usize>, Range<usize>)>,
}

impl Object {
    /// The object of a body; `None` if that is anything else, or long.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        if body.len() > LONGEST {
            return None;
        }
        let text = std::str::from_utf8(body).ok()?;
        let mut walk = Members::open(text)?;
        let mut members = Vec::with_capacity(24);
        loop {
            let from = walk.at + 1;
            let key = from..from + walk.key()?.len();
            let from = walk.at;
            members.push((key, from..from + walk.value()?.len()));
            if !walk.goes_on()? {
                return Some(Self { text: text.to_owned(), members });
            }
        }
    }

    /// Its members, each key and value as they stand.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&str, &str)> {
        self.members.iter().map(|(key, value)| (&self.text[key.clone()], &self.text[value.clone()]))
    }
}

/// A walk along the members of a plain object. Whatever gives `None` says that the text is anything else.
pub(super) struct Members<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Members<'a> {
    /// Before the first member.
    pub(super) fn open(text: &'a str) -> Option<Self> {
        Some(Self { text, at: after(text, 0, b'{')? })
    }

    /// Goes by the key if it is this one, a text that needs no escape. Cheaper than to find out which it is.
    pub(super) fn is_next(&mut self, key: &str) -> bool {
        let (bytes, from) = (self.text.as_bytes(), self.at + 1);
        let end = from + key.len();
        let is_it = bytes.get(end) == Some(&b'"')
            && bytes.get(self.at) == Some(&b'"')
            && bytes.get(from..end) == Some(key.as_bytes());
        let value = if is_it { after(self.text, end + 1, b':') } else { None };
        self.at = value.unwrap_or(self.at);
        value.is_some()
    }

    /// The key that stands here.
    pub(super) fn key(&mut self) -> Option<&'a str> {
        let end = text_end(self.text, self.at)?;
        let key = &self.text[self.at + 1..end - 1];
        self.at = after(self.text, end, b':')?;
        Some(key)
    }

    /// The value of the key before it.
    pub(super) fn value(&mut self) -> Option<&'a str> {
        let end = value_end(self.text, self.at)?;
        let value = &self.text[self.at..end];
        self.at = end;
        Some(value)
    }

    /// Whether there is one more. Else nothing may stand behind the object.
    pub(super) fn goes_on(&mut self) -> Option<bool> {
        let next = blanks_end(self.text, self.at);
        self.at = blanks_end(self.text, next + 1);
        match self.text.as_bytes().get(next)? {
            b',' => Some(true),
            b'}' if self.at == self.text.len() => Some(false),
            _ => None,
        }
    }
}

/// The end of the blanks that begin here.
fn blanks_end(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = at;
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(at) {
        at += 1;
    }
    at
}

/// The place after a mark with blanks around it.
fn after(text: &str, at: usize, mark: u8) -> Option<usize> {
    let at = blanks_end(text, at);
    (text.as_bytes().get(at) == Some(&mark)).then(|| blanks_end(text, at + 1))
}

/// The end of the text that begins here, quotes included.
fn text_end(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.get(at) != Some(&b'"') {
        return None;
    }
    let end = at + 1 + plain_text::length(&bytes[at + 1..]);
    (bytes.get(end) == Some(&b'"')).then_some(end + 1)
}

/// The end of the value that begins here.
fn value_end(text: &str, at: usize) -> Option<usize> {
    match text.as_bytes().get(at)? {
        b'"' => text_end(text, at),
        b'-' | b'0'..=b'9' => number_end(text.as_bytes(), at),
        _ => {
            let word = ["null", "true", "false"].into_iter().find(|word| text[at..].starts_with(word))?;
            Some(at + word.len())
        }
    }
}

/// The end of the whole number that begins here, or of one with a fraction. Those with an exponent are the parser's.
fn number_end(bytes: &[u8], at: usize) -> Option<usize> {
    let digits_end = |from: usize| {
        let mut end = from;
        while let Some(b'0'..=b'9') = bytes.get(end) {
            end += 1;
        }
        (end > from).then_some(end)
    };
    let first = if bytes[at] == b'-' { at + 1 } else { at };
    let mut end = digits_end(first)?;
    // A zero in front of other digits is no JSON.
    if bytes[first] == b'0' && end > first + 1 {
        return None;
    }
    if bytes.get(end) == Some(&b'.') {
        end = digits_end(end + 1)?;
    }
    (!matches!(bytes.get(end), Some(b'e' | b'E'))).then_some(end)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde_json::value::RawValue;

    use super::{Members, Object};

    fn read(text: &str) -> Option<Object> {
        Object::read(text.as_bytes())
    }

    /// What is read is what the parser reads, to the character.
    #[track_caller]
    fn agrees(text: &str) -> bool {
        let Some(found) = read(text) else { return false };
        let parsed: BTreeMap<String, &RawValue> =
            serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let mut ours: BTreeMap<&str, &str> = BTreeMap::new();
        ours.extend(found.members());
        let parsed: Vec<_> = parsed.iter().map(|(key, value)| (key.as_str(), value.get())).collect();
        assert_eq!(ours.into_iter().collect::<Vec<_>>(), parsed, "{text}");
        true
    }

    #[test]
    fn plain_bodies_are_read_here() {
        for text in [
            r#"{"a":1}"#,
            " {\n \"a\" : \"x y\" ,\t\"b\":-0.50 , \"c\":null,\"d\":true,\"e\":false, \"\":0 }\r\n",
            r#"{"中":"文","a":12345678901234567890}"#,
        ] {
            assert!(agrees(text), "{text}");
        }
    }

    #[test]
    fn all_else_is_left_to_the_parser() {
        for text in [
            "",
            "{",
            "{}",
            "[]",
            "1",
            r#"{"a"}"#,
            r#"{"a":}"#,
            r#"{"a":1,}"#,
            r#"{"a":1}x"#,
            r#"{"a":1 "b":2}"#,
            r#"{"a":01}"#,
            r#"{"a":1.}"#,
            r#"{"a":.5}"#,
            r#"{"a":-}"#,
            r#"{"a":1e5}"#,
            r#"{"a":+1}"#,
            r#"{"a":"\n"}"#,
            r#"{"a\u0041":1}"#,
            "{\"a\":\"\n\"}",
            r#"{"a":{}}"#,
            r#"{"a":[1]}"#,
            r#"{"a":nul}"#,
            r#"{"a":"x}"#,
            r"{'a':1}",
            r#"{"a":1"#,
            r#"{"a":truex}"#,
            r#"{"a":1x}"#,
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn long_bodies_are_not_kept() {
        let body = |length: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(length - r#"{"a":""}"#.len()));
        assert!(agrees(&body(super::LONGEST)) && !agrees(&body(super::LONGEST + 1)));
    }

    /// Whoever asks for a key learns of it what whoever takes it does.
    #[track_caller]
    fn asking_agrees(text: &str, key: &str) {
        let (Some(mut asked), Some(mut taken)) = (Members::open(text), Members::open(text)) else { return };
        let is_it = asked.is_next(key);
        assert_eq!(is_it, taken.key() == Some(key), "{text}: {key}");
        if is_it {
            assert_eq!(asked.value(), taken.value(), "{text}: {key}");
        }
    }

    #[test]
    fn a_key_can_be_asked_for() {
        for text in [
            r#"{"ab":1}"#,
            r#"{ "ab" : 1}"#,
            r#"{"ab"}"#,
            r#"{"a":1}"#,
            r#"{"abc":1}"#,
            r#"{"ab"#,
            "{",
            r#"{"":1}"#,
            r"{ab:1}",
        ] {
            for key in ["ab", "a", "abc", ""] {
                asking_agrees(text, key);
            }
        }
    }

    proptest! {
        /// Pieces of JSON in any order: most are no JSON at all, and those must not be taken for a body.
        #[test]
        fn it_never_reads_what_the_parser_does_not(
            pieces in proptest::collection::vec(
                prop::sample::select(vec![
                    "{", "}", "\"a\"", "\"b\"", ":", ",", " ", "1", "0", "-", ".", "5", "e", "null", "true", "\"", "\\", "é", "[", "]", "\n",
                ]),
                0..14,
            )
        ) {
            agrees(&pieces.concat());
            asking_agrees(&pieces.concat(), "a");
        }

        /// Bodies as clients send them.
        #[test]
        fn it_reads_flat_bodies(values in proptest::collection::vec(("[a-z]{1,8}", "[ -!#-\\[\\]-~é]{0,20}", any::<i32>()), 1..8)) {
            let members: Vec<String> = values
                .iter()
                .enumerate()
                .flat_map(|(at, (key, text, number))| [format!("\"{key}{at}\":\"{text}\""), format!("\"n{key}{at}\": {number}")])
                .collect();
            let body = format!("{{{}}}", members.join(","));
            prop_assert!(agrees(&body), "{}", body);
        }
    }
}
