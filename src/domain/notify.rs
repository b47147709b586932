//! What the documents leave open about callbacks; the settings that decide it stand in `policy.rs`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// All of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Notify {
    /// What signs a callback.
    pub secret: Arc<str>,
    /// How its digest is written.
    pub digest: DigestForm,
    /// Whether values that are empty count in the digest.
    pub empty: EmptyValues,
    /// Whether those of changed orders are signed.
    pub order_status: OrderStatusHeaders,
    /// Whether a text from a SIM says what it is.
    pub message_type: MessageType,
}

/// What is written in Base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum DigestForm {
    /// The sixteen bytes.
    Raw,
    /// Their 32 hexadecimal digits.
    Hex,
}

/// Whether values that are empty count in the digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum EmptyValues {
    /// As `key=`.
    Keep,
    /// They are left out.
    Drop,
}

/// Whether callbacks of changed orders carry x-lf headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum OrderStatusHeaders {
    /// They do not.
    Off,
    /// They do.
    On,
}

/// Whether a text from a SIM has a `message_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum MessageType {
    /// It has.
    On,
    /// It has not.
    Off,
}

/// The secret that signs if nobody names another one.
pub(crate) const SECRET: &str = "replica-notify-secret";

impl Default for Notify {
    fn default() -> Self {
        Self {
            secret: SECRET.into(),
            digest: DigestForm::Raw,
            empty: EmptyValues::Keep,
            order_status: OrderStatusHeaders::Off,
            message_type: MessageType::On,
        }
    }
}

/// Words for how a callback stands: for an earlier one of its SIM, for a moment of the clock, being sent, taken, given up, lost by a
/// rule, without room.
pub(crate) const DELIVERY_STATES: [&str; 7] =
    ["waiting", "due", "underWay", "delivered", "failed", "lost", "dropped"];
