//! Pre-orders: a number, an id and a profile are taken together, or not at all.

use super::{Place, World};
use crate::domain::ids::OrderNo;
use crate::domain::order::{Buyer, Esim, Order, OrderOrdinal, Quote};
use crate::domain::profile::ProfileOrdinal;
use crate::domain::refusal::Refusal;
use crate::domain::stage::Stage;

impl World {
    /// Makes an order and reserves its profile, or refuses and takes nothing: no number, no profile.
    pub(crate) fn pre_order(&mut self, quote: Quote, buyer: Buyer<'_>) -> Result<&Order, Refusal> {
        self.order(quote, buyer, None)
    }

    /// Makes an order that tops up the eSIM of a paid one; no profile is reserved.
    pub(crate) fn top_up(
        &mut self,
        quote: Quote,
        buyer: Buyer<'_>,
        esim_of: OrderOrdinal,
    ) -> Result<&Order, Refusal> {
        self.order(quote, buyer, Some(esim_of))
    }

    fn order(
        &mut self,
        quote: Quote,
        buyer: Buyer<'_>,
        top_up_of: Option<OrderOrdinal>,
    ) -> Result<&Order, Refusal> {
        if !self.has_room_for_orders(1) {
            return Err(Refusal::OrdersFull { limit: self.order_limit });
        }
        if top_up_of.is_none() && !self.pool.has_free() {
            return Err(Refusal::PoolEmpty);
        }
        let ordinal = u32::try_from(self.orders.len()).map_err(|_| Refusal::NumbersUsedUp)?;
        let serial = self
            .numbers
            .serials
            .value(self.seed, &mut self.steps.0, self.today.orders)
            .ok_or(Refusal::NumbersUsedUp)?;
        let id =
            self.numbers.ids.value(self.seed, &mut self.steps.1, ordinal).ok_or(Refusal::NumbersUsedUp)?;
        let ordinal = OrderOrdinal(ordinal);
        let esim = match top_up_of {
            Some(order) => Esim::TopUpOf(order),
            None => Esim::New(self.reserve(ordinal)?),
        };
        self.today.orders += 1;
        let Quote { package, currency, amount, periods, packages } = quote;
        let at = self.orders.len();
        // Most orders are of the people that the one before was of.
        let last = at.checked_sub(1).and_then(|last| self.orders.get(last));
        let (last_partner, last_buyer, last_mail) =
            (last.map(|last| last.partner), last.map(|last| last.buyer), last.map(|last| last.mail_to));
        self.orders.push(Order {
            id,
            number: OrderNo { day: self.today.day, serial },
            created: self.now,
            package,
            currency,
            amount,
            periods,
            packages,
            partner: self.texts.keep_again(buyer.partner, last_partner),
            buyer: self.texts.keep_again(buyer.account, last_buyer),
            mail_to: self.texts.keep_again(buyer.mail_to, last_mail),
            language: buyer.language,
            esim,
            stage: Stage::Reserved,
        });
        self.orders.get(at).ok_or(Refusal::NumbersUsedUp)
    }

    /// Reserves a profile for an order.
    pub(super) fn reserve(&mut self, holder: OrderOrdinal) -> Result<ProfileOrdinal, Refusal> {
        let known = self.pool.known();
        let profile = self.pool.reserve(holder).ok_or(Refusal::PoolEmpty)?;
        // Of a new one, the order itself tells who holds it.
        if usize::try_from(profile.0).is_ok_and(|profile| profile < known) {
            self.marks.mark(|| Place::Profile(profile.0));
        }
        Ok(profile)
    }
}
