//! What has to be true after the calls, ready to be held against what came of them.

use serde_json::Value;

use super::condition::Conditions;
use super::count::Count;
use super::matcher::Matcher;

/// One expectation.
pub(crate) struct Expectation {
    /// Where it stands.
    pub pointer: String,
    /// As it is written.
    pub written: Value,
    /// What it expects.
    pub of: Expected,
}

/// What is expected.
pub(crate) enum Expected {
    /// So many calls.
    Calls(Calls, Count),
    /// So many orders whose fields are so.
    Orders(Fields, Count),
    /// So many mails whose fields are so.
    Mails(Fields, Count),
    /// So many deliveries of callbacks whose fields are so.
    Deliveries(Fields, Count),
    /// These calls, in this order.
    Sequence(Vec<Calls>),
}

/// Matchers by the name of a field.
pub(crate) type Fields = Vec<(String, Matcher)>;

/// Which calls.
pub(crate) struct Calls {
    /// Where they went; `None` is anywhere.
    pub on: Option<Place>,
    /// What they were like.
    pub when: Conditions,
    /// What they were answered with; empty is anything.
    pub codes: Vec<AnswerCode>,
}

/// Where calls go.
pub(crate) struct Place {
    /// The endpoints, by place.
    pub endpoints: Vec<usize>,
    /// As it is written.
    pub words: String,
}

/// A code that an answer may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AnswerCode {
    /// A number, in whatever table.
    Number(i64),
    /// The name of a row in the table of the call's group, or its code if that is a text.
    Word(String),
}

impl std::fmt::Display for AnswerCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Word(word) => f.write_str(word),
        }
    }
}
