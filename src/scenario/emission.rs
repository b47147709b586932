//! An event that somebody orders to be told: what `then.emit` and the control surface mean by it, before any world is asked.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::file::{ArrivalWord, CallbackWord, Duration, EmitSpec};
use crate::contract::callback::Kind;
use crate::domain::moment::Span;
use crate::domain::sim::event::{Change, Message};
use crate::domain::sim::sms::Outcome;

/// Most bytes of what is said outright.
const LONGEST_BODY: usize = 16 << 10;
/// Most characters, or bytes, of a text.
const LONGEST: usize = 640;

/// An event to be told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Emission {
    /// The SIM's ICCID, if it is named.
    pub sim: Option<String>,
    /// The id of the order, if it is named.
    pub order: Option<String>,
    /// What is told.
    pub what: Told,
    /// Members of the body that are said outright.
    pub body: Arc<Map<String, Value>>,
    /// How much later.
    pub after: Span,
    /// How often.
    pub copies: u32,
    /// How much later each copy than the one before it.
    pub gap: Span,
}

/// What is told of the SIM.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Told {
    /// Its order changed.
    Order(Change),
    /// So many percent of the quota are used.
    Usage(u8),
    /// What became of the last text to it.
    Downlink(Outcome),
    /// It says this.
    Uplink(Message),
}

/// What cannot be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// A stable word.
    pub code: &'static str,
    /// Where, below the event.
    pub pointer: &'static str,
    /// What is wrong.
    pub message: String,
    /// The remedy.
    pub help: String,
}

impl Wrong {
    /// An event that cannot be told.
    pub(crate) fn new(code: &'static str, pointer: &'static str, message: &str, help: &str) -> Self {
        Self { code, pointer, message: message.to_owned(), help: help.to_owned() }
    }
}

impl CallbackWord {
    /// The kind.
    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::OrderStatus => Kind::OrderStatus,
            Self::UsageWarning => Kind::UsageWarning,
            Self::DownlinkSms => Kind::DownlinkSms,
            Self::UplinkSms => Kind::UplinkSms,
        }
    }
}

impl Emission {
    /// Reads one, or says all that is wrong with it.
    pub(crate) fn read(spec: EmitSpec) -> Result<Self, Vec<Wrong>> {
        let mut wrong = strangers(&spec);
        let EmitSpec { kind, sim, order, event, percent, text, binary, outcome, body, .. } = spec;
        let what = match kind {
            CallbackWord::OrderStatus => change(event).map(Told::Order),
            CallbackWord::UsageWarning => Ok(Told::Usage(percent.unwrap_or(80))),
            CallbackWord::DownlinkSms => Ok(Told::Downlink(match outcome {
                Some(ArrivalWord::Failed) => Outcome::Failed,
                Some(ArrivalWord::Delivered) | None => Outcome::Delivered,
            })),
            CallbackWord::UplinkSms => message(text.as_deref(), binary.as_deref()).map(Told::Uplink),
        };
        let what = what.map_err(|found| wrong.push(found)).ok();
        if serde_json::to_string(&body).is_ok_and(|text| text.len() > LONGEST_BODY) {
            let message = format!("these members have more than {LONGEST_BODY} bytes");
            wrong.push(Wrong::new("too-long", "/body", &message, "a callback is a short message"));
        }
        let mut span = |duration: Option<Duration>, pointer| {
            let Some(duration) = duration else { return Span::default() };
            Span::parse(&duration.0).unwrap_or_else(|| {
                let message = format!("{} is too long", duration.0);
                let help = "the calendar ends with the year 9999";
                wrong.push(Wrong::new("bad-duration", pointer, &message, help));
                Span::default()
            })
        };
        let (after, gap) = (span(spec.after, "/after"), span(spec.gap, "/gap"));
        let copies = spec.copies.unwrap_or(1);
        match what {
            Some(what) if wrong.is_empty() => {
                Ok(Self { sim, order, what, body: Arc::new(body), after, copies, gap })
            }
            _ => Err(wrong),
        }
    }
}

/// What belongs to another kind of event: whoever writes it means something that would not happen.
fn strangers(spec: &EmitSpec) -> Vec<Wrong> {
    let of = [
        ("/event", CallbackWord::OrderStatus, spec.event.is_some()),
        ("/percent", CallbackWord::UsageWarning, spec.percent.is_some()),
        ("/text", CallbackWord::UplinkSms, spec.text.is_some()),
        ("/binary", CallbackWord::UplinkSms, spec.binary.is_some()),
        ("/outcome", CallbackWord::DownlinkSms, spec.outcome.is_some()),
    ];
    let strange = of.into_iter().filter(|(_, kind, there)| *there && *kind != spec.kind);
    let told = |(pointer, kind, _): (&'static str, CallbackWord, bool)| {
        let name = pointer.trim_start_matches('/');
        let message =
            format!("`{name}` is said of {}, and this is {}", kind.kind().word(), spec.kind.kind().word());
        Wrong::new("not-of-this-kind", pointer, &message, "leave it out, or name the other kind")
    };
    let mut wrong: Vec<Wrong> = strange.map(told).collect();
    if spec.gap.is_some() && spec.copies.unwrap_or(1) < 2 {
        let help = "write `\"copies\": 2`, or leave `gap` out";
        wrong.push(Wrong::new(
            "one-copy",
            "/gap",
            "there is a pause between copies, and only one of them",
            help,
        ));
    }
    wrong
}

fn change(code: Option<u16>) -> Result<Change, Wrong> {
    let known = || format!("one of {}", Change::ALL.map(|change| change.code().to_string()).join(", "));
    let Some(code) = code else {
        return Err(Wrong::new("no-event", "/event", "which event?", &known()));
    };
    let found = Change::ALL.into_iter().find(|change| change.code() == code);
    found.ok_or_else(|| Wrong::new("no-event", "/event", &format!("no event has the code {code}"), &known()))
}

fn message(text: Option<&str>, binary: Option<&str>) -> Result<Message, Wrong> {
    match (text, binary) {
        (Some(text), None) if text.chars().count() <= LONGEST => Ok(Message::Text(text.into())),
        (Some(_), None) => {
            Err(Wrong::new("too-long", "/text", "the text is too long", "640 characters at most"))
        }
        (None, Some(digits)) => bytes(digits).map(|bytes| Message::Binary(bytes.into())).ok_or_else(|| {
            Wrong::new(
                "no-bytes",
                "/binary",
                "these are no bytes",
                "pairs of hexadecimal digits, 640 at most: 00FF",
            )
        }),
        _ => Err(Wrong::new("no-text", "/text", "what does it say?", "give it either `text` or `binary`")),
    }
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    let is_even = digits.len().is_multiple_of(2) && digits.len() <= 2 * LONGEST && digits.is_ascii();
    let pairs = digits.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok().filter(|pair| !pair.contains('+'))?;
        u8::from_str_radix(pair, 16).ok()
    });
    if is_even { pairs.collect() } else { None }
}
