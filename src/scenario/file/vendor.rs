//! `vendor`: settings of the replica, a closed list made from their table.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::Map;

use super::Duration;
use crate::domain::settings::{Kind, SETTINGS};

/// Settings of the replica: a closed list of keys, each with its own words.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct VendorSpec(pub BTreeMap<String, SettingSpec>);

/// The value of a setting.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum SettingSpec {
    /// `false` or `true`.
    Truth(bool),
    /// A word or a length of time.
    Text(String),
    /// When polls show a payment.
    Settling(SettlingSpec),
}

/// When polls show a payment: after a time, or after a number of polls.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-exactlyOne" = ["after", "polls"]))]
pub(crate) struct SettlingSpec {
    /// So long after the notification.
    pub after: Option<Duration>,
    /// After so many polls that still say 0.
    pub polls: Option<u32>,
}

impl SettingSpec {
    /// As `--vendor KEY=VALUE` spells it.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Truth(truth) => truth.to_string(),
            Self::Text(text) => text.clone(),
            Self::Settling(SettlingSpec { after: Some(after), .. }) => after.0.clone(),
            Self::Settling(SettlingSpec { polls, .. }) => format!("{}polls", polls.unwrap_or(0)),
        }
    }
}

impl JsonSchema for VendorSpec {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "VendorSpec".into()
    }

    /// Made from the table of settings, so that a new setting is known to every reader of scenarios at once.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut properties = Map::new();
        for setting in SETTINGS {
            let mut schema = match setting.kind {
                Kind::Words => json_schema!({ "type": "string", "enum": setting.values }),
                Kind::Text => json_schema!({ "type": "string", "pattern": "^[!-~]{1,128}$" }),
                Kind::Truth => json_schema!({ "type": "boolean" }),
                Kind::OffOrSpan => {
                    json_schema!({ "type": "string", "pattern": "^(off|[0-9]+(ms|s|m|h|d))$" })
                }
                Kind::Span => generator.subschema_for::<Duration>(),
                Kind::Settling => generator.subschema_for::<SettlingSpec>(),
            };
            schema.insert("description".to_owned(), setting.about.into());
            properties.insert(setting.key.to_owned(), schema.to_value());
        }
        json_schema!({ "type": "object", "properties": properties, "additionalProperties": false })
    }
}
