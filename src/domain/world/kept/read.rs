//! A world is made of rows. Each is judged where it is read, and all of them together at the end.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::Damaged;
use super::head::{Birth, Head};
use super::marks::Marks;
use super::place::Place;
use crate::domain::ledger::Ledger;
use crate::domain::mail::{Fate, Mail, MailOrdinal};
use crate::domain::moment::Moment;
use crate::domain::order::{Esim, Order, OrderOrdinal};
use crate::domain::package::Package;
use crate::domain::policy::Policy;
use crate::domain::profile::ProfileRow;
use crate::domain::stage::STAGES;
use crate::domain::world::accounts::Accounts;
use crate::domain::world::admit::Issue;
use crate::domain::world::sims::FleetRows;
use crate::domain::world::texts::Texts;
use crate::domain::world::time::Timer;
use crate::domain::world::{Beginning, Notice, Symbol, World};

pub(super) const MISSING: &str = "it is missing";
const GAP: &str = "the one before it is missing";

/// What has been read so far.
#[derive(Default)]
pub(super) struct Making {
    pub(super) birth: Option<Birth>,
    pub(super) head: Option<Head>,
    pub(super) policy: Option<Policy>,
    pub(super) packages: BTreeMap<u32, Package>,
    pub(super) accounts: Accounts,
    pub(super) texts: Texts,
    pub(super) tokens: Vec<Issue>,
    pub(super) orders: Ledger,
    pub(super) past: BTreeMap<OrderOrdinal, Vec<(Moment, &'static str)>>,
    pub(super) top_ups: BTreeMap<OrderOrdinal, Vec<OrderOrdinal>>,
    pub(super) polls: BTreeMap<OrderOrdinal, u32>,
    pub(super) profiles: BTreeMap<u32, ProfileRow>,
    pub(super) outbox: Vec<Mail>,
    pub(super) fleet: FleetRows,
    pub(super) timers: BTreeMap<(Moment, u64), Timer>,
}

impl Making {
    /// Takes a row in, or says what is wrong with it.
    pub(super) fn put(&mut self, place: &Place, value: &[u8]) -> Result<(), &'static str> {
        match place {
            Place::Birth => {
                let birth: Birth = get(value)?;
                let is_sound = birth.numbers.serials.is_sound() && birth.numbers.ids.is_sound();
                self.birth = Some(fits(is_sound, birth, "its numbers do not rise")?);
            }
            Place::Head => self.head = Some(get(value)?),
            Place::Policy => self.policy = Some(get(value)?),
            Place::Package(id) => {
                let package: Package = get(value)?;
                let package = fits(package.id == *id, package, "it is another package's")?;
                self.packages.insert(*id, package);
            }
            Place::Account(key) => {
                self.accounts.own.insert(key.clone(), get(value)?);
            }
            Place::Code(key) => {
                self.accounts.codes.insert(key.clone(), get(value)?);
            }
            Place::Text(at) => {
                follows(*at, self.texts.len())?;
                let text = std::str::from_utf8(value).map_err(|_| "it is no text")?;
                fits(self.texts.keep(text) == Symbol(*at), (), "it stands there twice")?;
            }
            Place::Token(at) => {
                follows(*at, self.tokens.len())?;
                self.tokens.push(get(value)?);
            }
            Place::Order(at) => {
                follows(*at, self.orders.len())?;
                let order = self.judge(OrderOrdinal(*at), get(value)?)?;
                self.orders.push(order);
            }
            Place::Past(at) => {
                let word = |number: usize| STAGES.get(number).copied().ok_or("it names no stage");
                let steps: Vec<(Moment, usize)> = get(value)?;
                let steps = steps.into_iter().map(|(since, number)| Ok((since, word(number)?)));
                self.past.insert(self.known(*at)?, steps.collect::<Result<_, &'static str>>()?);
            }
            Place::TopUp(at, nth) => {
                let OrderOrdinal(paid) = get(value)?;
                let (at, paid) = (self.known(*at)?, self.known(paid)?);
                let so_far = self.top_ups.entry(at).or_default();
                follows(*nth, so_far.len())?;
                so_far.push(paid);
            }
            Place::Polls(at) => {
                self.polls.insert(self.known(*at)?, get(value)?);
            }
            Place::Profile(at) => {
                let row: ProfileRow = get(value)?;
                self.known(row.holder.0)?;
                self.profiles.insert(*at, row);
            }
            Place::Mail(at) => {
                follows(*at, self.outbox.len())?;
                let mail: Mail = get(value)?;
                self.names_text(mail.to)?;
                self.outbox.push(mail);
            }
            Place::Sim(_) | Place::PlanOrder(_) | Place::Sms(_) | Place::SimEvent(_) => {
                self.fleet.put(place, value)?;
            }
            Place::Timer(moment, nth) => {
                self.timers.insert((*moment, *nth), get(value)?);
            }
        }
        Ok(())
    }

