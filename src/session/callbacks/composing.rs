//! From an event to what is sent: body, digest, id.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::outlet::Request;
use crate::contract::callback::{Filling, Kind, Template};
use crate::contract::callback_digest::x_lf_md5;
use crate::domain::dice;
use crate::domain::moment::Moment;
use crate::domain::notify::{MessageType, Notify, OrderStatusHeaders};
use crate::domain::sim::event::{EventOrdinal, Happening, Message, SimEvent};
use crate::domain::sim::order::PlanOrderOrdinal;
use crate::domain::sim::sms::Outcome;
use crate::domain::world::World;
use crate::scenario::file::Corrupt;

/// A day: how old an old timestamp is.
const OLD: i64 = 86_400_000;

/// Which kind an event is told as.
pub(super) fn kind_of(event: &SimEvent) -> Kind {
    match event.what {
        Happening::Order { .. } => Kind::OrderStatus,
        Happening::Usage { .. } => Kind::UsageWarning,
        Happening::Downlink { .. } => Kind::DownlinkSms,
        Happening::Uplink { .. } => Kind::UplinkSms,
    }
}

/// The order that an event is about.
pub(super) fn order_of(event: &SimEvent) -> Option<PlanOrderOrdinal> {
    match event.what {
        Happening::Order { order, .. } | Happening::Usage { order, .. } => Some(order),
        Happening::Downlink { .. } | Happening::Uplink { .. } => None,
    }
}

/// What the body of an event is filled with.
pub(super) fn filling(world: &World, event: &SimEvent, at: Moment) -> Option<Filling> {
    let sim = world.sim(event.sim)?;
    let mut filling: Filling = vec![
        ("partnerCode", sim.partner.to_string()),
        ("simId", sim.iccid.to_string()),
        ("imsi", sim.imsi.to_string()),
        ("at", at.millis().to_string()),
    ];
    match &event.what {
        Happening::Order { order, change } => {
            filling.push(("orderId", world.plan_order_id(*order).to_string()));
            filling.push(("event", change.code().to_string()));
        }
        Happening::Usage { order, percent, used, quota } => {
            filling.push(("orderId", world.plan_order_id(*order).to_string()));
            filling.push(("percent", percent.to_string()));
            filling.push(("used", used.to_string()));
            filling.push(("quota", quota.to_string()));
        }
        Happening::Downlink { sms, outcome } => {
            let text = world.sms(*sms)?;
            let outcome = match outcome {
                Outcome::Delivered => "DELIVERED",
                Outcome::Failed => "FAILED",
            };
            filling.push(("messageId", (sms.0 + 1).to_string()));
            filling.push(("text", text.text.to_string()));
            filling.push(("outcome", outcome.to_owned()));
            filling.push(("sentAt", text.sent.millis().to_string()));
        }
        Happening::Uplink { message } => {
            let (word, text) = match message {
                Message::Text(text) => ("Text", text.to_string()),
                Message::Binary(bytes) => ("Binary", digits_of(bytes)),
            };
            if world.policy().notify.message_type == MessageType::On {
                filling.push(("messageType", word.to_owned()));
            }
            filling.push(("text", text));
        }
    }
    Some(filling)
}

/// What is sent of an event, spoilt on request. The body as a tree is what rules look at.
pub(super) fn compose(
    world: &World,
    event: &SimEvent,
    template: &Template,
    patch: Option<&Map<String, Value>>,
    uuid: &str,
    corrupt: Option<Corrupt>,
) -> Option<(Request, Value)> {
    let notify = &world.policy().notify;
    let at = match corrupt {
        Some(Corrupt::OldTimestamp) => Moment::from_millis(event.at.millis() - OLD),
        Some(Corrupt::Signature | Corrupt::Body) | None => event.at,
    };
    let mut body = template.fill(&filling(world, event, at)?);
    for (key, value) in patch.into_iter().flatten() {
        body.insert(key.clone(), value.clone());
    }
    let mut body = Value::Object(body);
    let mut headers = vec![("content-type", "application/json".to_owned())];
    if is_signed(kind_of(event), notify) {
        let digest = match corrupt {
            Some(Corrupt::Signature) => {
                x_lf_md5(&body, &Notify { secret: "not-the-secret".into(), ..notify.clone() })
            }
            Some(Corrupt::Body | Corrupt::OldTimestamp) | None => x_lf_md5(&body, notify),
        };
        headers.push(("x-lf-md5", digest));
        headers.push(("x-lf-delivery", uuid.to_owned()));
    }
    if corrupt == Some(Corrupt::Body) {
        spoil(&mut body);
    }
    let text = Bytes::from(body.to_string());
    Some((Request { headers, body: text, cut: None }, body))
}

/// Whether callbacks of a kind carry x-lf headers.
pub(super) fn is_signed(kind: Kind, notify: &Notify) -> bool {
    kind != Kind::OrderStatus || notify.order_status == OrderStatusHeaders::On
}

/// Bytes as hexadecimal digits in capitals.
fn digits_of(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0').to_ascii_uppercase();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Changes one value on the way, as nobody who signs would.
fn spoil(body: &mut Value) {
    let Value::Object(members) = body else { return };
    if let Some(Value::String(text)) = members.values_mut().next_back() {
        let last = text.pop();
        text.push(if last == Some('0') { '1' } else { '0' });
    }
}

/// The id of the n-th delivery of an event: f(seed, epoch, event, n), as a UUID of version 4.
pub(super) fn uuid(world: &World, epoch: u64, event: EventOrdinal, nth: u64) -> String {
    let ordinal = event.0.wrapping_mul(1 << 12).wrapping_add(nth).wrapping_add(epoch << 44);
    let mut draw = world.seed().draw(dice::Kind::Callback, ordinal);
    let digits = draw.letters(b"0123456789abcdef", 30);
    let variant = draw.letters(b"89ab", 1);
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    format!("{}-{}-4{}-{variant}{}-{}", part(0, 8), part(8, 12), part(12, 15), part(15, 18), part(18, 30))
}
