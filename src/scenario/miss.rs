//! Which conditions a call did not meet, and what it had instead.

use serde::Serialize;
use serde_json::Value;

use super::condition::{Condition, Conditions};
use super::matcher::Matcher;
use super::sight::Sight;

/// A condition that was not met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Miss {
    /// Where it looks, such as `body.money`.
    pub place: String,
    /// What was wanted.
    pub wanted: String,
    /// What was there.
    pub got: String,
}

impl Miss {
    /// A matcher that did not accept a value, if it did not.
    pub(crate) fn of(place: impl Into<String>, matcher: &Matcher, value: Option<&Value>) -> Option<Self> {
        (!matcher.accepts(value)).then(|| Self {
            place: place.into(),
            wanted: matcher.to_string(),
            got: value.map_or_else(|| "nothing".to_owned(), shown),
        })
    }
}

impl Conditions {
    /// All conditions that are not met; none if [`Conditions::hold`] would say so.
    pub(crate) fn misses(&self, sight: &Sight<'_>) -> Vec<Miss> {
        let miss = |condition: &Condition| {
            let found = sight.look(&condition.place);
            Miss::of(condition.place.to_string(), &condition.matcher, found.as_deref())
        };
        self.0.iter().filter_map(miss).collect()
    }

    /// All of them in words.
    pub(crate) fn words(&self) -> Vec<String> {
        self.0.iter().map(|condition| format!("{} is {}", condition.place, condition.matcher)).collect()
    }
}

/// A value in a line, not too long.
fn shown(value: &Value) -> String {
    const LONGEST: usize = 80;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
