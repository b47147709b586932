//! SIM cards of the CSSS group: what they are, what is ordered for them, and what they use. Verbs are in `world/sims/`.

pub(crate) mod batch;
pub(crate) mod calendar;
pub(crate) mod choices;
pub(crate) mod event;
pub(crate) mod fleet;
pub(crate) mod order;
pub(crate) mod page;
pub(crate) mod plan;
pub(crate) mod refusal;
pub(crate) mod sms;
pub(crate) mod status;
pub(crate) mod usage;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A SIM's place in the roster, by ICCID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct SimOrdinal(pub u32);

/// One SIM, as a world begins with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sim {
    /// Twenty digits. The vendor's `device_id`.
    pub iccid: Arc<str>,
    /// Up to fifteen digits.
    pub imsi: Arc<str>,
    /// The code of the partner whose it is.
    pub partner: Arc<str>,
    /// Whether it can load operator profiles over the air.
    pub is_ota: bool,
    /// Whether texts can be sent to it and come from it.
    pub has_sms: bool,
    /// Bytes of test data that came with it.
    pub test_quota: u64,
    /// What it is before anything was ordered for it.
    pub life: BaseLife,
}

/// What a SIM is before anything was ordered for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BaseLife {
    /// Never used.
    New,
    /// Its last order ended so many days before the session began.
    Idle(u16),
    /// Gone for good.
    Terminated,
}

/// How far a SIM has come in its life. 1 to 3 are documented, the numbers beyond are ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    /// 1: nothing was enabled on it yet.
    PreActivation,
    /// 2: an order is in use.
    Activation,
    /// 3: its last order has ended, less than thirty days ago.
    PreDeactivation,
    /// 4 (ours): all that is not over on it is paused.
    Paused,
    /// 5 (ours): its last order ended longer ago; an order brings it back.
    Expired,
    /// 6 (ours): its last order ended half a year ago, or it was terminated by hand. Final.
    Terminated,
}

impl Life {
    /// Days after the last order until a SIM is expired, and until it is gone. Ours: the newer portal speaks of one to six months.
    pub(super) const GRACE: [i64; 2] = [30, 180];

    /// The number that `lifeCycle` shows.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::PreActivation => 1,
            Self::Activation => 2,
            Self::PreDeactivation => 3,
            Self::Paused => 4,
            Self::Expired => 5,
            Self::Terminated => 6,
        }
    }

    /// The word that our own surfaces use.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::PreActivation => "preActivation",
            Self::Activation => "activation",
            Self::PreDeactivation => "preDeactivation",
            Self::Paused => "paused",
            Self::Expired => "expired",
            Self::Terminated => "terminated",
        }
    }
}
