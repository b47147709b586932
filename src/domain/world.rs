//! The world of one session: all of its state, and the verbs that change it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::dice::Seed;
use super::ids::{self, OrderNo, Steps};
use super::ledger::Ledger;
use super::moment::{Day, Moment, Zone};
use super::order::{Numbers, Objection, Order, PayStatus, Quote, Wish};
use super::package::Package;
use super::policy::{Auth, Policy};
use super::profile::{Pool, Supply};
use super::refusal::{Refusal, TokenFault};
use super::stock::Stock;
use super::token::Token;
use super::user::{Admitted, Caller, Claim};

/// Most packages in one order: ours, the vendor names none.
const MOST_PACKAGES: u16 = 10;

/// All state of one session.
#[derive(Clone, Debug)]
pub(crate) struct World {
    session: String,
    epoch: u64,
    seed: Seed,
    policy: Policy,
    stock: Arc<Stock>,
    numbers: Numbers,
    steps: (Steps, Steps),
    order_limit: usize,
    now: Moment,
    today: Today,
    pool: Pool,
    orders: Ledger,
    texts: Texts,
    tokens: Vec<Issue>,
}

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
    /// Most orders it keeps.
    pub order_limit: usize,
    /// The first moment.
    pub now: Moment,
}

/// A text that is kept once, however many orders name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Symbol(u32);

/// A token that was issued, by its ordinal.
#[derive(Clone, Debug)]
struct Issue {
    owner: Arc<str>,
    at: Moment,
}

/// The date that the world has reached, in the zone of its policy.
#[derive(Clone, Copy, Debug)]
struct Today {
    day: Day,
    /// The first moment of the next one.
    ends: Moment,
    /// How many orders it has seen.
    orders: u32,
}

impl Today {
    fn of(now: Moment, zone: Zone) -> Self {
        Self { day: now.civil(zone).day, ends: now.next_midnight(zone), orders: 0 }
    }
}

