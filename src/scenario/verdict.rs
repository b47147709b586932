//! What a scenario decides for one call.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};

use super::fault::{Fault, Hold};
use super::script::Rule;
use super::why::Why;
use crate::contract::code::Code;

/// The decision: was the state changed before the client saw the failure, and what does it see?
#[derive(Clone, Default)]
pub(crate) struct Verdict {
    /// The rule that decided, if one did.
    pub rule: Option<Arc<str>>,
    /// What is answered.
    pub answer: Instead,
    /// What happens on the wire.
    pub wire: Vec<Fault>,
    /// The rules that were looked at, if there were any.
    pub why: Option<Box<Why>>,
    /// What took effect; the `then` of some rules waits for the outcome.
    pub(super) fired: Vec<Fired>,
}

/// What took effect. One list for all, since a verdict is moved often and is almost always empty.
#[derive(Clone)]
pub(crate) enum Fired {
    /// A rule of the scenario, or an armed one.
    Rule(Arc<Rule>),
    /// A magic value, by its row, and the rule that it stands for.
    Magic(usize, Arc<Rule>),
    /// A magic value that pays, by its row.
    Payer(usize),
}

/// What is answered instead of, or after, the call's own work.
#[derive(Clone, Debug, Default)]
pub(crate) enum Instead {
    /// The call is carried out and answered.
    #[default]
    Handle,
    /// The call is carried out, and its answer is changed.
    Edit(Arc<Edit>),
    /// The call is not carried out: no number is taken, nothing is stored.
    Say(Arc<Saying>),
    /// The call is carried out, and its answer is replaced.
    HandleThenSay(Arc<Saying>),
    /// The call is answered as if it were carried out, its answer perhaps changed, and nothing is: what breaks on the wire
    /// was then never stored.
    Pretend(Option<Arc<Edit>>),
}

/// Changes of a default answer.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    /// Merged deeply; null means null.
    pub patch: Map<String, Value>,
    /// JSON pointers taken out.
    pub remove: Vec<String>,
}

/// An answer that a rule names.
#[derive(Clone, Debug)]
pub(crate) enum Saying {
    /// A code in the group's envelope, with `data` null.
    Code {
        /// Which.
        code: CodeChoice,
        /// Its message; `None` is the table's text.
        message: Option<String>,
    },
    /// A whole HTTP answer.
    Http {
        /// Status.
        status: StatusCode,
        /// Headers.
        headers: HeaderMap,
        /// Body.
        body: Bytes,
    },
    /// The page of a gateway in front of the vendor: nothing of the vendor's or ours is on it.
    Gateway(StatusCode),
    /// A loaded body in HTTP 200.
    Fixture {
        /// The body.
        body: Bytes,
        /// Whether it tells of a success: its code is that of a success.
        tells_success: bool,
    },
}

/// A code that a rule names.
#[derive(Clone, Debug)]
pub(crate) enum CodeChoice {
    /// A row of the group's table.
    Row(String),
    /// A code outside of it.
    Custom(Code),
}

impl Verdict {
    /// What took effect.
    pub(crate) fn fired(&self) -> &[Fired] {
        &self.fired
    }

    /// The key of the rule that makes the call wait for others, and how.
    pub(crate) fn holding(&self) -> Option<(u64, Hold)> {
        let hold = self
            .wire
            .iter()
            .find_map(|fault| if let Fault::Hold(hold) = fault { Some(*hold) } else { None })?;
        let rule = self.fired.iter().rev().find_map(Fired::rule)?;
        Some((rule.key, hold))
    }

    /// A magic value pays what was ordered.
    pub(crate) fn pays(&mut self, row: usize) {
        self.fired.push(Fired::Payer(row));
    }
}

impl Fired {
    /// The rule that fired, if it is one.
    pub(super) fn rule(&self) -> Option<&Rule> {
        match self {
            Self::Rule(rule) | Self::Magic(_, rule) => Some(rule),
            Self::Payer(_) => None,
        }
    }
}

impl Edit {
    /// Whether the client no longer sees the code that the call came to.
    pub(crate) fn changes_code(&self) -> bool {
        self.patch.contains_key("code") || self.remove.iter().any(|pointer| pointer == "/code")
    }

    /// Changes an answer.
    pub(crate) fn apply(&self, answer: &mut Value) {
        if let Value::Object(object) = answer {
            merge(object, &self.patch);
        }
        for pointer in &self.remove {
            remove(answer, pointer);
        }
    }
}

/// Lays `patch` over `object`: objects are merged, everything else is replaced.
pub(crate) fn merge(object: &mut Map<String, Value>, patch: &Map<String, Value>) {
    for (key, value) in patch {
        match (object.get_mut(key), value) {
            (Some(Value::Object(under)), Value::Object(over)) => merge(under, over),
            _ => {
                object.insert(key.clone(), value.clone());
            }
        }
    }
}

fn remove(answer: &mut Value, pointer: &str) {
    let Some((parent, last)) = pointer.rsplit_once('/') else {
        return;
    };
    match answer.pointer_mut(parent) {
        Some(Value::Object(object)) => {
            object.shift_remove(&last.replace("~1", "/").replace("~0", "~"));
        }
        Some(Value::Array(list)) => {
            if let Some(at) = last.parse().ok().filter(|at| *at < list.len()) {
                list.remove(at);
            }
        }
        _ => {}
    }
}
