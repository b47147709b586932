//! The code of an answer as it stands on the wire: a number in one group of the vendor's, a text in another.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Code {
    /// Such as 10009.
    Number(i64),
    /// Such as "0000".
    Text(Arc<str>),
}

impl Code {
    /// The code of a body, if it has one.
    pub(crate) fn of_body(body: &Value) -> Option<Self> {
        match body.get("code")? {
            Value::String(text) => Some(Self::Text(text.as_str().into())),
            other => other.as_i64().map(Self::Number),
        }
    }

    /// Whether a person who typed this means the code.
    pub(crate) fn is_typed(&self, typed: &str) -> bool {
        match self {
            Self::Number(number) => typed.parse() == Ok(*number),
            Self::Text(text) => **text == *typed,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}
