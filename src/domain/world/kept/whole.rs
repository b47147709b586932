//! All rows together are judged: whether any is missing, and what follows from orders.

use std::collections::BTreeMap;

use super::head::{Counts, Head};
use super::marks::Lengths;
use super::place::Place;
use super::read::{MISSING, Making};
use super::{Damaged, holders};
use crate::domain::order::{Esim, OrderOrdinal};
use crate::domain::profile::{Holding, Pool};

impl Making {
    /// Whether there is as much of everything as the head says.
    pub(super) fn is_whole(&self, head: &Head) -> Result<(), Damaged> {
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let fleet = self.fleet.lengths();
        let found = Lengths {
            texts: count(self.texts.len()),
            tokens: count(self.tokens.len()),
            orders: count(self.orders.len()),
            mails: count(self.outbox.len()),
            // Of SIMs, only some have a row.
            sims: head.lengths.sims,
            events: if fleet.events.1 == 0 { head.lengths.events } else { fleet.events },
            ..fleet
        };
        let said = head.lengths;
        let counts = Counts {
            packages: self.packages.len(),
            accounts: self.accounts.own.len(),
            codes: self.accounts.codes.len(),
            past: self.past.len(),
            polls: self.polls.len(),
            timers: self.timers.len(),
        };
        let first_lost = [
            (found.texts, said.texts, Place::Text(found.texts)),
            (found.tokens, said.tokens, Place::Token(found.tokens)),
            (found.orders, said.orders, Place::Order(found.orders)),
            (found.mails, said.mails, Place::Mail(found.mails)),
            (found.plan_orders, said.plan_orders, Place::PlanOrder(found.plan_orders)),
            (found.sms, said.sms, Place::Sms(found.sms)),
        ]
        .into_iter()
        .find(|(found, said, _)| found != said);
        if let Some((found, said, place)) = first_lost {
            let why = if found < said { MISSING } else { "the head knows of fewer" };
            return Err(Damaged::new(&place, why));
        }
        if found != said || counts != head.counts {
            return Err(Damaged::new(&Place::Head, "it counts other rows than there are"));
        }
        if let Some((moment, nth)) = self.timers.keys().find(|(_, nth)| *nth >= head.timers_made) {
            return Err(Damaged::new(&Place::Timer(*moment, *nth), "the head knows of fewer"));
        }
        let day = |at: usize| self.orders.get(at).map(|order| order.number.day);
        let of_today = (0..self.orders.len()).rev().take_while(|at| day(*at) == Some(head.today.day)).count();
        if u32::try_from(of_today) != Ok(head.today.orders) {
            return Err(Damaged::new(&Place::Head, "it counts other orders of its day than there are"));
        }
        let mut paid: BTreeMap<OrderOrdinal, usize> = BTreeMap::new();
        for order in self.orders.iter().filter(|order| order.stage.is_paid()) {
            if let Esim::TopUpOf(base) = order.esim {
                *paid.entry(base).or_default() += 1;
            }
        }
        let listed = self.top_ups.iter().map(|(base, paid)| (base, paid.len()));
        if !listed.eq(paid.iter().map(|(base, count)| (base, *count))) {
            return Err(Damaged::new(&Place::Head, "there are other top-ups than paid orders of them"));
        }
        Ok(())
    }

    /// The pool: what is free, reserved and assigned follows from the orders.
    pub(super) fn pool(&self, head: &Head) -> Result<Pool, Damaged> {
        // An order can have had two profiles, never more.
        if head.profiles > self.orders.len().saturating_mul(2) {
            return Err(Damaged::new(&Place::Head, "it counts more profiles than orders can have had"));
        }
        if let Some((at, _)) =
            self.profiles.iter().find(|(at, _)| usize::try_from(**at).is_ok_and(|at| at >= head.profiles))
        {
            return Err(Damaged::new(&Place::Profile(*at), "the head knows of fewer"));
        }
        let told = holders::by_orders(&self.orders, head.profiles);
        let holders = (0..).zip(told).map(|(at, told)| {
            let row = self.profiles.get(&at);
            row.map(|row| row.holder).or(told).ok_or_else(|| Damaged::new(&Place::Profile(at), MISSING))
        });
        let holders = holders.collect::<Result<Vec<_>, _>>()?;
        // Else a profile would come back twice.
        for (at, order) in (0..).map(OrderOrdinal).zip(self.orders.iter()) {
            if let Esim::New(profile) = order.esim
                && order.stage.is_open()
                && usize::try_from(profile.0).ok().and_then(|profile| holders.get(profile)) != Some(&at)
            {
                return Err(Damaged::new(&Place::Order(at.0), "it waits with the profile of another one"));
            }
        }
        let holding = |profile, holder: OrderOrdinal| {
            let order = usize::try_from(holder.0).ok().and_then(|at| self.orders.get(at));
            match order.filter(|order| order.esim == Esim::New(profile)).map(|order| order.stage) {
                Some(stage) if stage.is_open() => Holding::Reserved,
                Some(stage) if stage.is_paid() => Holding::Assigned,
                Some(_) | None => Holding::Free,
            }
        };
        Ok(Pool::remade(head.supply, holders, &self.profiles, holding))
    }
}
