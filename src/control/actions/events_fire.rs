//! `POST /__sandbox/sessions/{s}/events`

use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::ask::Ask;
use crate::control::reply;
use crate::domain::sim::SimOrdinal;
use crate::domain::sim::event::{Change, EventOrdinal, Happening, Message};
use crate::domain::sim::order::PlanOrderOrdinal;
use crate::domain::sim::sms::{Outcome, SmsOrdinal};
use crate::domain::world::World;

pub(super) const ACTION: Action = Action {
    method: Method::POST,
    path: "sessions/{s}/events",
    access: Access::Guarded,
    about: "tells the partner's server of an event now: kind, sim or order, event, percent, text or binary, outcome",
    run,
};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// What is told.
    kind: KindWord,
    /// The SIM's ICCID; it may be left out if an order is named.
    sim: Option<String>,
    /// The id of an order for the SIM; without it, the SIM's newest.
    order: Option<String>,
    /// Of order-status: the event code, such as 1003.
    event: Option<u16>,
    /// Of usage-warning: how many percent of the quota; without it, 80.
    #[schemars(range(min = 1, max = 100))]
    percent: Option<u8>,
    /// Of uplink-sms: what it says.
    text: Option<String>,
    /// Of uplink-sms: the same in bytes, as hexadecimal digits.
    binary: Option<String>,
    /// Of downlink-sms: what became of the SIM's last text; without it, `delivered`.
    outcome: Option<OutcomeWord>,
    /// Members of the body that are sent as they stand here, signed like all others.
    #[serde(default)]
    body: Map<String, Value>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum KindWord {
    OrderStatus,
    UsageWarning,
    DownlinkSms,
    UplinkSms,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum OutcomeWord {
    Delivered,
    Failed,
}

#[derive(Serialize)]
struct Told {
    /// The event's number, from 1; `GET …/deliveries?event=` finds what became of it.
    event: u64,
    /// Whether a target is set for it: without one, nobody is told.
    sent: bool,
}

/// What is wrong: place, sentence, help.
type Wrong = (&'static str, String, String);

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(fire(ask).unwrap_or_else(|refused| refused))
}

fn fire(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let mut wanted: Wanted = ask.body()?;
    let patch = std::mem::take(&mut wanted.body);
    if serde_json::to_string(&patch).is_ok_and(|text| text.len() > LONGEST_BODY) {
        let message = format!("these members have more than {LONGEST_BODY} bytes");
        return Err(reply::error_at(
            StatusCode::BAD_REQUEST,
            "too-long",
            &message,
            "/body",
            "a callback is a short message",
        ));
    }
    let fired = ask.session().fire_event(patch, ask.real, |world| {
        world.wake_fleet();
        let (sim, what) = wanted.happening(world)?;
        Ok(world.announce(sim, what))
    });
    let event = fired.map_err(|(pointer, message, help): Wrong| {
        reply::error_at(StatusCode::BAD_REQUEST, "no-event", &message, pointer, &help)
    })?;
    let Some(EventOrdinal(event)) = event else {
        return Err(reply::error(StatusCode::CONFLICT, "no-event", "there are no SIMs here", ""));
    };
    let targets = ask.session().callback_targets();
    let sent = targets.contains_key("*") || targets.contains_key(wanted.kind.word());
    Ok(reply::json(&Told { event: event + 1, sent }))
}

impl KindWord {
    fn word(self) -> &'static str {
        match self {
            Self::OrderStatus => "order-status",
            Self::UsageWarning => "usage-warning",
            Self::DownlinkSms => "downlink-sms",
            Self::UplinkSms => "uplink-sms",
        }
    }
}

