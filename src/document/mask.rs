//! What a drawn line must not show: passwords stand in files that people write, and never in a log or an answer.

use std::borrow::Cow;

/// Keys whose texts are hidden.
const SECRET: [&str; 2] = ["\"password\"", "\"passwd\""];

/// The text with a star for each byte of a password, so that every place in it stays where it is.
pub(super) fn without_passwords(text: &str) -> Cow<'_, str> {
    if !SECRET.iter().any(|key| text.contains(key)) {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(end) = SECRET.iter().filter_map(|key| Some(rest.find(key)? + key.len())).min() {
        let (before, after) = rest.split_at(end);
        masked.push_str(before);
        rest = after;
        let Some(start) = after.find('"').filter(|start| after[..*start].trim() == ":") else { continue };
        let (before, value) = after.split_at(start + 1);
        let length = length_of(value);
        masked.push_str(before);
        masked.extend(std::iter::repeat_n('*', length));
        rest = &value[length..];
    }
    Cow::Owned(masked + rest)
}

/// How long a text is, from behind its first quote to its last one, or to the end of the line if it never ends.
fn length_of(value: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in value.bytes().enumerate() {
        match byte {
            b'"' if !is_escaped => return at,
            b'\n' => return at,
            _ => is_escaped = byte == b'\\' && !is_escaped,
        }
    }
    value.len()
}

#[cfg(test)]
mod tests {
    use super::without_passwords;

    #[test]
    fn each_byte_of_a_password_becomes_a_star() {
        let check = |text: &str, masked: &str| {
            assert_eq!(without_passwords(text), masked);
            assert_eq!(text.len(), masked.len());
        };
        check("{ \"a\": \"password\" }", "{ \"a\": \"password\" }");
        check(
            r#"{ "password": "one", "x": 1, "passwd" :"b" }"#,
            r#"{ "password": "***", "x": 1, "passwd" :"*" }"#,
        );
        check(r#"{ "password": "a\"b\\", "x": "c" }"#, r#"{ "password": "******", "x": "c" }"#);
        check("\"password\": \"é\"", "\"password\": \"**\"");
        check("\"password\": \"never\nclosed\"", "\"password\": \"*****\nclosed\"");
        check("\"password\": 5, \"password\"", "\"password\": 5, \"password\"");
    }
}
