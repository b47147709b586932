//! Time passes, and what was due on the way happens: in order of moments, and at one moment limits before everything else, so
//! that what comes exactly at its limit is late.

use serde::{Deserialize, Serialize};

use super::{Place, World};
use crate::domain::mail::MailOrdinal;
use crate::domain::moment::{Day, Moment, Zone};
use crate::domain::order::OrderOrdinal;
use crate::domain::payment::Due;
use crate::domain::sim::order::PlanOrderOrdinal;
use crate::domain::sim::sms::SmsOrdinal;

/// The date that the world has reached, in the zone of its policy.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(PartialEq))]
pub(super) struct Today {
    pub(super) day: Day,
    /// The first moment of the next one.
    pub(super) ends: Moment,
    /// How many orders it has seen.
    pub(super) orders: u32,
}

/// Something that happened because its moment had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fired {
    /// When.
    pub at: Moment,
    /// What.
    pub what: What,
}

/// What can happen because its moment has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// An order's limit passed.
    OrderTimedOut(OrderOrdinal),
    /// A token had its three days.
    TokenExpired(u32),
    /// Polls show a payment from now on.
    PaymentSettled(OrderOrdinal),
    /// A mail that was late arrived.
    MailDelivered(MailOrdinal),
    /// The payer reported a payment.
    PaymentReported(OrderOrdinal),
    /// The time of a SIM's order was over.
    PlanOrderExpired(PlanOrderOrdinal),
    /// So many percent of the quota of a SIM's order were used.
    UsageReached(PlanOrderOrdinal, u8),
    /// A text to a SIM arrived, or failed.
    SmsSettled(SmsOrdinal),
    /// A callback of this number is tried again, or for the first time if it was late.
    CallbackDue(u64),
    /// An event of this number, which somebody ordered, is told.
    EmissionDue(u64),
}

/// How far [`World::advance_to`] got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Advanced {
    /// To the moment that was asked for.
    There,
    /// Something happened that somebody else decides on: see the notices, then go on.
    Noticed,
    /// A payment is due now: it has to be reported, then go on.
    Pay(Due),
}

/// What waits for a moment of its own. Limits of orders and tokens do not stand here: they run out in the order in which
/// orders and tokens were made.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(PartialEq))]
pub(super) enum Timer {
    Settle(OrderOrdinal),
    Mail(MailOrdinal),
    Pay(Due),
    Plan(PlanOrderOrdinal),
    Sms(SmsOrdinal),
    Callback(u64),
    Emission(u64),
}

enum Next {
    Limit(usize),
    Token(usize),
    Timer(u64),
}

impl Today {
    pub(super) fn of(now: Moment, zone: Zone) -> Self {
        Self { day: now.civil(zone).day, ends: now.next_midnight(zone), orders: 0 }
    }
}

impl World {
    /// Lets time pass until `now`, or until something happens on the way that somebody else has to see to; a moment that is
    /// already past changes nothing.
    pub(crate) fn advance_to(&mut self, now: Moment) -> Advanced {
        while let Some((at, next)) = self.next().filter(|(at, _)| *at <= now) {
            self.reach(at);
            match next {
                Next::Limit(order) => {
                    self.open_from = order + 1;
                    self.time_out(super::ordinal(order), at);
                    self.fire(What::OrderTimedOut(super::ordinal(order)));
                }
                Next::Token(token) => {
                    self.tokens_from = token + 1;
                    self.fire(What::TokenExpired(super::ordinal(token).0));
                }
                Next::Timer(nth) => match self.take_timer((at, nth)) {
                    Some(Timer::Settle(order)) => {
                        self.settle(order);
                        self.fire(What::PaymentSettled(order));
                    }
                    Some(Timer::Mail(mail)) => {
                        self.deliver_mail(mail);
                        self.fire(What::MailDelivered(mail));
                    }
                    Some(Timer::Pay(due)) => {
                        self.payment_is_due(due.order);
                        self.fire(What::PaymentReported(due.order));
                        return Advanced::Pay(due);
                    }
                    Some(Timer::Plan(order)) => self.plan_is_due(order),
                    Some(Timer::Sms(sms)) => self.sms_is_due(sms),
                    Some(Timer::Callback(number)) => self.callback_is_due(number),
                    Some(Timer::Emission(number)) => self.emission_is_due(number),
                    None => {}
                },
            }
            if !self.notices.is_empty() {
                return Advanced::Noticed;
            }
        }
        self.reach(now);
        Advanced::There
    }

    /// When something happens next by itself; `None` if nothing waits.
    pub(crate) fn next_due(&mut self) -> Option<Moment> {
        self.next().map(|(at, _)| at)
    }

    /// What fired since this was asked last.
    pub(crate) fn take_fired(&mut self) -> Vec<Fired> {
        std::mem::take(&mut self.fired)
    }

    /// Forgets what fired: nobody asks.
    pub(crate) fn forget_fired(&mut self) {
        self.fired.clear();
    }

    pub(super) fn fire(&mut self, what: What) {
        self.fired.push(Fired { at: self.now, what });
    }

    fn reach(&mut self, now: Moment) {
        if now <= self.now {
            return;
        }
        self.now = now;
        if now >= self.today.ends {
            let today = Today::of(now, self.policy.order_date_zone);
            // Another zone may still call it the same date, or the one before: then its numbers go on.
            self.today =
                if today.day > self.today.day { today } else { Today { ends: today.ends, ..self.today } };
        }
    }

    /// The next thing to happen. Orders that are final are passed over once.
    fn next(&mut self) -> Option<(Moment, Next)> {
        let limit = loop {
            match self.orders.get(self.open_from) {
                None => break None,
                Some(order) if order.stage.is_open() => {
                    let ends = order.created.plus(self.policy.pre_order_limit);
                    // A limit that was shortened may have passed already: it is over now, not in the past.
                    break ends.map(|ends| (ends.max(self.now), Next::Limit(self.open_from)));
                }
                Some(_) => self.open_from += 1,
            }
        };
        let token = loop {
            match self.token_end(self.tokens_from) {
                // Ended before its time, by hand.
                Some(ends) if ends <= self.now => self.tokens_from += 1,
                ends => break ends.map(|ends| (ends, Next::Token(self.tokens_from))),
            }
        };
        let timer = self.timers.first_key_value().map(|((at, nth), _)| (*at, Next::Timer(*nth)));
        // The first of equals stays: limits, then tokens, then timers in the order of their making.
        [limit, token, timer].into_iter().flatten().min_by_key(|(at, _)| *at)
    }

    /// Something is to happen at a moment. What it stands under, for whoever takes it out again.
    pub(super) fn at(&mut self, moment: Moment, timer: Timer) -> (Moment, u64) {
        let key = (moment.max(self.now), self.timers_made);
        self.timers.insert(key, timer);
        self.marks.mark(|| Place::Timer(key.0, key.1));
        self.timers_made += 1;
        key
    }

    /// It does not happen, or happens now.
    pub(super) fn take_timer(&mut self, key: (Moment, u64)) -> Option<Timer> {
        self.marks.mark(|| Place::Timer(key.0, key.1));
        self.timers.remove(&key)
    }
}
