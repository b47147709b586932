//! The world of one session: all of its state, and the verbs that change it.

#[cfg(test)]
mod account_tests;
mod accounts;
mod admit;
mod callbacks;
mod judge;
pub(crate) mod kept;
mod mails;
mod notice;
mod orders;
mod pay;
mod reserve;
#[expect(dead_code, reason = "the endpoints of the CSSS group are built on it next")]
pub(crate) mod sims;
mod texts;
mod time;
#[cfg(test)]
mod world_tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::dice::Seed;
use super::ids::{self, Steps};
use super::ledger::Ledger;
use super::mail::Mail;
use super::moment::Moment;
use super::order::{Numbers, OrderOrdinal};
use super::payment::Unit;
use super::policy::Policy;
use super::profile::{Pool, Supply};
use super::stage::EDGES;
use super::stock::Stock;
use accounts::Accounts;
pub(crate) use accounts::Welcome;
use admit::Issue;
pub(crate) use admit::Issued;
use kept::marks::Marks;
use kept::place::Place;
pub(crate) use notice::Notice;
use sims::Sims;
pub(crate) use texts::Symbol;
use texts::Texts;
pub(crate) use time::{Advanced, Fired, What};
use time::{Timer, Today};

/// All state of one session.
#[derive(Clone, Debug)]
#[cfg_attr(test, derive(PartialEq))]
pub(crate) struct World {
    session: String,
    epoch: u64,
    seed: Seed,
    policy: Policy,
    stock: Arc<Stock>,
    /// Packages that are not as the stock of all sessions has them.
    own_packages: BTreeSet<u32>,
    numbers: Numbers,
    steps: (Steps, Steps),
    order_limit: usize,
    /// Orders of other worlds, which count against the same limit.
    elsewhere: usize,
    /// The first moment.
    began: Moment,
    now: Moment,
    today: Today,
    pool: Pool,
    orders: Ledger,
    /// Orders before this one are final, or have had their limit.
    open_from: usize,
    /// What orders were, where their present stage has forgotten it.
    past: BTreeMap<OrderOrdinal, Vec<(Moment, &'static str)>>,
    /// Paid top-ups by the order whose eSIM they are for.
    top_ups: BTreeMap<OrderOrdinal, Vec<OrderOrdinal>>,
    /// How often orders that nobody has paid were asked about.
    unpaid_polls: BTreeMap<OrderOrdinal, u32>,
    /// When the sandbox itself is going to report payments, by order, soonest first.
    payments: BTreeMap<OrderOrdinal, Vec<Moment>>,
    /// The unit in which amounts are read, once one could be read in one way only.
    unit: Option<Unit>,
    outbox: Vec<Mail>,
    texts: Texts,
    tokens: Vec<Issue>,
    /// Tokens before this one have expired.
    tokens_from: usize,
    timers: BTreeMap<(Moment, u64), Timer>,
    timers_made: u64,
    fired: Vec<Fired>,
    notices: Vec<Notice>,
    steps_taken: Option<StepsTaken>,
    accounts: Accounts,
    /// The SIMs; `None` while they sleep.
    sims: Option<Arc<Sims>>,
    /// What has changed, for whoever keeps it.
    marks: Marks,
}

/// How often orders took each step of [`EDGES`].
pub(crate) type StepsTaken = [u32; EDGES.len()];

/// How a world begins.
#[derive(Clone, Debug)]
pub(crate) struct Beginning {
    /// The session's name, as tokens carry it.
    pub session: String,
    /// The session's epoch, as tokens carry it.
    pub epoch: u64,
    /// Its chance.
    pub seed: Seed,
    /// Its choices.
    pub policy: Policy,
    /// What is in it.
    pub stock: Arc<Stock>,
    /// Where its numbers begin; `None` is as the seed says.
    pub numbers: Option<Numbers>,
    /// Its profiles.
    pub supply: Supply,
    /// Most orders that it keeps, those of other worlds included.
    pub order_limit: usize,
    /// The first moment.
    pub now: Moment,
}

impl World {
    /// A world in which nothing has happened.
    pub(crate) fn new(beginning: Beginning) -> Self {
        let Beginning { session, epoch, seed, policy, stock, numbers, supply, order_limit, now } = beginning;
        let numbers = numbers.unwrap_or_else(|| Numbers {
            serials: ids::Sequence::serials(seed),
            ids: ids::Sequence::order_ids(seed),
        });
        let today = Today::of(now, policy.order_date_zone);
        let tokens = Issue::ready(&stock.demo_user, now).into_iter().collect();
        Self {
            session,
            epoch,
            seed,
            policy,
            stock,
            own_packages: BTreeSet::new(),
            numbers,
            steps: Default::default(),
            order_limit,
            elsewhere: 0,
            began: now,
            now,
            today,
            pool: Pool::new(supply),
            orders: Ledger::default(),
            open_from: 0,
            past: BTreeMap::new(),
            top_ups: BTreeMap::new(),
            unpaid_polls: BTreeMap::new(),
            payments: BTreeMap::new(),
            unit: None,
            outbox: Vec::new(),
            texts: Texts::default(),
            tokens_from: 0,
            timers: BTreeMap::new(),
            timers_made: 0,
            fired: Vec::new(),
            notices: Vec::new(),
            steps_taken: None,
            tokens,
            accounts: Accounts::default(),
            sims: None,
            marks: Marks::default(),
        }
    }

