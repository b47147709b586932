//! Payments: what a notification does to an order, and what polls see of it.

use super::time::Timer;
use super::{Place, World};
use crate::domain::moment::{Moment, Span};
use crate::domain::money::Money;
use crate::domain::order::{Esim, Order, OrderOrdinal};
use crate::domain::payment::{Due, Notification, Receipt, Unit};
use crate::domain::policy::{AmountUnit, OrderKey, Settling};
use crate::domain::refusal::{OrderFault, PriceFault, Refusal, WrongPart};
use crate::domain::stage::{AfterFailure, Meaning, Report, Reservation, Settle, Stage};

/// What a poll shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Poll {
    /// The vendor's number for the status.
    pub status: u8,
    /// The text of the QR code, once the order is paid.
    pub qr_text: Option<String>,
    /// How often an order that nobody has paid was asked about.
    pub unpaid_polls: u32,
}

impl World {
    /// Takes a notification: order and partner, final state, currency, amount, profile, in this order. A refusal changes
    /// nothing.
    pub(crate) fn report(&mut self, notification: &Notification<'_>) -> Result<Receipt, Refusal> {
        let at = self.order_of_partner(notification)?;
        let order =
            self.order_at(at).cloned().ok_or_else(|| unknown(notification.order, OrderFault::Unknown))?;
        match order.stage.meaning(notification.report, self.policy.after_failure) {
            Meaning::Late => Err(Refusal::TooLate { limit: self.policy.pre_order_limit }),
            Meaning::Contrary => Err(Refusal::Contrary { stage: order.stage.word() }),
            Meaning::Same => Ok(Receipt { first_reading: None, repeated: true }),
            Meaning::Fail => {
                self.fail(at);
                Ok(Receipt { first_reading: None, repeated: false })
            }
            Meaning::Pay => {
                let reading = self.read_amount(&order, notification)?;
                self.take_profile(at, &order)?;
                let first_reading = reading.filter(|_| self.unit.is_none() && !notification.is_ours);
                self.unit = self.unit.or(first_reading);
                self.pay(at);
                Ok(Receipt { first_reading, repeated: false })
            }
        }
    }

    fn order_of_partner(&self, notification: &Notification<'_>) -> Result<OrderOrdinal, Refusal> {
        let asked = notification.order;
        let by_id = asked.parse().ok().and_then(|id| self.ordinal_by_id(id));
        let by_number = || self.ordinal_by_number(asked);
        let at = match (by_id, self.policy.order_key) {
            (Some(at), _) => at,
            (None, OrderKey::IdOrNumber) => by_number().ok_or_else(|| unknown(asked, OrderFault::Unknown))?,
            (None, OrderKey::Id) => {
                let id = by_number().and_then(|at| self.order_at(at)).map(|order| order.id);
                let why = id.map_or(OrderFault::Unknown, |id| OrderFault::NumberGiven { id });
                return Err(unknown(asked, why));
            }
        };
        let is_of_partner =
            self.order_at(at).is_some_and(|order| self.text(order.partner) == notification.partner);
        if is_of_partner { Ok(at) } else { Err(unknown(asked, OrderFault::OfAnotherPartner)) }
    }

    /// The unit in which the amount is the order's, if it can be only one; a refusal if it is neither.
    fn read_amount(&self, order: &Order, notification: &Notification<'_>) -> Result<Option<Unit>, Refusal> {
        let currency = self.stock.currencies.get(&order.currency);
        let abbr = currency.map_or("", |currency| &currency.abbr);
        let digits = currency.map_or(0, |currency| currency.digits.min(4));
        let minor = order.amount.times(10_u32.pow(digits.into())).unwrap_or(order.amount);
        let wrong = |what| {
            let fault = PriceFault { amount: order.amount, currency: abbr.to_owned(), minor, what };
            Err(Refusal::WrongPrice(fault))
        };
        if notification.currency != abbr {
            return wrong(WrongPart::Currency);
        }
        let fits = |wanted: Money| wanted == notification.amount;
        let counts = match self.policy.amount_unit {
            AmountUnit::Major => Some((Unit::Major, false)),
            AmountUnit::Minor => Some((Unit::Minor, false)),
            AmountUnit::Either => self.unit.map(|unit| (unit, true)),
        };
        match (fits(order.amount), fits(minor), counts) {
            (false, false, _) => wrong(WrongPart::Amount),
            // Nothing to tell apart: an amount of nothing, or a currency without smaller units.
            (true, true, _) => Ok(None),
            (true, false, None | Some((Unit::Major, _))) => Ok(Some(Unit::Major)),
            (false, true, None | Some((Unit::Minor, _))) => Ok(Some(Unit::Minor)),
            (_, _, Some((counts, bound))) => wrong(WrongPart::Unit { counts, bound }),
        }
    }

