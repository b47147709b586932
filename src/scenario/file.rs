//! What a user types: the shapes of a scenario file, and nothing else. The schema, the reader and the help of every
//! diagnostic come from these types. A `"note"` may stand in every object.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::contract::generate::GenerateSpec;
use crate::contract::world_file::{PackagePatch, PartnerSpec, UserSpec};
use crate::domain::policy::{Kind, SETTINGS};

/// A scenario: a world, a clock, and the rules that make calls fail on command.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "it is the shape of the whole; its parts are read one by one, so that one bad part spoils no other"
)]
pub(crate) struct ScenarioFile {
    /// The version of this format.
    #[schemars(range(min = 1, max = 1))]
    pub format: u32,
    /// The scenario's name.
    pub scenario: Name,
    /// What it is for, in a sentence.
    pub note: Option<String>,
    /// Same seed and same calls, same bytes. The flag `--seed` goes before it.
    pub seed: Option<u64>,
    /// The session's clock.
    pub clock: Option<ClockSpec>,
    /// Settings of the replica, as with `--vendor KEY=VALUE`.
    pub vendor: Option<VendorSpec>,
    /// Somebody who pays by himself what is ordered, as `--auto-pay` does.
    pub payer: Option<PayerSpec>,
    /// Pins generated numbers, so that a printed example comes out as printed.
    pub numbers: Option<NumbersSpec>,
    /// Changes of the starting world.
    pub world: Option<WorldSpec>,
    /// What is to happen to which call; the first rule that matches and decides wins.
    #[serde(default)]
    pub rules: Vec<RuleSpec>,
    /// What a client does, so that the scenario can be tried.
    #[serde(default)]
    pub calls: Vec<CallSpec>,
    /// What has to be true after the calls.
    #[serde(default)]
    pub expect: Vec<ExpectSpec>,
}

/// A name in lower case: letters, digits, `-`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub(crate) struct Name(#[schemars(regex(pattern = r"^[a-z0-9][a-z0-9-]{0,62}$"))] pub String);

/// A length of time: a whole number and `ms`, `s`, `m`, `h` or `d`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub(crate) struct Duration(#[schemars(regex(pattern = r"^[0-9]{1,12}(ms|s|m|h|d)$"))] pub String);

/// The session's clock.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClockSpec {
    /// The first moment, RFC 3339 such as `2022-12-05T03:14:50.958Z`; without it, now.
    pub start: Option<String>,
    /// Whether time runs by itself; without it, `real`.
    pub mode: Option<ClockMode>,
}

/// Whether time runs by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ClockMode {
    /// It runs as real time does, from the first moment on.
    Real,
    /// It stands until it is moved.
    Frozen,
}

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
                Kind::Truth => json_schema!({ "type": "boolean" }),
                Kind::Span => generator.subschema_for::<Duration>(),
                Kind::Settling => generator.subschema_for::<SettlingSpec>(),
            };
            schema.insert("description".to_owned(), setting.about.into());
            properties.insert(setting.key.to_owned(), schema.to_value());
        }
        json_schema!({ "type": "object", "properties": properties, "additionalProperties": false })
    }
}

/// Pins generated numbers.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NumbersSpec {
    /// The serial number of a day's first order.
    #[schemars(range(max = 9_999_999))]
    pub order_serial: u32,
    /// The id of the first order.
    #[schemars(range(max = 9_999_999))]
    pub order_id: u32,
    /// The distance between two of them; without it, 1.
    #[schemars(range(min = 1, max = 1000))]
    pub step: Option<u32>,
}

/// Changes of the starting world.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct WorldSpec {
    /// Packages to change by id, or to add whole.
    #[serde(default)]
    pub packages: Vec<PackagePatch>,
    /// Partners, whole entries.
    #[serde(default)]
    pub partners: Vec<PartnerSpec>,
    /// Accounts, whole entries.
    #[serde(default)]
    pub users: Vec<UserSpec>,
    /// The pool of eSIM profiles.
    pub profiles: Option<ProfilesSpec>,
    /// Whether the catalogue has the packages with telling names that fail by themselves, see `list magic`; without it, it has.
    pub magic_packages: Option<bool>,
    /// Invented people, packages and partners beside those of the fixtures; `packages` may then change them.
    pub generate: Option<GenerateSpec>,
}

