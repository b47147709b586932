//! `fault`: what happens to an answer on the wire, or to a mail.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Duration;
use super::answer::AnswerSpec;

/// One fault or a list of them.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum FaultsSpec {
    /// Several.
    Several(#[schemars(length(min = 1))] Vec<FaultSpec>),
    /// One.
    One(FaultSpec),
}

/// What happens to an answer on the wire, in real time; or to a mail or a callback, on the session's clock.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum FaultSpec {
    /// The connection is reset in the place of the answer; a mail never arrives, and nobody is told.
    Lost,
    /// The answer ends somewhere.
    Cut(CutSpec),
    /// Silence, until the client leaves or ten minutes are over.
    Stall,
    /// The right length in the head, fewer bytes, the end.
    Truncate(TruncateSpec),
    /// The head disagrees with the body about its length.
    Length(LengthSpec),
    /// Half the body in chunks, then rubbish.
    ChunkGarbage,
    /// Good HTTP around a body that is no JSON.
    MalformedJson(Malformed),
    /// Good HTTP around a body of another shape.
    WrongType(WrongType),
    /// The whole answer, or the mail, comes so much later.
    Delay(DelaySpec),
    /// The whole answer comes in small pieces.
    Drip(DripSpec),
    /// Something happens only within a window of the session's clock.
    Outage(Box<OutageSpec>),
    /// A mail comes back from the recipient's server.
    Bounce,
    /// A callback is delivered so many times, with the same id.
    Copies(#[schemars(range(min = 2, max = 10))] u32),
    /// The server that a callback goes to cannot be reached for so long: what is tried meanwhile fails, and is tried again.
    Down(Duration),
    /// A callback goes after the next one of its SIM.
    Reorder,
    /// A callback waits for no other of its SIM.
    Parallel,
    /// A callback is not what was signed, or not of now.
    Corrupt(Corrupt),
}

/// How a callback is spoilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Corrupt {
    /// Signed with another secret.
    Signature,
    /// Changed after it was signed.
    Body,
    /// A day older than it is, and rightly signed.
    OldTimestamp,
}

impl Corrupt {
    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Body => "body",
            Self::OldTimestamp => "oldTimestamp",
        }
    }
}

/// Where an answer ends, and how.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CutSpec {
    /// `beforeHead`, `afterHead`, or after so many bytes of the whole answer, its head included.
    pub at: AtSpec,
    /// By a reset, or in good order; without it, `rst`.
    pub how: Option<How>,
}

/// Where an answer ends.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum AtSpec {
    /// At a place that has a name.
    Word(AtWord),
    /// After so many bytes.
    Bytes(u32),
}

/// A place of an answer that has a name.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum AtWord {
    /// Nothing arrives.
    BeforeHead,
    /// The head arrives, and none of the body.
    AfterHead,
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum How {
    /// By a reset.
    Rst,
    /// In good order.
    Fin,
}

/// How much of a body arrives.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-exactlyOne" = ["bytes", "fraction"]))]
pub(crate) struct TruncateSpec {
    /// So many bytes of the body.
    pub bytes: Option<u32>,
    /// Such a part of it, from 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub fraction: Option<f64>,
}

/// What the head says of the body's length.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum LengthSpec {
    /// In a word.
    Word(LengthWord),
    /// With a choice.
    Object(LengthObject),
}

/// What the head says of the body's length.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum LengthWord {
    /// 20 bytes too many: the client waits for them.
    TooBig,
    /// 20 bytes too few, then the end.
    TooSmall,
    /// Nothing: the body ends with the connection.
    Missing,
}

/// A length with a choice.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct LengthObject {
    /// 20 bytes too few.
    pub too_small: TooSmallSpec,
}

/// What comes after a length that is too small.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TooSmallSpec {
    /// The connection stays open, so that the surplus spoils the next answer.
    pub keep_open: bool,
}

/// How a body is no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Malformed {
    /// It ends in the middle.
    Cut,
    /// A comma stands before the last brace.
    ExtraComma,
    /// Single quotes.
    WrongQuote,
    /// It comes twice.
    TwoValues,
    /// A byte order mark stands in front.
    Bom,
    /// A byte in it is no UTF-8.
    BadUtf8,
}

/// How a body is of another shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum WrongType {
    /// Each number is a text.
    StringForNumber,
    /// Each field of `data` is null.
    Null,
    /// `data` lacks its first field.
    MissingField,
    /// `data` has a field more.
    ExtraField,
    /// A web page in the place of JSON.
    HtmlPage,
    /// The right body as `text/plain`.
    ContentType,
    /// The head says gzip, and the body is none.
    GzipFlag,
}

/// How much later something comes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum DelaySpec {
    /// Always so much.
    Fixed(Duration),
    /// By chance; one seed, the same delays.
    Spread(SpreadSpec),
}

/// A length of time by chance.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum SpreadSpec {
    /// Anything between two lengths.
    Uniform(UniformSpec),
    /// Around a mean; never below nothing.
    Normal(NormalSpec),
    /// Around a median, with a long tail.
    LogNormal(LogNormalSpec),
    /// As measured: `{"p50": "200ms", "p90": "800ms", "p99": "3s"}`; what lies between is interpolated.
    Percentiles(BTreeMap<String, Duration>),
}

/// Anything between two lengths.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UniformSpec {
    /// At least.
    pub from: Duration,
    /// At most.
    pub to: Duration,
}

/// A normal distribution.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NormalSpec {
    /// The middle.
    pub mean: Duration,
    /// The standard deviation.
    pub deviation: Duration,
}

/// A log-normal distribution.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogNormalSpec {
    /// Half of the lengths are shorter.
    pub median: Duration,
    /// The spread, as of the logarithm; 0.5 is usual.
    #[schemars(range(min = 0.0, max = 5.0))]
    pub sigma: f64,
    /// Never longer than this.
    pub max: Option<Duration>,
}

/// An answer in small pieces.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DripSpec {
    /// Bytes of one piece.
    #[schemars(range(min = 1))]
    pub bytes: u32,
    /// The pause between two of them.
    pub every: Duration,
}

/// Something within a window of the session's clock.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("x-exactlyOne" = ["fault", "answer"]))]
pub(crate) struct OutageSpec {
    /// When it begins: so long after the session's beginning, or a moment; without it, at once.
    pub from: Option<String>,
    /// How long it lasts.
    #[serde(rename = "for")]
    pub length: Duration,
    /// What happens on the wire meanwhile.
    pub fault: Option<FaultsSpec>,
    /// What is answered meanwhile.
    pub answer: Option<AnswerSpec>,
}
