//! `then.change`: what a rule changes of the world, the same as the control surface can.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::domain::profile::Installation;

/// A change of something that the call addresses.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeSpec {
    /// What is changed.
    pub object: ObjectWord,
    /// What it becomes: the fields that a PATCH of it takes.
    #[expect(
        dead_code,
        reason = "its shape depends on `object`, so it is read a second time, by that shape's own schema"
    )]
    pub set: Map<String, Value>,
}

/// What a rule can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ObjectWord {
    /// The order that the call names or makes.
    Order,
    /// The account that calls, or that a login names.
    User,
    /// The package that the call names, or that its order is of.
    Package,
    /// The profile of the order.
    Profile,
    /// The token that the call brings.
    Token,
}

/// Of an order.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct OrderChange {
    /// `paid` and `failed` are reported as by a partner's server, before the next call; `timedOut` ends its limit now.
    pub pay_status: PayWord,
}

/// What an order becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum PayWord {
    /// Its payment is reported as successful.
    Paid,
    /// Its payment is reported as failed.
    Failed,
    /// Its limit ends.
    TimedOut,
}

/// Of an account.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct UserChange {
    /// The partner it belongs to.
    #[schemars(length(min = 1, max = 64))]
    pub partner_code: Option<String>,
    /// Its password in plain.
    #[schemars(length(min = 1, max = 128))]
    pub password: Option<String>,
}

/// Of a profile.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-exactlyOne" = ["state", "installation"]))]
pub(crate) struct ProfileChange {
    /// Takes a reserved profile out from under its order.
    pub state: Option<WithdrawnWord>,
    /// What a phone makes of the eSIM of a paid order.
    pub installation: Option<InstallationWord>,
}

/// What a reserved profile can become.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum WithdrawnWord {
    /// It is gone.
    Withdrawn,
}

/// What a phone makes of an eSIM.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum InstallationWord {
    /// Nothing yet.
    Released,
    /// It has it.
    Downloaded,
    /// It is on it.
    Installed,
    /// It uses it.
    Enabled,
    /// It does not use it.
    Disabled,
    /// It is off it.
    Deleted,
}

/// Of a token.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenChange {
    /// `true`: there is no way back.
    pub expired: bool,
}

impl From<InstallationWord> for Installation {
    fn from(word: InstallationWord) -> Self {
        match word {
            InstallationWord::Released => Self::Released,
            InstallationWord::Downloaded => Self::Downloaded,
            InstallationWord::Installed => Self::Installed,
            InstallationWord::Enabled => Self::Enabled,
            InstallationWord::Disabled => Self::Disabled,
            InstallationWord::Deleted => Self::Deleted,
        }
    }
}