/// Somebody who pays by himself what is ordered.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PayerSpec {
    /// How long after the order, on the session's clock.
    pub after: Duration,
    /// With which outcome; without it, `succeed`.
    pub outcome: Option<PayOutcome>,
}

/// What becomes of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PayOutcome {
    /// It succeeds.
    Succeed,
    /// It fails.
    Fail,
}

/// The pool of eSIM profiles.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProfilesSpec {
    /// How many are free; without it, the pool never runs dry.
    pub free: Option<u32>,
}

/// A rule: which calls, under which conditions, how often, and what then.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleSpec {
    /// Its name in the journal and in `x-sandbox-rule`; without it, `rule-1` and so on.
    pub id: Option<Name>,
    /// Which calls: an endpoint id, a path as in the docs, an operation word, a glob, or a list of these; or which mails:
    /// `mail/qr`, `mail/code`.
    pub on: OnSpec,
    /// Conditions; all must hold.
    pub when: Option<WhenSpec>,
    /// How often; without it, always.
    pub times: Option<TimesSpec>,
    /// What is answered.
    pub answer: Option<AnswerSpec>,
    /// What happens on the wire.
    pub fault: Option<FaultsSpec>,
    /// Whether the call is carried out before its answer is replaced.
    pub commit: Option<bool>,
    /// What happens afterwards.
    pub then: Option<ThenSpec>,
}

/// Which calls.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum OnSpec {
    /// One selector.
    One(String),
    /// Several.
    Several(#[schemars(length(min = 1))] Vec<String>),
}

/// Conditions on a call.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhenSpec {
    /// By header name.
    #[serde(default)]
    pub header: BTreeMap<String, MatcherSpec>,
    /// By place in the body: a dotted path, or a JSON pointer.
    #[serde(default)]
    pub body: BTreeMap<String, MatcherSpec>,
    /// By name of a state that rules have set.
    #[serde(default)]
    pub state: BTreeMap<String, MatcherSpec>,
}

/// A plain value, or operators that must all hold.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum MatcherSpec {
    /// Operators.
    Operators(Box<OperatorsSpec>),
    /// Short for `is`.
    Is(Scalar),
}

/// Operators of a matcher.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct OperatorsSpec {
    /// Equal to this value; a number also equals its numeric string.
    #[serde(default, deserialize_with = "even_null")]
    pub is: Option<Value>,
    /// Equal to one of these.
    #[schemars(length(min = 1))]
    pub one_of: Option<Vec<Value>>,
    /// A text that begins so.
    pub starts_with: Option<String>,
    /// A text that holds this.
    pub contains: Option<String>,
    /// Whether it is there at all.
    pub present: Option<bool>,
    /// Whether it is not there.
    pub absent: Option<bool>,
    /// A number, or a numeric string, of at least this.
    pub at_least: Option<f64>,
    /// A number, or a numeric string, of at most this.
    pub at_most: Option<f64>,
}

/// `"is": null` asks for null; an absent `is` asks for nothing.
fn even_null<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(input).map(Some)
}

/// A text, a number or a truth value.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Scalar {
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(serde_json::Number),
    /// A text.
    Text(String),
}

/// How often a rule fires; it counts its own matches.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-atMostOne" = ["first", "next", "every"]))]
pub(crate) struct TimesSpec {
    /// Lets so many matches pass before it begins.
    pub skip: Option<u64>,
    /// Fires on the first so many.
    #[schemars(range(min = 1))]
    pub first: Option<u64>,
    /// The same, of a rule that the control surface arms: used up, it goes.
    #[schemars(range(min = 1))]
    pub next: Option<u64>,
    /// Fires on every so-many-th.
    #[schemars(range(min = 1))]
    pub every: Option<u64>,
    /// Counts each of these by itself.
    pub per: Option<PerSpec>,
}

/// What a rule counts by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
pub(crate) enum PerSpec {
    /// The order that the call names.
    #[serde(rename = "order.id")]
    Order,
    /// The account that calls.
    #[serde(rename = "user.id")]
    User,
}

