//! A delivery of a callback as the control API shows it.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::session::callbacks::delivery::{Delivery, State};
use crate::session::callbacks::outlet::Outcome;

/// A delivery.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeliveryView {
    /// Its number, from 1.
    pub id: u64,
    /// `order-status`, `usage-warning`, `downlink-sms`, `uplink-sms`.
    pub kind: &'static str,
    /// `waiting` (for an earlier one of its SIM), `due`, `underWay`, `delivered`, `failed`, `lost`, `dropped`.
    pub state: &'static str,
    /// The SIM's ICCID.
    pub sim: String,
    /// The number of the event that it tells, from 1.
    pub event: u64,
    /// Its id, which `x-lf-delivery` carries where headers are sent.
    pub delivery: String,
    /// Where to.
    pub target: String,
    /// When it was made: RFC 3339 in UTC, on the session's clock.
    pub made_at: String,
    /// When it is tried next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<String>,
    /// When it was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<String>,
    /// When it was given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_at: Option<String>,
    /// The delivery that it repeats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub again: Option<u64>,
    /// The rule that spoke.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// What was done to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<String>,
    /// What is sent each time; none of one that found no room and was never composed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestView>,
    /// How often it was tried.
    pub tries: u32,
    /// The newest tries, oldest first.
    pub attempts: Vec<AttemptView>,
}

/// What is sent.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RequestView {
    /// Headers.
    pub headers: Map<String, Value>,
    /// The body.
    pub body: String,
    /// Only so many bytes of it are sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut: Option<usize>,
}

/// A try.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AttemptView {
    /// When, on the session's clock.
    pub at: String,
    /// The status of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The beginning of its body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Why there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl DeliveryView {
    /// Shows one.
    pub(crate) fn of(id: u64, delivery: &Delivery) -> Self {
        let (mut due_at, mut delivered_at, mut failed_at) = (None, None, None);
        match delivery.state {
            State::Due(at) => due_at = Some(at.to_string()),
            State::Delivered(at) => delivered_at = Some(at.to_string()),
            State::Failed(at) => failed_at = Some(at.to_string()),
            State::Waiting | State::UnderWay | State::Lost | State::Dropped => {}
        }
        let request = &delivery.request;
        let header =
            |(name, value): &(&'static str, String)| ((*name).to_owned(), Value::from(value.as_str()));
        let attempts = delivery.newest.iter().map(|tried| {
            let (status, answer, error) = match &tried.outcome {
                Outcome::Answered { status, body } => (Some(*status), Some(body.clone()), None),
                Outcome::Failed(why) => (None, None, Some(why.clone())),
            };
            AttemptView { at: tried.at.to_string(), status, answer, error }
        });
        Self {
            id,
            kind: delivery.kind.word(),
            state: delivery.state.word(),
            sim: delivery.iccid.to_string(),
            event: delivery.event.0 + 1,
            delivery: delivery.uuid.clone(),
            target: delivery.target.to_string(),
            made_at: delivery.made.to_string(),
            due_at,
            delivered_at,
            failed_at,
            again: delivery.again,
            rule: delivery.rule.as_deref().map(str::to_owned),
            faults: delivery.faults.clone(),
            request: request.is_composed().then(|| RequestView {
                headers: request.headers.iter().map(header).collect(),
                body: String::from_utf8_lossy(&request.body).into_owned(),
                cut: request.cut,
            }),
            tries: delivery.tries,
            attempts: attempts.collect(),
        }
    }
}
