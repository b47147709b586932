//! Something that happened because its moment had come.

use serde::Serialize;

use crate::domain::order::OrderOrdinal;
use crate::domain::world::{Fired, What, World};

/// An event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct EventView {
    /// When: RFC 3339 in UTC, on the session's clock.
    pub at: String,
    /// What: `orderTimedOut`, `tokenExpired`, `paymentReported`, `paymentSettled`, `mailDelivered`, `planOrderExpired`,
    /// `usageReached`, `smsSettled`, `callbackDue`, `emissionDue`.
    pub kind: &'static str,
    /// The order's id, the token's number, or the mail's id; of a usage warning the id of the SIM's order and the percentage, of a text
    /// its number; of a callback the delivery's; of an event that somebody ordered for later, its number among these.
    pub key: String,
}

impl EventView {
    /// Shows what fired in this world.
    pub(crate) fn of(world: &World, fired: Fired) -> Self {
        let order =
            |at: OrderOrdinal| world.order_at(at).map(|order| order.id.to_string()).unwrap_or_default();
        let (kind, key) = match fired.what {
            What::OrderTimedOut(at) => ("orderTimedOut", order(at)),
            What::TokenExpired(token) => ("tokenExpired", token.to_string()),
            What::PaymentReported(at) => ("paymentReported", order(at)),
            What::PaymentSettled(at) => ("paymentSettled", order(at)),
            What::MailDelivered(mail) => ("mailDelivered", (mail.0 + 1).to_string()),
            What::PlanOrderExpired(at) => ("planOrderExpired", world.plan_order_id(at).to_string()),
            What::UsageReached(at, percent) => {
                ("usageReached", format!("{} {percent}%", world.plan_order_id(at)))
            }
            What::CallbackDue(number) => ("callbackDue", number.to_string()),
            What::EmissionDue(number) => ("emissionDue", number.to_string()),
            What::SmsSettled(sms) => ("smsSettled", (sms.0 + 1).to_string()),
        };
        Self { at: fired.at.to_string(), kind, key }
    }
}