#[derive(Clone, Debug, Default)]
struct Texts {
    by_text: BTreeMap<Arc<str>, Symbol>,
    all: Vec<Arc<str>>,
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
        Self {
            session,
            epoch,
            seed,
            policy,
            stock,
            numbers,
            steps: Default::default(),
            order_limit,
            now,
            today,
            pool: Pool::new(supply),
            orders: Ledger::default(),
            texts: Texts::default(),
            tokens: Vec::new(),
        }
    }

    /// Its choices.
    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Takes other choices from now on.
    pub(crate) fn set_policy(&mut self, policy: Policy) {
        self.policy = policy;
    }

    /// What is in it, to be changed: other sessions do not see it.
    pub(crate) fn stock_mut(&mut self) -> &mut Stock {
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

    /// Lets time pass until `now`; a moment that is already past changes nothing.
    pub(crate) fn advance_to(&mut self, now: Moment) {
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

    /// Takes a caller for whom it claims to be, or refuses it. What expired here is refused even when lenient; what nobody
    /// here issued stands for the demo user then.
    pub(crate) fn admit(&self, claim: &Claim) -> Result<Caller, Refusal> {
        let fault = match claim {
            Claim::Nobody => return Ok(Caller { email: Arc::default(), admitted: Admitted::Freely }),
            Claim::NoToken => TokenFault::Missing,
            Claim::ForeignToken => TokenFault::Foreign,
            Claim::TokenOfGoneSession => TokenFault::SessionGone,
            Claim::Token(token) => match self.judge_token(token) {
                Ok(owner) => return Ok(Caller { email: owner, admitted: Admitted::ByToken }),
                Err(fault) => fault,
            },
        };
        let admitted = match fault {
            TokenFault::Expired | TokenFault::SessionGone => return Err(Refusal::NoLiveToken(fault)),
            TokenFault::OldEpoch => Admitted::AsStandInForOldToken,
            TokenFault::Missing | TokenFault::Foreign => Admitted::AsStandIn,
        };
        match self.policy.auth {
            Auth::Lenient => Ok(Caller { email: Arc::clone(&self.stock.demo_user), admitted }),
            Auth::Strict => Err(Refusal::NoLiveToken(fault)),
        }
    }

    /// The owner of a live token, or what is wrong with it.
    fn judge_token(&self, token: &Token) -> Result<Arc<str>, TokenFault> {
        if token.session != self.session {
            return Err(TokenFault::Foreign);
        }
        let issued_here = Token::mint(self.seed, &self.session, token.epoch, token.issued, token.ordinal);
        if *token != issued_here {
            return Err(TokenFault::Foreign);
        }
        if token.epoch != self.epoch {
            return Err(TokenFault::OldEpoch);
        }
        let at = usize::try_from(token.ordinal).ok();
        let issue = at.and_then(|at| self.tokens.get(at)).filter(|issue| issue.at == token.issued);
        let issue = issue.ok_or(TokenFault::Foreign)?;
        if token.is_expired(self.now) { Err(TokenFault::Expired) } else { Ok(Arc::clone(&issue.owner)) }
    }

    /// Issues a token for an account.
    pub(crate) fn issue_token(&mut self, owner: &str) -> Option<Token> {
        let ordinal = u32::try_from(self.tokens.len()).ok()?;
        self.tokens.push(Issue { owner: Arc::from(owner), at: self.now });
        Some(Token::mint(self.seed, &self.session, self.epoch, self.now, ordinal))
    }

    /// Prices a wish, or says all that stands against it. Changes nothing.
    pub(crate) fn judge(&self, wish: &Wish<'_>) -> Result<Quote, Vec<Objection>> {
        let mut objections = Vec::new();
        let package = wish.package.and_then(|id| {
            let known = u32::try_from(id).ok().and_then(|id| self.stock.packages.get(&id));
            if known.is_none() {
                let example = self.stock.packages.keys().next().copied().unwrap_or(0);
                objections.push(Objection::UnknownPackage { example });
            }
            known
        });
        if let Some(code) = wish.code {
            match package {
                Some(package) if package.code != code => objections.push(Objection::CodeOfAnotherPackage {
                    package: package.id,
                    code: package.code.clone(),
                }),
                None if self.stock.packages.values().all(|package| package.code != code) => {
                    objections.push(Objection::UnknownCode);
                }
                Some(_) | None => {}
            }
        }
        let currency = self.judge_currency(package, wish, &mut objections);
        let periods = wish.periods.and_then(|periods| {
            // Without a package, what no package allows is wrong all the same.
            let most = || self.stock.packages.values().map(|package| package.periods.1).max().unwrap_or(1);
            let (min, max) = package.map_or_else(|| (1, most()), |package| package.periods);
            let found = in_range(periods, min, max);
            if found.is_none() {
                objections.push(Objection::PeriodsOutOfRange { min, max });
            }
            found
        });
        let packages = wish.packages.and_then(|count| {
            let found = in_range(count, 1, MOST_PACKAGES);
            if found.is_none() {
                objections.push(Objection::PackagesOutOfRange { min: 1, max: MOST_PACKAGES });
            }
            found
        });
        if let Some(partner) = wish.partner
            && self.policy.auth == Auth::Strict
            && !self.stock.partners.contains_key(partner)
        {
            objections.push(Objection::UnknownPartner);
        }
        match (package, currency, periods, packages) {
            (Some(package), Some(currency), Some(periods), Some(packages)) if objections.is_empty() => {
                package
                    .price_in(currency)
                    .and_then(|price| price.times(u32::from(periods))?.times(u32::from(packages)))
                    .map(|amount| Quote { package: package.id, currency, amount, periods, packages })
                    .ok_or(objections)
            }
            _ => Err(objections),
        }
    }

    /// The currency that a wish names, by abbreviation, by id, or by both. Without a package, any that is sold at all.
    fn judge_currency(
        &self,
        package: Option<&Package>,
        wish: &Wish<'_>,
        objections: &mut Vec<Objection>,
    ) -> Option<u32> {
        let is_sold = |id: u32| match package {
            Some(package) => package.price_in(id).is_some(),
            None => self.stock.currencies.contains_key(&id),
        };
        let sold = |id: u32| is_sold(id).then_some(id);
        let by_abbr =
            wish.currency.map(|abbr| self.stock.currency(abbr).and_then(|currency| sold(currency.id)));
        let by_id = wish.currency_id.map(|id| u32::try_from(id).ok().and_then(sold));
        let list = || {
            let all = self.stock.currencies.values().filter(|currency| is_sold(currency.id));
            all.map(|currency| (currency.abbr.to_string(), currency.id)).collect()
        };
        if by_abbr == Some(None) {
            objections.push(Objection::CurrencyNotSold { sold: list() });
        }
        if by_id == Some(None) {
            objections.push(Objection::CurrencyIdNotSold { sold: list() });
        }
        match (by_abbr.flatten(), by_id.flatten()) {
            (Some(abbr), Some(id)) if abbr != id => {
                let currency = wish.currency.unwrap_or_default().to_owned();
                objections.push(Objection::CurrenciesDisagree { currency, id: abbr });
                None
            }
            (found, other) => found.or(other),
        }
    }

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

    /// The order with this id: its place is computed from it, no index is kept.
    pub(crate) fn order_by_id(&self, id: u32) -> Option<&Order> {
        self.orders.get(usize::try_from(self.numbers.ids.position(self.seed, id)?).ok()?)
    }

    /// The ICCID of an order's profile.
    pub(crate) fn iccid(&self, order: &Order) -> String {
        ids::iccid(self.seed, order.profile.0)
    }

    /// The text of an order's QR code.
    pub(crate) fn qr_text(&self, order: &Order) -> String {
        ids::qr_text(self.seed, order.profile.0)
    }

    /// The payment client id of a partner: its own from the fixtures, else one computed from the seed.
    pub(crate) fn client_id(&self, partner: &str) -> Arc<str> {
        let own = self.stock.partners.get(partner).and_then(|partner| partner.client_id.clone());
        own.unwrap_or_else(|| ids::client_id(self.seed, partner).into())
    }

    /// The text behind a symbol of this world.
    pub(crate) fn text(&self, symbol: Symbol) -> &str {
        usize::try_from(symbol.0).ok().and_then(|at| self.texts.all.get(at)).map_or("", |text| text)
    }
}

impl Texts {
    fn keep(&mut self, text: &str) -> Symbol {
        if let Some(known) = self.by_text.get(text) {
            return *known;
        }
        let symbol = Symbol(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        let text: Arc<str> = Arc::from(text);
        self.all.push(Arc::clone(&text));
        self.by_text.insert(text, symbol);
        symbol
    }
}

fn in_range(count: i64, min: u16, max: u16) -> Option<u16> {
    u16::try_from(count).ok().filter(|count| (min..=max).contains(count))
}
