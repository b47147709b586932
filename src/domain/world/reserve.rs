//! Pre-orders: a number, an id and a profile are taken together, or not at all.

use super::World;
use super::time::Today;
use crate::domain::ids::OrderNo;
use crate::domain::order::{Order, PayStatus, Quote};
use crate::domain::refusal::Refusal;

impl World {
    /// Makes an order and reserves its profile, or refuses and takes nothing: no number, no profile.
    pub(crate) fn pre_order(
        &mut self,
        quote: Quote,
        partner: &str,
        mail_to: &str,
    ) -> Result<&Order, Refusal> {
        if self.orders.len() >= self.order_limit {
            return Err(Refusal::OrdersFull { limit: self.order_limit });
        }
        if !self.pool.has_free() {
            return Err(Refusal::PoolEmpty);
        }
        let ordinal = u32::try_from(self.orders.len()).map_err(|_| Refusal::NumbersUsedUp)?;
        let Today { day, orders: nth, .. } = self.today;
        let serial =
            self.numbers.serials.value(self.seed, &mut self.steps.0, nth).ok_or(Refusal::NumbersUsedUp)?;
        let id =
            self.numbers.ids.value(self.seed, &mut self.steps.1, ordinal).ok_or(Refusal::NumbersUsedUp)?;
        let profile = self.pool.reserve().ok_or(Refusal::PoolEmpty)?;
        self.today.orders += 1;
        let Quote { package, currency, amount, periods, packages } = quote;
        let at = self.orders.len();
        self.orders.push(Order {
            id,
            number: OrderNo { day, serial },
            created: self.now,
            package,
            currency,
            amount,
            periods,
            packages,
            partner: self.texts.keep(partner),
            mail_to: self.texts.keep(mail_to),
            profile,
            pay_status: PayStatus::Waiting,
        });
        self.orders.get(at).ok_or(Refusal::NumbersUsedUp)
    }
}
