//! The common body, at a third of the parser's price: one object whose members are plain texts without escapes, numbers and words.
//! Whatever else a body is, right or wrong, is the parser's: this reader only ever says that it does not know.

use crate::contract::plain_text;

/// Hands over the members of a plain object, each key and value as they stand. `None` if the text is anything else, or `each` wants
/// no more: then what was handed over so far counts for nothing.
pub(crate) fn members<'a>(text: &'a str, mut each: impl FnMut(&'a str, &'a str) -> Option<()>) -> Option<()> {
    let mut at = after(text, 0, b'{')?;
    loop {
        let key_end = text_end(text, at)?;
        let key = &text[at + 1..key_end - 1];
        let value_at = after(text, key_end, b':')?;
        let value_end = value_end(text, value_at)?;
        each(key, &text[value_at..value_end])?;
        let next = blanks_end(text, value_end);
        match text.as_bytes().get(next)? {
            b',' => at = blanks_end(text, next + 1),
            b'}' => return (blanks_end(text, next + 1) == text.len()).then_some(()),
            _ => return None,
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
    let digits_end = |at: usize| {
        let count = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        (count > 0).then_some(at + count)
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

    use super::members;

    type Members<'a> = Vec<(&'a str, &'a str)>;

    fn read(text: &str) -> Option<Members<'_>> {
        let mut found = Vec::new();
        members(text, |key, value| {
            found.push((key, value));
            Some(())
        })?;
        Some(found)
    }

    /// What is read is what the parser reads, to the character.
    #[track_caller]
    fn agrees(text: &str) -> bool {
        let Some(found) = read(text) else { return false };
        let parsed: BTreeMap<String, &RawValue> =
            serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let mut ours: BTreeMap<&str, &str> = BTreeMap::new();
        ours.extend(found);
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
            assert_eq!(read(text), None, "{text}");
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