impl Wanted {
    fn happening(&self, world: &World) -> Result<(SimOrdinal, Happening), Wrong> {
        let wrong = |pointer, message: &str, help: &str| Err((pointer, message.to_owned(), help.to_owned()));
        let order = match &self.order {
            None => None,
            Some(id) => match world.find_plan_order(id) {
                Some(order) => Some(order),
                None => {
                    return wrong(
                        "/order",
                        &format!("no order for a SIM has the id {id:?}"),
                        "GET …/sims shows them",
                    );
                }
            },
        };
        let of_order = order.and_then(|at| world.plan_order(at)).map(|order| order.sim);
        let sim = match (&self.sim, of_order) {
            (Some(iccid), of_order) => match world.find_sim(iccid) {
                None => {
                    return wrong(
                        "/sim",
                        &format!("no SIM has the ICCID {iccid:?}"),
                        "GET …/sims lists them",
                    );
                }
                Some(sim) if of_order.is_some_and(|other| other != sim) => {
                    return wrong("/order", "this order is for another SIM", "leave `sim` out");
                }
                Some(sim) => sim,
            },
            (None, Some(sim)) => sim,
            (None, None) => {
                return wrong(
                    "/sim",
                    "which SIM?",
                    "name it by its ICCID: \"sim\": \"89860220190123456789\"",
                );
            }
        };
        Ok((sim, self.what(world, sim, order)?))
    }

    fn what(
        &self,
        world: &World,
        sim: SimOrdinal,
        order: Option<PlanOrderOrdinal>,
    ) -> Result<Happening, Wrong> {
        let wrong = |pointer, message: &str, help: &str| Err((pointer, message.to_owned(), help.to_owned()));
        let order = order.or_else(|| world.orders_of_sim(sim).last().copied());
        let no_order = || {
            let message = "this SIM has no order".to_owned();
            ("/sim", message, "order a plan for it first, or name another SIM".to_owned())
        };
        Ok(match self.kind {
            KindWord::OrderStatus => {
                let Some(code) = self.event else {
                    return wrong("/event", "which event?", &format!("one of {}", codes()));
                };
                let Some(change) = Change::ALL.into_iter().find(|change| change.code() == code) else {
                    return wrong(
                        "/event",
                        &format!("no event has the code {code}"),
                        &format!("one of {}", codes()),
                    );
                };
                Happening::Order { order: order.ok_or_else(no_order)?, change }
            }
            KindWord::UsageWarning => {
                let order = order.ok_or_else(no_order)?;
                let (percent, quota) =
                    (self.percent.unwrap_or(80), world.plan_order(order).map_or(0, |order| order.quota));
                let used = u64::try_from(u128::from(quota) * u128::from(percent) / 100).unwrap_or(quota);
                Happening::Usage { order, percent, used, quota }
            }
            KindWord::DownlinkSms => {
                let texts =
                    (0..world.sms_count()).rev().filter_map(|at| Some(SmsOrdinal(u32::try_from(at).ok()?)));
                let last = texts.into_iter().find(|at| world.sms(*at).is_some_and(|sms| sms.sim == sim));
                let Some(sms) = last else {
                    return wrong(
                        "/sim",
                        "no text was sent to this SIM",
                        "send one first, by the call of the group",
                    );
                };
                let outcome = match self.outcome.unwrap_or(OutcomeWord::Delivered) {
                    OutcomeWord::Delivered => Outcome::Delivered,
                    OutcomeWord::Failed => Outcome::Failed,
                };
                Happening::Downlink { sms, outcome }
            }
            KindWord::UplinkSms => match (&self.text, &self.binary) {
                (Some(text), None) if text.chars().count() <= LONGEST => {
                    Happening::Uplink { message: Message::Text(text.as_str().into()) }
                }
                (Some(_), None) => return wrong("/text", "the text is too long", "640 characters at most"),
                (None, Some(digits)) => match bytes(digits) {
                    Some(bytes) => Happening::Uplink { message: Message::Binary(bytes.into()) },
                    None => {
                        return wrong(
                            "/binary",
                            "these are no bytes",
                            "pairs of hexadecimal digits, 640 at most: 00FF",
                        );
                    }
                },
                _ => return wrong("/text", "what does it say?", "give it either `text` or `binary`"),
            },
        })
    }
}

/// Most bytes of what is said outright.
const LONGEST_BODY: usize = 16 << 10;

/// Most characters, or bytes, of a text.
const LONGEST: usize = 640;

fn bytes(digits: &str) -> Option<Vec<u8>> {
    let is_even = digits.len().is_multiple_of(2) && digits.len() <= 2 * LONGEST && digits.is_ascii();
    let pairs = digits.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok().filter(|pair| !pair.contains('+'))?;
        u8::from_str_radix(pair, 16).ok()
    });
    if is_even { pairs.collect() } else { None }
}

fn codes() -> String {
    Change::ALL.map(|change| change.code().to_string()).join(", ")
}
