//! A card: all that is known, assumed and promised about one endpoint. Cards are data; users may override them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::fields::FieldSpec;

/// How well something is known. No endpoint, code or field is ever shown without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Evidence {
    /// Path, method and a printed example are on a vendor page.
    Documented,
    /// The path or some fields are documented, the rest is inferred.
    Partial,
    /// Only the name is known: path or shape is ours.
    Replica,
    /// Nothing is written: our own choice.
    Assumed,
}

impl Evidence {
    /// All of them, in their order.
    pub(crate) const ALL: [Self; 4] = [Self::Documented, Self::Partial, Self::Replica, Self::Assumed];

    /// The word that users see.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Partial => "partial",
            Self::Replica => "replica",
            Self::Assumed => "assumed",
        }
    }
}

impl std::fmt::Display for Evidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.word())
    }
}

/// One endpoint as data. The file is `fixtures/<group>/<stem>.json`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Card {
    /// The portal's title of the page.
    pub title: String,
    /// The word that a scenario uses for all versions of the call.
    pub operation: String,
    /// HTTP method.
    pub method: String,
    /// Path from the root of the service.
    pub path: String,
    /// How well path, method and shape are known.
    pub evidence: Evidence,
    /// Whether the call changes the world; a scenario cannot ask whether a call that only reads was carried out.
    pub effect: Effect,
    /// Operations whose examples a client has sent before, so that this card's example is accepted.
    #[serde(default)]
    pub after: Vec<String>,
    /// Pages and dates.
    pub sources: Vec<String>,
    /// Oddities of the vendor that are kept on purpose.
    #[serde(default)]
    pub quirks: Vec<String>,
    /// What no page says, and what we took.
    #[serde(default)]
    pub assumed: Vec<String>,
    /// Texts that this page prints otherwise than the code table, by code name.
    #[serde(default)]
    pub texts: BTreeMap<String, String>,
    /// A sentence put behind the message when a comma is missing in the body.
    #[serde(default)]
    pub missing_comma: Option<Translated>,
    /// The true body of a success, if a user has pasted one: the call is carried out, and this is answered.
    #[serde(default)]
    pub pasted: Option<Box<RawValue>>,
    /// What the call takes.
    pub request: RequestCard,
    /// Documented or assumed answers, by name.
    pub replies: Vec<ReplyCard>,
    /// Codes that the endpoint itself can send.
    pub codes: Vec<CodeUse>,
}

/// Whether a call changes the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Effect {
    /// It only reads.
    Reads,
    /// It can change something.
    Writes,
}

/// A sentence of ours in both languages.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Translated {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

/// What a call takes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestCard {
    /// Headers that the vendor's page names.
    pub headers: Vec<HeaderCard>,
    /// Fields, in the printed order.
    pub fields: Vec<FieldSpec>,
    /// An object that is accepted, in the body or the query as the fields say: the printed one, mended where it is not JSON.
    pub example: Box<RawValue>,
}

/// A header of a request or of an answer.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HeaderCard {
    /// Its name, as printed.
    pub name: String,
    /// What it is for.
    pub meaning: String,
    /// How well it is known.
    pub evidence: Evidence,
}

/// An answer that a page prints, or that we assume.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplyCard {
    /// A name for it.
    pub name: String,
    /// How well it is known.
    pub evidence: Evidence,
    /// Headers that come with it, besides what HTTP needs.
    #[serde(default)]
    pub headers: Vec<HeaderCard>,
    /// What the body does not show of its members, by their way from its root: `data[].currencyInfos[].price`.
    #[serde(default)]
    pub members: BTreeMap<String, MemberCard>,
    /// The name of its code, if it is a refusal that holds data all the same.
    pub code: Option<String>,
    /// Members whose printed values cannot come out again, such as a signature made with a secret that no page has.
    #[serde(default, rename = "notReproduced")]
    pub not_reproduced: Vec<String>,
    /// The body.
    #[schemars(with = "serde_json::Value")]
    pub body: Box<RawValue>,
}

/// What is known of a member of an answer besides the value that the card shows.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MemberCard {
    /// Its JSON type, if one value does not tell: an amount of 1 can be 4.99 elsewhere.
    #[serde(rename = "type")]
    pub kind: Option<MemberType>,
    /// Whether it can be null.
    #[serde(default)]
    pub nullable: bool,
    /// What it means.
    pub meaning: Option<String>,
    /// How well it is known, if not as the answer.
    pub evidence: Option<Evidence>,
}

/// The JSON type of a member of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MemberType {
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// A text.
    String,
    /// A truth value.
    Boolean,
    /// A list.
    Array,
    /// An object.
    Object,
}

impl MemberType {
    /// The word that JSON schemas have for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Number => "number",
            Self::String => "string",
            Self::Boolean => "boolean",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

/// A code that an endpoint can send, and when.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeUse {
    /// The code's name in the group's table.
    pub code: String,
    /// How well it is known that this call sends it.
    pub evidence: Evidence,
    /// When.
    pub when: String,
}

/// What an overlay file may change of a card: whatever it names replaces what was there.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CardPatch {
    title: Option<String>,
    method: Option<Method>,
    #[schemars(regex(pattern = r"^/[!-~]*$"))]
    path: Option<String>,
    evidence: Option<Evidence>,
    sources: Option<Vec<String>>,
    quirks: Option<Vec<String>>,
    assumed: Option<Vec<String>>,
    texts: Option<BTreeMap<String, String>>,
    replies: Option<Vec<ReplyCard>>,
    codes: Option<Vec<CodeUse>>,
    /// The true body of a success, as seen on the vendor's server: answered to every call that succeeds.
    #[schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")]
    pasted: Option<Box<RawValue>>,
}

/// The methods that a card can name.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl CardPatch {
    /// Lays the patch over a card.
    pub(crate) fn apply(self, card: &mut Card) {
        fn lay<T>(over: Option<T>, under: &mut T) {
            if let Some(value) = over {
                *under = value;
            }
        }
        let method = self.method.map(|method| format!("{method:?}").to_uppercase());
        lay(self.title, &mut card.title);
        lay(method, &mut card.method);
        lay(self.path, &mut card.path);
        lay(self.evidence, &mut card.evidence);
        lay(self.sources, &mut card.sources);
        lay(self.quirks, &mut card.quirks);
        lay(self.assumed, &mut card.assumed);
        lay(self.replies, &mut card.replies);
        lay(self.codes, &mut card.codes);
        if self.pasted.is_some() {
            card.pasted = self.pasted;
        }
        card.texts.extend(self.texts.unwrap_or_default());
    }
}
