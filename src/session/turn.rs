//! One turn of a session: what the lock gives back, and what is told of it.

use http::header::{CONTENT_TYPE, HeaderValue};

use super::bell::Ring;
use super::journal::Carried;
use crate::contract::call::{Call, Reply};
use crate::contract::endpoint::Answer;
use crate::contract::fields::Notes;
use crate::domain::moment::Moment;
use crate::domain::policy::Messages;
use crate::scenario::fault::Fault;
use crate::scenario::verdict::{CodeChoice, Instead, Saying, Verdict};
use crate::store::Written;

/// A reply, and what is to happen to it on the way.
#[derive(Debug)]
pub(crate) struct Delivery {
    /// The finished reply.
    pub reply: Reply,
    /// What the wire does to it.
    pub wire: Vec<Fault>,
    /// Ready when the epoch in which it was made is over: what is still held then must never arrive.
    pub epoch_over: Option<Ring>,
    /// Ready when what it tells of is on disk.
    pub written: Option<Written>,
}

impl Delivery {
    /// A reply to which nothing happens.
    pub(crate) fn of(reply: Reply) -> Self {
        Self { reply, wire: Vec::new(), epoch_over: None, written: None }
    }
}

/// What the lock gives back.
pub(super) struct Turn {
    pub(super) number: u64,
    pub(super) epoch: u64,
    /// Ready when the epoch is over; only of a turn whose answer is held.
    pub(super) epoch_over: Option<Ring>,
    pub(super) at: Moment,
    pub(super) verdict: Verdict,
    pub(super) answer: Option<Answer>,
    pub(super) messages: Messages,
}

impl Turn {
    /// Whether the call was carried out, whatever its client is told.
    pub(super) fn carried(&self) -> Carried {
        match (&self.verdict.answer, &self.answer) {
            (Instead::Say(_) | Instead::Pretend(_), _) => Carried::Not,
            (_, Some(Ok(data))) if data.refused.is_none() => Carried::Out,
            (_, Some(_) | None) => Carried::Refused,
        }
    }
}

/// Whether an answer of the replica's own is a success.
fn is_success(answer: &Answer) -> bool {
    matches!(answer, Ok(data) if data.refused.is_none())
}

/// Whether the client is told of a success.
pub(super) fn tells_success(verdict: &Verdict, answer: Option<&Answer>, success: &str) -> bool {
    match &verdict.answer {
        Instead::Handle => answer.is_some_and(is_success),
        // Nothing was carried out, whatever it looks like.
        Instead::Pretend(_) => false,
        Instead::Edit(edit) => answer.is_some_and(is_success) && !edit.changes_code(),
        Instead::Say(saying) | Instead::HandleThenSay(saying) => match &**saying {
            Saying::Code { code: CodeChoice::Row(name), .. } => name == success,
            Saying::Code { .. } | Saying::Gateway(_) => false,
            Saying::Http { status, .. } => status.is_success(),
            Saying::Fixture { tells_success, .. } => *tells_success,
        },
    }
}

/// What is worth a note before anything is read: how the session was found, and a header that says the body is no JSON
/// (it is read as such all the same).
pub(super) fn first_notes(call: &Call) -> Notes {
    let mut notes = call.extensions().get::<Notes>().cloned().unwrap_or_default();
    if let Some(sent) = call.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes)
        && !sent.get(..16).is_some_and(|start| start.eq_ignore_ascii_case(b"application/json"))
    {
        notes.add(format!("Content-Type: {:?} was read as JSON", String::from_utf8_lossy(sent)));
    }
    notes
}
