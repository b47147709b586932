//! What happens to SIMs and is told to the partner's server.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::SimOrdinal;
use super::order::PlanOrderOrdinal;
use super::sms::{Outcome, SmsOrdinal};
use crate::domain::moment::Moment;

/// An event's number in its session, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct EventOrdinal(pub u64);

/// One event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SimEvent {
    /// When.
    pub at: Moment,
    /// The SIM.
    pub sim: SimOrdinal,
    /// What.
    pub what: Happening,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Happening {
    /// An order changed.
    Order {
        /// The order.
        order: PlanOrderOrdinal,
        /// How.
        change: Change,
    },
    /// So much of an order's quota was used in its cycle.
    Usage {
        /// The order.
        order: PlanOrderOrdinal,
        /// The percentage that was reached.
        percent: u8,
        /// Bytes used by then.
        used: u64,
        /// Bytes of the cycle.
        quota: u64,
    },
    /// A text to the SIM arrived, or did not.
    Downlink {
        /// The text.
        sms: SmsOrdinal,
        /// What became of it.
        outcome: Outcome,
    },
    /// A text came from the SIM.
    Uplink {
        /// What it says.
        message: Message,
    },
}

/// What a SIM says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Message {
    /// Characters.
    Text(Arc<str>),
    /// Bytes.
    Binary(Arc<[u8]>),
}

/// How an order changed: the documented event codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Change {
    /// 1000: it was made.
    Created,
    /// 1001: it was ended early.
    EndedEarly,
    /// 1002: it was cancelled.
    Cancelled,
    /// 1003: it was paused.
    Paused,
    /// 1004: it goes on.
    Resumed,
    /// 1005: it started, and is no OTA order.
    Started,
    /// 1007: an OTA order started.
    OtaStarted,
    /// 1008: its time is over.
    Expired,
    /// 1009: it was renewed while in use.
    Renewed,
    /// 1010: it lost cycles.
    CyclesReduced,
    /// 1012: an IMSI was loaded once more.
    ImsiDownloaded,
}

impl Change {
    /// All that can be told.
    pub(crate) const ALL: [Self; 11] = [
        Self::Created,
        Self::EndedEarly,
        Self::Cancelled,
        Self::Paused,
        Self::Resumed,
        Self::Started,
        Self::OtaStarted,
        Self::Expired,
        Self::Renewed,
        Self::CyclesReduced,
        Self::ImsiDownloaded,
    ];

    /// The documented number.
    pub(crate) fn code(self) -> u16 {
        match self {
            Self::Created => 1000,
            Self::EndedEarly => 1001,
            Self::Cancelled => 1002,
            Self::Paused => 1003,
            Self::Resumed => 1004,
            Self::Started => 1005,
            Self::OtaStarted => 1007,
            Self::Expired => 1008,
            Self::Renewed => 1009,
            Self::CyclesReduced => 1010,
            Self::ImsiDownloaded => 1012,
        }
    }
}
