//! Texts to SIMs.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::SimOrdinal;
use crate::domain::moment::Moment;

/// A text's number in its session, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct SmsOrdinal(pub u32);

/// A text to a SIM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sms {
    /// The SIM.
    pub sim: SimOrdinal,
    /// What it says.
    pub text: Arc<str>,
    /// When it was taken.
    pub sent: Moment,
    /// When its outcome is known.
    pub due: Moment,
    /// What became of it; `None` while it is under way.
    pub outcome: Option<Outcome>,
}

/// What became of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    /// It arrived.
    Delivered,
    /// The SIM was paused, expired or terminated by then.
    Failed,
}