    /// The profile of an order that is to be paid: the reserved one, or another if it was released.
    fn take_profile(&mut self, at: OrderOrdinal, order: &Order) -> Result<(), Refusal> {
        let Esim::New(profile) = order.esim else { return Ok(()) };
        if let Stage::Failed { profile: Reservation::Released, .. } = order.stage {
            // The order is about to forget that it held the other one.
            let old = profile;
            let profile = self.reserve(at)?;
            self.marks.mark(|| Place::Profile(old.0));
            self.change_order(at, |order| order.esim = Esim::New(profile));
            return Ok(());
        }
        if self.pool.is_withdrawn(profile) { Err(Refusal::ProfileWithdrawn) } else { Ok(()) }
    }

    /// It is paid now: its profile is its own, and once that is settled the mail is written.
    fn pay(&mut self, at: OrderOrdinal) {
        let Some(order) = self.order_at(at).cloned() else { return };
        match order.esim {
            Esim::New(_) => self.pool.assign(),
            Esim::TopUpOf(base) => {
                let paid = self.top_ups.entry(base).or_default();
                self.marks.mark(|| Place::TopUp(base.0, super::ordinal(paid.len()).0));
                paid.push(at);
            }
        }
        self.forget_polls(at);
        self.remember(at, &order);
        let now = self.now;
        let settling = |until| Stage::Settling { paid: now, until };
        match self.policy.settling {
            Settling::AtOnce => self.show_paid(at),
            Settling::After(span) => match now.plus(span) {
                Some(then) => {
                    self.set_stage(at, settling(Settle::Time));
                    self.at(then, Timer::Settle(at));
                }
                None => self.show_paid(at),
            },
            Settling::AfterPolls(polls) => self.set_stage(at, settling(Settle::Polls(polls))),
        }
    }

    /// Polls show the payment from now on.
    pub(super) fn settle(&mut self, at: OrderOrdinal) {
        if let Some(order) =
            self.order_at(at).cloned().filter(|order| matches!(order.stage, Stage::Settling { .. }))
        {
            self.remember(at, &order);
            self.show_paid(at);
        }
    }

    fn show_paid(&mut self, at: OrderOrdinal) {
        self.set_stage(at, Stage::Paid { paid: self.now });
        if self.order_at(at).is_some_and(|order| matches!(order.esim, Esim::New(_))) {
            self.write_qr_mail(at);
        }
    }

    fn fail(&mut self, at: OrderOrdinal) {
        let reservation = match self.policy.after_failure {
            AfterFailure::OrderAgain => Reservation::Released,
            AfterFailure::PayOn => Reservation::Kept,
        };
        self.forget_polls(at);
        if reservation == Reservation::Released {
            self.release(at);
        }
        self.set_stage(at, Stage::Failed { at: self.now, profile: reservation });
    }

    /// The limit of an order is over: its profile is free again.
    pub(super) fn time_out(&mut self, at: OrderOrdinal, when: Moment) {
        let Some(order) = self.order_at(at).cloned().filter(|order| order.stage.is_open()) else { return };
        self.forget_polls(at);
        self.remember(at, &order);
        self.release(at);
        self.set_stage(at, Stage::TimedOut { at: when });
    }

    /// Ends the limit of an open order now; whether it was open.
    pub(crate) fn time_out_now(&mut self, at: OrderOrdinal) -> bool {
        let is_open = self.order_at(at).is_some_and(|order| order.stage.is_open());
        self.time_out(at, self.now);
        is_open
    }

    fn forget_polls(&mut self, at: OrderOrdinal) {
        if self.unpaid_polls.remove(&at).is_some() {
            self.marks.mark(|| Place::Polls(at.0));
        }
    }

    fn release(&mut self, at: OrderOrdinal) {
        if let Some(Esim::New(profile)) = self.order_at(at).map(|order| order.esim) {
            self.pool.release(profile);
        }
    }

