//! A call whose fields are as they should be.

use std::borrow::Cow;

use super::signing::SIGN;
use crate::contract::endpoint::Visit;
use crate::contract::fields::Reading;
use crate::domain::moment::Day;
use crate::domain::refusal::{Refusal, Wanted};
use crate::domain::sim::page::Page;

/// The fields, read.
pub(super) struct Request<'a> {
    reading: Reading<'a>,
}

impl<'a> Request<'a> {
    /// Reads and checks them.
    pub(super) fn read(visit: &mut Visit<'a>) -> Result<Self, Refusal> {
        let reading = visit.read()?;
        if reading.is_clean() {
            Ok(Self { reading })
        } else {
            Err(Refusal::BadFields(reading.into_complaints()))
        }
    }

    /// A text; empty if it was not sent.
    pub(super) fn text(&self, field: &str) -> Cow<'a, str> {
        self.reading.text(field).unwrap_or_default()
    }

    /// A text, if one was sent.
    pub(super) fn filter(&self, field: &str) -> Option<Cow<'a, str>> {
        self.reading.text(field)
    }

    /// A whole number.
    pub(super) fn integer(&self, field: &str) -> Option<i64> {
        self.reading.integer(field)
    }

    /// A small whole number, such as a status.
    pub(super) fn number(&self, field: &str) -> Option<u8> {
        self.integer(field).and_then(|number| u8::try_from(number).ok())
    }

    /// The texts of a list.
    pub(super) fn texts(&self, field: &str) -> Vec<&str> {
        self.reading.texts(field).iter().map(String::as_str).collect()
    }

    /// What was sent for a field, as JSON text.
    pub(super) fn sent(&self, field: &str) -> Option<&str> {
        self.reading.sent(field)
    }

    /// `page_no` and `page_size`.
    pub(super) fn page(&self) -> Result<Page, Refusal> {
        Page::of(self.integer("page_no").unwrap_or(1), self.integer("page_size").unwrap_or(10))
    }

    /// The same, with two dates of it; `None` if one was not sent.
    pub(super) fn with_dates(mut self, fields: [&str; 2]) -> Result<(Self, [Option<Day>; 2]), Refusal> {
        let sent = fields.map(|field| self.filter(field));
        let days = sent.each_ref().map(|text| text.as_deref().and_then(day));
        for ((field, text), day) in fields.into_iter().zip(&sent).zip(days) {
            if text.is_some() && day.is_none() {
                self.reading.complain(field, Wanted::Date);
            }
        }
        if self.reading.is_clean() {
            Ok((self, days))
        } else {
            Err(Refusal::BadFields(self.reading.into_complaints()))
        }
    }

    /// The signature that it came with.
    pub(super) fn sign(&self) -> Option<String> {
        self.filter(SIGN).map(Cow::into_owned)
    }
}

/// `2022-01-31`.
fn day(text: &str) -> Option<Day> {
    let bytes = text.as_bytes();
    let is_digits = |range: std::ops::Range<usize>| bytes[range].iter().all(u8::is_ascii_digit);
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    if !(is_digits(0..4) && is_digits(5..7) && is_digits(8..10)) {
        return None;
    }
    let day =
        Day { year: text[..4].parse().ok()?, month: text[5..7].parse().ok()?, day: text[8..].parse().ok()? };
    let leap = day.year % 4 == 0 && (day.year % 100 != 0 || day.year % 400 == 0);
    let longest = match day.month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    (day.year >= 1970 && (1..=longest).contains(&day.day)).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dates_of_the_calendar_are_dates() {
        for good in ["2022-01-31", "2024-02-29", "2000-02-29", "9999-12-31"] {
            assert_eq!(day(good).map(|day| day.to_string()).as_deref(), Some(good));
        }
        for bad in [
            "",
            "2022-02-29",
            "2100-02-29",
            "2022-13-01",
            "2022-00-10",
            "2022-1-31",
            "2022/01/31",
            "20é2-01-1",
            "+022-01-31",
            "0000-01-01",
        ] {
            assert_eq!(day(bad), None, "{bad}");
        }
    }
}
