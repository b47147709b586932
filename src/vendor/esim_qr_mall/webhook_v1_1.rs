//! v1.1/payment/webhook: `POST /v1.1/payment/webhook`. Despite its name the partner's server sends it, not the vendor.

use crate::contract::call::InTheNameOf;
use crate::contract::endpoint::{Act, Data, Visit};
use crate::contract::fields::{Reading, decimal};
use crate::domain::money::Money;
use crate::domain::payment::{Due, Notification, Unit};
use crate::domain::refusal::{Refusal, Wanted};
use crate::domain::stage::Report;
use crate::domain::world::World;

/// Documented types of a notification.
const SUCCEEDED: &str = "payment_intent.succeeded";
const FAILED: &str = "payment_intent.payment_failed";
/// What the timeout table of the flow page calls a success.
const SUCCEEDED_ALIAS: &str = "payment_intent.payment_succeed";

/// The latest second that a calendar of four-digit years has.
const LAST_SECOND: i64 = 253_402_300_799;

/// Takes the result of a payment. The versions differ in the types of their fields only, which their cards say.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    let mut reading = visit.read()?;
    let report = match reading.text("type").as_deref() {
        Some(SUCCEEDED) => Some(Report::Succeeded),
        Some(FAILED) => Some(Report::Failed),
        Some(SUCCEEDED_ALIAS) => {
            visit.notes.add(format!("type: {SUCCEEDED_ALIAS} was read as {SUCCEEDED}"));
            Some(Report::Succeeded)
        }
        Some(_) => {
            reading.complain("type", Wanted::OneOf(&[SUCCEEDED, FAILED]));
            None
        }
        None => None,
    };
    let amount = reading.text("payAmount").map(|text| Money::parse(&text));
    if amount == Some(None) {
        reading.complain("payAmount", Wanted::Amount);
    }
    if !reading.is_clean() {
        return Err(Refusal::BadFields(reading.into_complaints()));
    }
    let (Some(report), Some(amount)) = (report, amount.flatten()) else {
        return Err(Refusal::BadFields(reading.into_complaints()));
    };
    check_time(&reading)?;
    let is_ours = visit.call.extensions().get::<InTheNameOf>().is_some();
    Ok(Act::Write(Box::new(move |world, desk| {
        let text = |field: &str| reading.text(field).unwrap_or_default();
        let (order, partner, currency) = (text("orderId"), text("partnerCode"), text("payCurrency"));
        let order = decimal(&order).map_or_else(|| order.to_string(), |id| id.to_string());
        let notification =
            Notification { order: &order, partner: &partner, report, currency: &currency, amount, is_ours };
        let receipt = world.report(&notification)?;
        if receipt.repeated {
            desk.notes.add("this was known already: the same answer again, and nothing happens twice");
        }
        match receipt.first_reading {
            Some(Unit::Minor) => desk.notes.add(format!(
                "payAmount: {amount} was read as minor units; in this session all amounts are read so from now on"
            )),
            Some(Unit::Major) => desk.notes.add(format!(
                "payAmount: {amount} was read as units of the currency; in this session all amounts are read so from now on"
            )),
            None => {}
        }
        Ok(Data::null())
    })))
}

/// Whether `dateTime` is a time at all. What time it is decides nothing: limits are measured by the arrival.
fn check_time(reading: &Reading<'_>) -> Result<(), Refusal> {
    let seconds = reading.text("dateTime").and_then(|text| decimal(text.trim()));
    match seconds {
        Some(seconds) if (0..=LAST_SECOND).contains(&seconds) => Ok(()),
        _ => {
            let sent = reading.sent("dateTime").unwrap_or_default();
            Err(Refusal::BadTime { sent: crate::contract::fields::clip(sent) })
        }
    }
}

/// The body of a notification, as a partner's server would write it.
pub(super) fn body(world: &World, due: Due) -> Option<Vec<u8>> {
    let (id, partner_code, report, currency, amount) = world.truthful(due)?;
    let body = Body {
        date_time: (world.now().millis() / 1_000).to_string(),
        order_id: id.to_string(),
        partner_code,
        pay_amount: amount.to_string(),
        pay_currency: currency,
        kind: match report {
            Report::Succeeded => SUCCEEDED,
            Report::Failed => FAILED,
        },
    };
    serde_json::to_vec(&body).ok()
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    date_time: String,
    order_id: String,
    partner_code: String,
    pay_amount: String,
    pay_currency: String,
    #[serde(rename = "type")]
    kind: &'static str,
}
