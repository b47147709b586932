//! Rows that count orders, mails or deliveries, by the fields that the control API shows of them. They are seen one by one: a session may have
//! a million orders.

use std::cmp::Reverse;

use serde::Serialize;

use super::{Best, LISTED, Near, State, Thing, Verdict, numbered, wants_more};
use crate::domain::moment::Moment;
use crate::scenario::count::Count;
use crate::scenario::expect::Fields;
use crate::scenario::miss::Miss;
use crate::session::session::Session;
use crate::session::view::{MailView, OrderView};

/// Counts orders.
pub(super) fn orders(session: &Session, fields: &Fields, count: &Count, real: Moment) -> Verdict {
    let mut tally = Tally::of(fields, |id| Thing::Order { order: id });
    session.each(real, OrderView::page, |order| tally.see(u64::from(order.id), &order));
    tally.verdict(count, ["order", "orders"])
}

/// Counts mails.
pub(super) fn mails(session: &Session, fields: &Fields, count: &Count, real: Moment) -> Verdict {
    let mut tally = Tally::of(fields, |id| Thing::Mail { mail: id });
    session.each(real, MailView::page, |mail| tally.see(u64::from(mail.id), &mail));
    tally.verdict(count, ["mail", "mails"])
}

/// Counts deliveries of callbacks.
pub(super) fn deliveries(session: &Session, fields: &Fields, count: &Count, real: Moment) -> Verdict {
    let mut tally = Tally::of(fields, |id| Thing::Delivery { delivery: id });
    let (deliveries, (_, forgotten)) = session.deliveries(real);
    for delivery in &deliveries {
        tally.see(delivery.id, delivery);
    }
    tally.verdict_of_part(count, forgotten, ["delivery", "deliveries"])
}

/// What has been seen so far.
struct Tally<'a> {
    fields: &'a Fields,
    thing: fn(u64) -> Thing,
    found: u64,
    /// The first of them.
    listed: Vec<u64>,
    /// The newest of them.
    newest: Best<Reverse<u64>>,
    nearest: Best<(usize, Reverse<u64>)>,
}

impl<'a> Tally<'a> {
    fn of(fields: &'a Fields, thing: fn(u64) -> Thing) -> Self {
        Self { fields, thing, found: 0, listed: Vec::new(), newest: Best::none(), nearest: Best::none() }
    }

    fn see(&mut self, id: u64, shown: &impl Serialize) {
        let what = self.thing;
        let misses = self.misses(shown);
        if !misses.is_empty() {
            let rank = (misses.len(), Reverse(id));
            return self.nearest.offer(rank, || Near { what: what(id), misses });
        }
        self.found += 1;
        if self.listed.len() < LISTED {
            self.listed.push(id);
        }
        self.newest.offer(Reverse(id), || Near { what: what(id), misses: Vec::new() });
    }

    fn misses(&self, shown: &impl Serialize) -> Vec<Miss> {
        if self.fields.is_empty() {
            return Vec::new();
        }
        let shown = serde_json::to_value(shown).unwrap_or_default();
        let miss = |(field, matcher): &(String, _)| Miss::of(field.clone(), matcher, shown.get(field));
        self.fields.iter().filter_map(miss).collect()
    }

    fn verdict(self, count: &Count, words: [&str; 2]) -> Verdict {
        self.verdict_of_part(count, 0, words)
    }

    /// The same if so many more were not seen.
    fn verdict_of_part(self, count: &Count, unseen: u64, [one, several]: [&str; 2]) -> Verdict {
        let Self { fields, found, listed, newest, nearest, .. } = self;
        let state = State::of(count, found, found.saturating_add(unseen));
        let nearest = match state {
            State::Met => Vec::new(),
            _ if wants_more(count, found) => nearest.take(),
            _ => newest.take(),
        };
        let words: Vec<String> =
            fields.iter().map(|(field, matcher)| format!("{field} is {matcher}")).collect();
        let mut expected = vec![count.of(one, several)];
        if !words.is_empty() {
            expected.push(format!("whose {}", words.join(" and ")));
        }
        Verdict {
            state,
            expected: expected.join(" "),
            found: numbered([one, several], found, &listed),
            nearest,
        }
    }
}