    /// The world, or what does not fit together.
    pub(super) fn finish(self, beginning: Beginning) -> Result<World, Damaged> {
        let missing = |place: &Place| Damaged::new(place, MISSING);
        let head = self.head.ok_or_else(|| missing(&Place::Head))?;
        self.is_whole(&head)?;
        let pool = self.pool(&head)?;
        let Self { policy, birth, mut accounts, outbox, timers, .. } = self;
        let policy = policy.ok_or_else(|| missing(&Place::Policy))?;
        let Birth { session, epoch, seed, numbers, began } = birth.ok_or_else(|| missing(&Place::Birth))?;
        let Beginning { mut stock, order_limit, .. } = beginning;
        let own_packages = self.packages.keys().copied().collect();
        if !self.packages.is_empty() {
            Arc::make_mut(&mut stock).packages.extend(self.packages);
        }
        let mut sims = None;
        if head.is_awake {
            let roster = Arc::clone(stock.fleet.roster());
            if usize::try_from(head.lengths.sims).is_ok_and(|sims| sims != roster.sims.len()) {
                return Err(Damaged::new(&Place::Head, "it counts other SIMs than the world files name"));
            }
            sims = Some(Arc::new(self.fleet.finish(roster, head.lengths.events.0)?));
        }
        accounts.codes_sent = head.codes_sent;
        let mut payments: BTreeMap<OrderOrdinal, Vec<Moment>> = BTreeMap::new();
        for ((moment, _), timer) in &timers {
            if let Timer::Pay(due) = timer {
                payments.entry(due.order).or_default().push(*moment);
            }
        }
        // Nobody has decided on these: whoever was about to is gone.
        let undecided = (0..).zip(&outbox).filter(|(_, mail)| mail.fate == Fate::Written);
        let notices = undecided.map(|(at, _)| Notice::Written(MailOrdinal(at))).collect();
        Ok(World {
            session,
            epoch,
            seed,
            policy,
            stock,
            own_packages,
            numbers,
            steps: Default::default(),
            order_limit,
            elsewhere: 0,
            began,
            now: head.now,
            today: head.today,
            pool,
            orders: self.orders,
            open_from: head.open_from,
            past: self.past,
            top_ups: self.top_ups,
            unpaid_polls: self.polls,
            payments,
            unit: head.unit,
            outbox,
            texts: self.texts,
            tokens: self.tokens,
            tokens_from: head.tokens_from,
            timers,
            timers_made: head.timers_made,
            fired: Vec::new(),
            notices,
            steps_taken: None,
            accounts,
            sims,
            marks: Marks::default(),
        })
    }

    /// Whether an order can stand at a place.
    fn judge(&self, at: OrderOrdinal, order: Order) -> Result<Order, &'static str> {
        [order.partner, order.buyer, order.mail_to].into_iter().try_for_each(|text| self.names_text(text))?;
        if let Esim::TopUpOf(base) = order.esim
            && base >= at
        {
            return Err("it is for the eSIM of an order that did not exist yet");
        }
        let before = self.orders.len().checked_sub(1).and_then(|last| self.orders.get(last));
        let rises = before.is_none_or(|before| before.id < order.id && before.number < order.number);
        fits(rises, order, "its number is not above the one before it")
    }

    fn known(&self, order: u32) -> Result<OrderOrdinal, &'static str> {
        let is_known = usize::try_from(order).is_ok_and(|at| at < self.orders.len());
        fits(is_known, OrderOrdinal(order), "it names an order that there is not")
    }

    fn names_text(&self, text: Symbol) -> Result<(), &'static str> {
        let is_known = usize::try_from(text.0).is_ok_and(|at| at < self.texts.len());
        fits(is_known, (), "it names a text that there is not")
    }
}

/// Reads a value, all of it.
pub(in crate::domain::world) fn get<'a, T: Deserialize<'a>>(value: &'a [u8]) -> Result<T, &'static str> {
    let (read, rest) = postcard::take_from_bytes(value).map_err(|_| "it cannot be read")?;
    fits(rest.is_empty(), read, "it goes on behind its end")
}

/// Whether a row is the next one of what is only added to.
pub(in crate::domain::world) fn follows(at: u32, length: usize) -> Result<(), &'static str> {
    fits(usize::try_from(at).is_ok_and(|at| at == length), (), GAP)
}

fn fits<T>(fits: bool, value: T, why: &'static str) -> Result<T, &'static str> {
    if fits { Ok(value) } else { Err(why) }
}
