//! queryOrdStatusAndEmail: `POST /package/queryOrdStatusAndEmail`

use serde::Serialize;

use super::orders::own_order;
use crate::contract::endpoint::{Act, Data, Visit};
use crate::domain::refusal::Refusal;

/// So many polls of an unpaid order are worth a word.
const PATIENCE: u32 = 10;

/// What a poll shows, in the documented order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    /// 0 waiting, 1 complete, 2 not successful, 3 cancelled.
    order_pay_status: u8,
    /// The text of the QR code once the status is 1. What it is otherwise no page says: null is ours.
    qr_code: Option<String>,
}

/// Whether the order is paid, and its QR code if it is.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    let reading = visit.read()?;
    if !reading.is_clean() {
        return Err(Refusal::BadFields(reading.into_complaints()));
    }
    // It writes: polls are counted, since some payments settle after so many.
    Ok(Act::Write(Box::new(move |world, desk| {
        let at = own_order(world, desk, &reading)?;
        let poll = world.poll(at).ok_or(Refusal::NumbersUsedUp)?;
        if poll.unpaid_polls > 0 && poll.unpaid_polls.is_multiple_of(PATIENCE) {
            let id = world.order_at(at).map_or(0, |order| order.id);
            let note = match world.payment_due(at) {
                Some(due) => format!(
                    "order {id} was polled {} times; its payment is due at {due} on the session's clock, \
                                      which shows {}: advance it if it stands",
                    poll.unpaid_polls,
                    world.now()
                ),
                None => format!(
                    "nobody has paid order {id}, which was polled {} times; see --auto-pay, or POST \
                     /__sandbox/sessions/{}/orders/{id}/pay",
                    poll.unpaid_polls,
                    world.session()
                ),
            };
            desk.notes.tell(note);
        }
        Ok(Data::new(Status { order_pay_status: poll.status, qr_code: poll.qr_text }))
    })))
}
