//! What a client signed in the place of what it should: each known slip is tried, and the first one that gives its signature is told.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::signing::{SIGN, content, digest, is_empty, sign, written};
use crate::domain::signature::Slip;

/// The slip that explains a signature.
pub(super) fn find(
    parameters: &Map<String, Value>,
    sent: &str,
    secret: &str,
    notify_secret: Option<&str>,
) -> Option<Slip> {
    let right = content(parameters);
    let hex = hex(&digest(&right, secret));
    if sent.eq_ignore_ascii_case(&hex) {
        return Some(Slip::Hex);
    }
    if sent == STANDARD.encode(&hex) || sent == STANDARD.encode(hex.to_uppercase()) {
        return Some(Slip::HexInBase64);
    }
    if notify_secret.is_some_and(|other| sign(&right, other) == sent) {
        return Some(Slip::NotifySecret);
    }
    texts(parameters, &right).into_iter().find(|(_, text)| sign(text, secret) == sent).map(|(slip, _)| slip)
}

/// In lower-case digits.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What each slip signs.
fn texts(parameters: &Map<String, Value>, right: &str) -> Vec<(Slip, String)> {
    let is_kept = |key: &str, value: &Value| key != SIGN && !is_empty(value);
    let sorted = |is_kept: &dyn Fn(&str, &Value) -> bool| {
        let mut pairs: Vec<_> = parameters.iter().filter(|(key, value)| is_kept(key, value)).collect();
        pairs.sort_unstable_by_key(|(key, _)| *key);
        written(pairs.into_iter())
    };
    let numbers = || {
        let as_text =
            |value: &Value| if value.is_number() { Value::from(value.to_string()) } else { value.clone() };
        let changed: Map<String, Value> =
            parameters.iter().map(|(key, value)| (key.clone(), as_text(value))).collect();
        content(&changed)
    };
    vec![
        (Slip::Unsorted, written(parameters.iter().filter(|(key, value)| is_kept(key, value)))),
        (Slip::EmptyValues, sorted(&|key, _| key != SIGN)),
        (Slip::SignInside, sorted(&|_, value| !is_empty(value))),
        (Slip::Blanks, spaced(right)),
        (Slip::Escaped, escaped(right)),
        (Slip::SlashesEscaped, right.replace('/', "\\/")),
        (Slip::NumbersAsTexts, numbers()),
    ]
}

/// With a blank behind each comma and colon that is not part of a text, as some libraries write by default.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let (mut inside, mut escaped) = (false, false);
    for c in text.chars() {
        out.push(c);
        if inside {
            inside = c != '"' || escaped;
            escaped = c == '\\' && !escaped;
        } else if c == '"' {
            inside = true;
        } else if matches!(c, ',' | ':') {
            out.push(' ');
        }
    }
    out
}

/// With letters outside of ASCII as UTF-16 escapes in lower-case hex.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // A text takes whatever is written to it.
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str =
        r#"{"version":"2.0","name":"中/国, \"x\": y","empty":"","page":1,"access_code":"P012345"}"#;

    #[test]
    fn each_slip_is_recognised() {
        let mut parameters: Map<String, Value> = serde_json::from_str(BODY).expect("an object");
        let right = content(&parameters);
        let found = |parameters: &_, sent: &str| find(parameters, sent, "secret", Some("other"));
        assert_eq!(found(&parameters, "nonsense"), None);
        for (slip, text) in texts(&parameters, &right) {
            let expected = match slip {
                // There is no `sign` in it to be signed.
                Slip::SignInside => continue,
                slip => Some(slip),
            };
            assert_ne!(text, right, "{slip:?}");
            assert_eq!(found(&parameters, &sign(&text, "secret")), expected, "{text}");
        }
        assert_eq!(found(&parameters, &sign(&right, "other")), Some(Slip::NotifySecret));
        let hex = hex(&digest(&right, "secret")).to_uppercase();
        assert_eq!(found(&parameters, &hex), Some(Slip::Hex));
        assert_eq!(found(&parameters, &STANDARD.encode(hex.to_lowercase())), Some(Slip::HexInBase64));
        parameters.insert(SIGN.to_owned(), "placeholder".into());
        let inside = texts(&parameters, &right).into_iter().find(|(slip, _)| *slip == Slip::SignInside);
        let (slip, text) = inside.expect("the slip");
        assert_eq!(found(&parameters, &sign(&text, "secret")), Some(slip));
    }

    #[test]
    fn blanks_stand_behind_commas_and_colons_outside_of_texts_only() {
        assert_eq!(spaced(r#"{"a:b":"c,d\",:","e":[1,2]}"#), r#"{"a:b": "c,d\",:", "e": [1, 2]}"#);
        assert_eq!(escaped("a中😀"), "a\\u4e2d\\ud83d\\ude00");
    }
}