/// What is answered.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum AnswerSpec {
    /// `"default"`: what the replica answers.
    Word(AnswerWord),
    /// Something else.
    Other(Box<AnswerObject>),
}

/// The one answer that is a word.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AnswerWord {
    /// What the replica answers.
    Default,
}

/// An answer: a changed default one (`patch`, `remove`), a `code`, an `http` answer, or a `fixture`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerObject {
    /// Merged deeply into the default answer; null means null.
    pub patch: Option<Map<String, Value>>,
    /// JSON pointers taken out of the default answer.
    pub remove: Option<Vec<String>>,
    /// A code of the group's table, by name or number.
    pub code: Option<CodeSpec>,
    /// Says that a number outside the table is meant.
    pub custom: Option<bool>,
    /// The message of the code; needed with `custom`.
    pub message: Option<String>,
    /// A whole HTTP answer.
    pub http: Option<HttpSpec>,
    /// The name of a body that was loaded at the start.
    pub fixture: Option<String>,
}

/// A code by number or name.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum CodeSpec {
    /// `7`.
    Number(i64),
    /// `TOKEN_EXPIRED`.
    Name(String),
}

/// A whole HTTP answer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct HttpSpec {
    /// The status.
    #[schemars(range(min = 200, max = 599))]
    pub status: u16,
    /// Its headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// A text as it is, or anything else as JSON.
    pub body: Option<Value>,
    /// Seconds in the header Retry-After.
    pub retry_after: Option<u32>,
}

/// One fault or a list of them.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum FaultsSpec {
    /// Several.
    Several(#[schemars(length(min = 1))] Vec<FaultSpec>),
    /// One.
    One(FaultSpec),
}

/// What happens to an answer on the wire, in real time; or to a mail, on the session's clock.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum FaultSpec {
    /// The whole answer, or the mail, comes so much later.
    Delay(Duration),
    /// A mail never arrives, and nobody is told.
    Lost,
    /// A mail comes back from the recipient's server.
    Bounce,
}

/// What happens after a call that the rule fired on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ThenSpec {
    /// States to set.
    #[serde(default)]
    pub set: BTreeMap<String, Scalar>,
    /// Ends the limit of the order that the call names or makes, or the life of the token that it brings.
    pub expire: Option<ExpireSpec>,
    /// After which outcome; without it, only after a success.
    #[serde(rename = "if")]
    pub only_if: Option<Outcome>,
}

/// What can end before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ExpireSpec {
    /// The order that the call names or makes.
    Order,
    /// The token that the call brings.
    Token,
}

/// After which outcome something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    /// The answer told of a success.
    Succeeded,
    /// It told of anything else.
    Refused,
    /// Whatever it told.
    Always,
}

/// What a client does.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CallSpec {
    /// Which call; an operation word means the newest version. Without it, only the clock moves.
    pub on: Option<String>,
    /// Merged deeply into the card's example.
    pub body: Option<Map<String, Value>>,
    /// Headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// How often; without it, once.
    #[schemars(range(min = 1, max = 10_000))]
    pub repeat: Option<u32>,
    /// How far the clock moves before the call.
    pub advance: Option<Duration>,
    /// Keeps values of the answer for later calls: name to dotted path. `${name}` in a later body stands for it.
    #[serde(default)]
    pub save: BTreeMap<String, String>,
    /// What has to be true of the answer: `status`, or a dotted path into the body such as `code` or `data.id`.
    #[serde(default)]
    pub expect: BTreeMap<String, MatcherSpec>,
}

/// What has to be true after the calls.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-exactlyOne" = ["on", "orders", "mails"]))]
pub(crate) struct ExpectSpec {
    /// Counts the calls that went there.
    pub on: Option<OnSpec>,
    /// Of those, only these.
    pub when: Option<WhenSpec>,
    /// Counts orders by their fields: `id`, `orderNo`, `payStatus`, `iccid`, `amount`, `currency`, `createdAt`, `mailTo`.
    pub orders: Option<BTreeMap<String, MatcherSpec>>,
    /// Counts mails by their fields: `kind`, `to`, `state`, `orderId`, `writtenAt`.
    pub mails: Option<BTreeMap<String, MatcherSpec>>,
    /// How many there have to be.
    pub count: MatcherSpec,
}