    fn set_stage(&mut self, at: OrderOrdinal, stage: Stage) {
        let mut edge = None;
        self.change_order(at, |order| {
            edge = order.stage.edge_to(stage);
            order.stage = stage;
        });
        if let Some(edge) = edge {
            let taken = &mut self.steps_taken.get_or_insert_default()[edge];
            *taken = taken.saturating_add(1);
        }
    }

    /// Keeps a step that the order's own stage is about to forget.
    fn remember(&mut self, at: OrderOrdinal, order: &Order) {
        if let Some(since) = order.stage.since() {
            self.past.entry(at).or_default().push((since, order.stage.word()));
            self.marks.mark(|| Place::Past(at.0));
        }
    }

    /// How an order came to be what it is, oldest first.
    pub(crate) fn history(&self, at: OrderOrdinal) -> Vec<(Moment, &'static str)> {
        let Some(order) = self.order_at(at) else { return Vec::new() };
        let past = self.past.get(&at).into_iter().flatten().copied();
        let present = order.stage.since().map(|since| (since, order.stage.word()));
        [(order.created, Stage::Reserved.word())].into_iter().chain(past).chain(present).collect()
    }

    /// What a poll shows. Polls are counted: some payments settle after so many, and an order that nobody pays is worth a word.
    pub(crate) fn poll(&mut self, at: OrderOrdinal) -> Option<Poll> {
        let mut unpaid_polls = 0;
        match self.order_at(at)?.stage {
            Stage::Reserved => {
                let polls = self.unpaid_polls.entry(at).or_default();
                *polls = polls.saturating_add(1);
                unpaid_polls = *polls;
                // Worth a word to the client, but not a write of its own.
                self.marks.mark_in_passing(|| Place::Polls(at.0));
            }
            Stage::Settling { until: Settle::Polls(0), .. } => self.settle(at),
            Stage::Settling { paid, until: Settle::Polls(left) } => {
                self.set_stage(at, Stage::Settling { paid, until: Settle::Polls(left - 1) });
            }
            Stage::Settling { .. } | Stage::Paid { .. } | Stage::Failed { .. } | Stage::TimedOut { .. } => {}
        }
        let order = self.order_at(at)?;
        let is_shown = matches!(order.stage, Stage::Paid { .. });
        let qr_text = if is_shown { self.qr_text(order) } else { None };
        Some(Poll { status: order.stage.pay_status().number(), qr_text, unpaid_polls })
    }

    /// The sandbox itself is going to report a payment.
    pub(crate) fn pay_later(&mut self, due: Due, after: Span) {
        if let Some(then) = self.now.plus(after) {
            self.at(then, Timer::Pay(due));
            let payments = self.payments.entry(due.order).or_default();
            payments.push(then);
            payments.sort_unstable();
        }
    }

    /// One of them is reported now.
    pub(super) fn payment_is_due(&mut self, order: OrderOrdinal) {
        if let Some(payments) = self.payments.get_mut(&order) {
            payments.retain(|at| *at > self.now);
            if payments.is_empty() {
                self.payments.remove(&order);
            }
        }
    }

    /// When the sandbox itself reports a payment of this order, if it does.
    pub(crate) fn payment_due(&self, order: OrderOrdinal) -> Option<Moment> {
        self.payments.get(&order)?.first().copied()
    }

    /// What a truthful notification of this payment says: order id, partner, outcome, currency, amount.
    pub(crate) fn truthful(&self, due: Due) -> Option<(u32, String, Report, String, Money)> {
        let order = self.order_at(due.order)?;
        let currency = self.stock.currencies.get(&order.currency)?.abbr.to_string();
        // Whoever has paid in the smallest units so far goes on like that.
        let in_minor = self.policy.amount_unit == AmountUnit::Minor
            || (self.policy.amount_unit == AmountUnit::Either && self.unit == Some(Unit::Minor));
        let digits = self.stock.currencies.get(&order.currency).map_or(0, |currency| currency.digits.min(4));
        let amount = due.amount.unwrap_or(order.amount);
        let amount = if in_minor { amount.times(10_u32.pow(digits.into()))? } else { amount };
        Some((order.id, self.text(order.partner).to_owned(), due.report, currency, amount))
    }
}

fn unknown(asked: &str, why: OrderFault) -> Refusal {
    Refusal::UnknownOrder { asked: asked.chars().take(40).collect(), why }
}
