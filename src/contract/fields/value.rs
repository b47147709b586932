//! From the JSON text of one field to a typed value.

use std::borrow::Cow;

use super::{FieldSpec, FieldType, Format, Notes};
use crate::contract::plain_text;

/// The JSON text of a field's value.
#[derive(Clone)]
pub(super) struct Raw<'a> {
    pub(super) text: Cow<'a, str>,
    /// Whether it is known that no text in it has an escape.
    pub(super) is_plain: bool,
}

/// What a field came to.
#[derive(Clone, Default)]
pub(super) enum Value<'a> {
    /// Nothing was sent, or nothing that counts.
    #[default]
    Absent,
    Integer(i64),
    Number(f64),
    Text(Cow<'a, str>),
    Texts(Vec<String>),
}

impl FieldSpec {
    /// The value of a JSON text; `None` if it is not what the card asks for.
    pub(super) fn typed<'a>(&self, raw: &Raw<'a>, notes: &mut Notes) -> Option<Value<'a>> {
        let text = &*raw.text;
        match self.kind {
            _ if self.empty.is_some() && matches!(text, "\"\"" | "[]") => Some(Value::Absent),
            _ if self.format == Some(Format::Digits) => self.digits(raw, notes),
            _ if self.loose => self.loosely(raw, notes),
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
                let unquoted = raw.string();
                let number = finite(unquoted.as_deref().unwrap_or(text))?;
                if unquoted.is_some() {
                    notes.add(format!("{}: {} was read as the number {number}", self.name, clip(text)));
                }
                Some(Value::Number(number))
            }
            FieldType::Texts => {
                let texts: Vec<String> = serde_json::from_str(text).ok()?;
                let is_short =
                    |text: &String| self.max_length.is_none_or(|longest| text.chars().count() <= longest);
                texts.iter().all(is_short).then_some(Value::Texts(texts))
            }
            FieldType::String => {
                let value = raw.string()?;
                match self.format {
                    // An optional address that is empty counts as none: the vendor's own clients send it so.
                    _ if value.is_empty() => {
                        (!self.required && self.format.is_some()).then_some(Value::Absent)
                    }
                    Some(Format::Email) if !is_email(&value) => None,
                    _ => self.bounded(value),
                }
            }
        }
    }

    /// A whole number that the documents write as a text of digits.
    fn digits<'a>(&self, raw: &Raw<'_>, notes: &mut Notes) -> Option<Value<'a>> {
        let (text, unquoted) = (&*raw.text, raw.string());
        let number = whole_number(unquoted.as_deref().unwrap_or(text))
            .filter(|_| unquoted.as_deref().is_none_or(|text| !text.starts_with('+')))?;
        if unquoted.is_none() {
            notes.add(format!("{}: got {}, and the documents have a string here", self.name, clip(text)));
        }
        let fits = self.min.is_none_or(|min| number >= min) && self.max.is_none_or(|max| number <= max);
        fits.then_some(Value::Integer(number))
    }

    /// A text or a number, as its text.
    fn loosely<'a>(&self, raw: &Raw<'a>, notes: &mut Notes) -> Option<Value<'a>> {
        let (text, unquoted) = (&*raw.text, raw.string());
        let is_text = unquoted.is_some();
        if !is_text && finite(text).is_none() {
            return None;
        }
        // Of some fields no page says which of the two they are: `any` takes both in silence.
        if self.kind != FieldType::Any && is_text != (self.kind == FieldType::String) {
            let kind = if self.kind == FieldType::String { "a string" } else { "a number" };
            notes.add(format!("{}: got {}, and the documents have {kind} here", self.name, clip(text)));
        }
        let value = unquoted.unwrap_or_else(|| raw.text.clone());
        if value.is_empty() { None } else { self.bounded(value) }
    }

    /// A kept text without a limit would let a client fill the memory.
    fn bounded<'a>(&self, value: Cow<'a, str>) -> Option<Value<'a>> {
        // What has no more bytes has no more characters.
        let is_too_long =
            self.max_length.is_some_and(|longest| value.len() > longest && value.chars().count() > longest);
        (!is_too_long).then_some(Value::Text(value))
    }
}

impl<'a> Raw<'a> {
    /// One of which nothing is known.
    pub(super) fn new(text: impl Into<Cow<'a, str>>) -> Self {
        Self { text: text.into(), is_plain: false }
    }

    /// One in which there is no escape.
    pub(super) fn plain(text: &'a str) -> Self {
        Self { text: text.into(), is_plain: true }
    }

    /// What it says if it is a string, borrowed from the body where that can be.
    fn string(&self) -> Option<Cow<'a, str>> {
        match &self.text {
            Cow::Borrowed(text) => string(text, self.is_plain),
            Cow::Owned(text) => string(text, self.is_plain).map(|value| Cow::Owned(value.into_owned())),
        }
    }
}

/// What a JSON string says; `None` if the text is not one.
fn string(text: &str, is_plain: bool) -> Option<Cow<'_, str>> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    if is_plain || plain_text::length(inner.as_bytes()) == inner.len() {
        Some(Cow::Borrowed(inner))
    } else {
        serde_json::from_str(text).ok().map(Cow::Owned)
    }
}

fn whole_number(text: &str) -> Option<i64> {
    text.parse().ok()
}

/// `1.0`, `1e2`, `"1"`, `"1.0"`.
fn whole_number_spelt_otherwise(text: &str) -> Option<i64> {
    let unquoted = string(text, false);
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
pub(crate) fn is_email(text: &str) -> bool {
    is_plain_email(text) || is_odd_email(text)
}

/// What nearly all addresses are: letters, digits and a few signs. Reading them by the whole grammar takes a tenth of a call.
fn is_plain_email(text: &str) -> bool {
    let (mut part, mut local) = (0, None);
    for (at, byte) in text.bytes().enumerate() {
        part = match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => part + 1,
            b'_' | b'+' | b'-' if local.is_none() => part + 1,
            b'.' if part > 0 => 0,
            b'@' if part > 0 && local.is_none() => {
                local = Some(at);
                0
            }
            _ => return false,
        };
        if part > 63 + usize::from(local.is_none()) {
            return false;
        }
    }
    part > 0 && text.len() <= 200 && local.is_some_and(|length| length <= 64)
}

fn is_odd_email(text: &str) -> bool {
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

/// What stands for a JSON text that must not be shown: only whether it was a string, and an empty one, is told.
pub(super) fn masked(text: &str) -> String {
    match text {
        "\"\"" => text,
        _ if text.starts_with('"') => "\"***\"",
        _ => "***",
    }
    .to_owned()
}

/// The whole number of an id, however it is spelt: `1055293`, `1055293.0`.
pub(crate) fn decimal(text: &str) -> Option<i64> {
    whole_number(text).or_else(|| whole_number_spelt_otherwise(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_as_plain_passes_by_the_whole_grammar_too() {
        let pieces = [
            "",
            "a",
            "a.b",
            ".a",
            "a..b",
            "a+b-c",
            "a b",
            "ä",
            "\"q\"",
            "a@b",
            &"x".repeat(64),
            &"x".repeat(65),
        ];
        let mut plain = 0;
        for local in pieces {
            for domain in pieces {
                let text = format!("{local}@{domain}");
                if is_plain_email(&text) {
                    assert!(is_odd_email(&text), "{text}");
                    plain += 1;
                }
            }
        }
        assert!(plain >= 8, "{plain}");
        for text in ["a-b@c-d.example", "\"a b\"@c.example", "ä@b.example"] {
            assert!(!is_plain_email(text) && is_email(text), "{text}");
        }
    }
}
