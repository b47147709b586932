//! What is wrong with a body that is not JSON: where the parser stopped, and whether a comma is missing there.

use super::fields::clip;
use crate::domain::refusal::{BodyFault, MissingComma};

/// Objects and lists may stand this deep, the body itself included.
pub(super) const DEPTH: usize = 128;

/// Whether a member of the body is nested too deep. The reader itself would manage; the rules that may look at the body
/// would not.
pub(super) fn is_too_deep(value: &str) -> bool {
    if !value.starts_with(['{', '[']) {
        return false;
    }
    let (mut depth, mut in_string, mut escaped) = (1_usize, false, false);
    for byte in value.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth -= 1,
            _ => {}
        }
        if depth > DEPTH {
            return true;
        }
    }
    false
}

/// A body that is no UTF-8, from this byte on.
pub(super) fn bad_utf8(body: &[u8], offset: usize) -> BodyFault {
    let (line, column) = place_of(body, offset);
    BodyFault::Syntax { line, column, what: "a byte that is not UTF-8".to_owned(), missing_comma: None }
}

/// What the parser's error means for whoever sent the body.
pub(super) fn fault(body: &[u8], error: &serde_json::Error) -> BodyFault {
    let Some(first) = body.iter().find(|byte| !byte.is_ascii_whitespace()) else {
        return BodyFault::Empty;
    };
    if error.is_data() {
        return BodyFault::NotAnObject(match first {
            b'[' => "a list",
            b'"' => "a text",
            b't' | b'f' => "a boolean",
            b'n' => "null",
            _ => "a number",
        });
    }
    let offset = offset_of(body, error.line(), error.column());
    let (line, column) = place_of(body, offset);
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or(&text).to_owned();
    // Only where the parser itself wants a comma: elsewhere a key may lack its colon.
    let wants_comma = what.starts_with("expected `,`");
    let missing_comma = if wants_comma { missing_comma(body, offset) } else { None };
    BodyFault::Syntax { line, column, what, missing_comma }
}

/// The byte at which the parser stopped. It counts lines from 1 and bytes within the line from 1.
fn offset_of(body: &[u8], line: usize, column: usize) -> usize {
    let start = match line.checked_sub(2) {
        None => 0,
        Some(nth) => {
            body.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(nth).map_or(0, |(at, _)| at + 1)
        }
    };
    (start + column.saturating_sub(1)).min(body.len())
}

/// Line and column from 1, the column in characters.
fn place_of(body: &[u8], offset: usize) -> (usize, usize) {
    let before = &body[..offset];
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    (line, String::from_utf8_lossy(&before[start..]).chars().count() + 1)
}

/// Found by structure: the parser stopped at a key, and before it stands a whole value without a comma.
fn missing_comma(body: &[u8], offset: usize) -> Option<MissingComma> {
    let rest = std::str::from_utf8(&body[offset..]).ok()?;
    let key_end = rest.strip_prefix('"')?.find('"')? + 1;
    let is_key = rest[key_end + 1..].trim_start().starts_with(':');
    let before = std::str::from_utf8(&body[..offset]).ok()?.trim_end();
    let ends_a_value = before.ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '"' | '}' | ']'));
    if !is_key || !ends_a_value {
        return None;
    }
    let (line, column) = place_of(body, before.len());
    let member = before.rfind([',', '{', '\n']).map_or(before, |at| &before[at + 1..]).trim();
    Some(MissingComma { line, column, after: clip(member), before: clip(&rest[..=key_end]) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::fields::{FieldTable, Notes};

    fn fault_in(body: &str) -> BodyFault {
        let table = FieldTable::new(Vec::new());
        table.read(body.as_bytes(), &mut Notes::default()).err().expect("not an object")
    }

    #[test]
    fn the_place_where_the_parser_stopped_is_named() {
        insta::assert_debug_snapshot!(fault_in("{\n  \"a\": 1\n  \"b\": 2\n}"), @r#"
        Syntax {
            line: 3,
            column: 3,
            what: "expected `,` or `}`",
            missing_comma: Some(
                MissingComma {
                    line: 2,
                    column: 9,
                    after: "\"a\": 1",
                    before: "\"b\"",
                },
            ),
        }
        "#);
        insta::assert_debug_snapshot!(fault_in(r#"{"数": "值" "b": 2}"#), @r#"
        Syntax {
            line: 1,
            column: 11,
            what: "expected `,` or `}`",
            missing_comma: Some(
                MissingComma {
                    line: 1,
                    column: 10,
                    after: "\"数\": \"值\"",
                    before: "\"b\"",
                },
            ),
        }
        "#);
        insta::assert_debug_snapshot!(fault_in(r#"{"a": 1,}"#), @r#"
        Syntax {
            line: 1,
            column: 9,
            what: "trailing comma",
            missing_comma: None,
        }
        "#);
        insta::assert_debug_snapshot!(fault_in("{\"a\": "), @r#"
        Syntax {
            line: 1,
            column: 6,
            what: "EOF while parsing a value",
            missing_comma: None,
        }
        "#);
        insta::assert_debug_snapshot!(fault_in("{} {}"), @r#"
        Syntax {
            line: 1,
            column: 4,
            what: "trailing characters",
            missing_comma: None,
        }
        "#);
        insta::assert_debug_snapshot!(fault_in("\u{feff}{}"), @r#"
        Syntax {
            line: 1,
            column: 1,
            what: "expected value",
            missing_comma: None,
        }
        "#);
    }

    #[test]
    fn what_is_json_but_no_object_is_named() {
        assert_eq!(fault_in(" \n"), BodyFault::Empty);
        assert_eq!(fault_in("[1]"), BodyFault::NotAnObject("a list"));
        assert_eq!(fault_in("null"), BodyFault::NotAnObject("null"));
        assert_eq!(fault_in("-4"), BodyFault::NotAnObject("a number"));
    }

    #[test]
    fn depth_is_counted_outside_of_strings() {
        let table = FieldTable::new(Vec::new());
        let read = |body: String| table.read(body.as_bytes(), &mut Notes::default()).err();
        assert_eq!(read(format!(r#"{{"a":{}{}}}"#, "[".repeat(127), "]".repeat(127))), None);
        assert_eq!(
            read(format!(r#"{{"a":{}{}}}"#, "[".repeat(128), "]".repeat(128))),
            Some(BodyFault::TooDeep { limit: 128 })
        );
        assert_eq!(read(format!(r#"{{"a":"\"{}"}}"#, "[".repeat(500))), None);
        assert_eq!(read(format!("{{{}}}", vec![r#""a":[]"#; 300].join(","))), None);
    }
}
