//! `then.emit`, and what the control surface takes to tell of an event: what the partner's server is told.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Duration;

/// An event that the partner's server is told of, whether it happened or not.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmitSpec {
    /// What is told.
    pub kind: CallbackWord,
    /// The SIM's ICCID. It may be left out if an order is named, and in a rule on calls about a SIM or an order for one.
    pub sim: Option<String>,
    /// The id of an order for the SIM; without it, in a rule the call's own, else the SIM's newest.
    pub order: Option<String>,
    /// Of order-status: the event code, such as 1003.
    pub event: Option<u16>,
    /// Of usage-warning: how many percent of the quota; without it, 80.
    #[schemars(range(min = 1, max = 100))]
    pub percent: Option<u8>,
    /// Of uplink-sms: what it says.
    pub text: Option<String>,
    /// Of uplink-sms: the same in bytes, as hexadecimal digits.
    pub binary: Option<String>,
    /// Of downlink-sms: what became of the SIM's last text; without it, `delivered`.
    pub outcome: Option<ArrivalWord>,
    /// Members of the body that are sent as they stand here, signed like all others.
    #[serde(default)]
    pub body: Map<String, Value>,
    /// How much later it is told, on the session's clock; without it, at once.
    pub after: Option<Duration>,
    /// How often it is told, each time as an event of its own; without it, once.
    #[schemars(range(min = 1, max = 100))]
    pub copies: Option<u32>,
    /// How much later each copy is told than the one before it.
    pub gap: Option<Duration>,
}

/// A kind of callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CallbackWord {
    /// An order for a SIM changed.
    OrderStatus,
    /// So much of a quota is used.
    UsageWarning,
    /// A text to a SIM arrived, or did not.
    DownlinkSms,
    /// A text came from a SIM.
    UplinkSms,
}

/// What became of a text to a SIM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ArrivalWord {
    /// It arrived.
    Delivered,
    /// It did not.
    Failed,
}