    /// The session that it is of.
    pub(crate) fn session(&self) -> &str {
        &self.session
    }

    /// It goes on as the world of another session, or of another life of one: its tokens are that one's.
    pub(crate) fn rename(&mut self, session: &str, epoch: u64) {
        session.clone_into(&mut self.session);
        self.epoch = epoch;
        self.marks.mark(|| Place::Birth);
    }

    /// Its chance.
    pub(crate) fn seed(&self) -> Seed {
        self.seed
    }

    /// Its choices.
    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Takes other choices from now on.
    pub(crate) fn set_policy(&mut self, policy: Policy) {
        self.policy = policy;
        self.marks.mark(|| Place::Policy);
    }

    /// What is in it, for one package to be changed: other sessions do not see it.
    pub(crate) fn stock_to_change(&mut self, package: u32) -> &mut Stock {
        self.own_packages.insert(package);
        self.marks.mark(|| Place::Package(package));
        Arc::make_mut(&mut self.stock)
    }

    /// Its profiles.
    pub(crate) fn pool(&self) -> &Pool {
        &self.pool
    }

    /// What is in it.
    pub(crate) fn stock(&self) -> &Stock {
        &self.stock
    }

    /// The moment it has reached.
    pub(crate) fn now(&self) -> Moment {
        self.now
    }

    /// Its orders.
    pub(crate) fn orders(&self) -> &Ledger {
        &self.orders
    }

    /// The payment client id of a partner: its own from the fixtures, else one computed from the seed.
    pub(crate) fn client_id(&self, partner: &str) -> Arc<str> {
        let own = self.stock.partners.get(partner).and_then(|partner| partner.client_id.clone());
        own.unwrap_or_else(|| ids::client_id(self.seed, partner).into())
    }

    /// The steps that orders took since this was asked last; `None` if they took none.
    pub(crate) fn take_steps(&mut self) -> Option<StepsTaken> {
        self.steps_taken.take()
    }

    /// The text behind a symbol of this world.
    pub(crate) fn text(&self, symbol: Symbol) -> &str {
        self.texts.get(symbol)
    }
}

/// A place as an ordinal. There are far fewer than four thousand million of anything.
fn ordinal(place: usize) -> OrderOrdinal {
    OrderOrdinal(u32::try_from(place).unwrap_or(u32::MAX))
}
