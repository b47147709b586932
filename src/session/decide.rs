//! Between the world and the rules: what the rules may know of the world, and what they do to it once the outcome is known.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::backlog::Backlog;
use super::callbacks::{By, emit};
use super::core::Core;
use super::session::Session;
use super::view::{OrderView, PackageView, PlanOrderView, SimView, UserView};
use crate::contract::passwd;
use crate::domain::dice::Kind;
use crate::domain::ids::ordinal_of;
use crate::domain::moment::Span;
use crate::domain::order::{Esim, OrderOrdinal};
use crate::domain::payment::Due;
use crate::domain::sim::SimOrdinal;
use crate::domain::sim::order::PlanOrderOrdinal;
use crate::domain::stage::Report;
use crate::domain::world::World;
use crate::scenario::condition::Thing;
use crate::scenario::fault::Fault;
use crate::scenario::file::{ExpireSpec, PayWord, ProfileChange, UserChange};
use crate::scenario::rules::{RuleSet, Stage};
use crate::scenario::script::{Change, Rule};
use crate::scenario::sight::{Probe, Subject};
use crate::scenario::verdict::Verdict;

/// What a call or a mail addresses.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Concern<'a> {
    /// The order that it names; once it is carried out, the one that it made.
    pub(super) order: Option<OrderOrdinal>,
    /// The account, by its address.
    pub(super) user: Option<&'a str>,
    /// The package.
    pub(super) package: Option<u32>,
    /// The SIM.
    pub(super) sim: Option<SimOrdinal>,
    /// The order for a SIM that it names; once it is carried out, the one that it made.
    pub(super) plan_order: Option<PlanOrderOrdinal>,
    /// The token that the call brings.
    pub(super) token: Option<u32>,
    /// Whether it is the callback of an event that a rule ordered: it orders no further one, or there would be no end.
    pub(super) is_of_emission: bool,
}

impl Concern<'_> {
    /// What tells its order from all others, of either kind.
    fn order_key(&self) -> Option<u64> {
        let own = self.order.map(|order| u64::from(order.0) + 1);
        own.or_else(|| Some((1 << 32) + u64::from(self.plan_order?.0)))
    }
}

/// What is asked of the rules.
pub(super) struct Question<'a> {
    pub(super) stage: Stage,
    pub(super) probe: &'a Probe<'a>,
    pub(super) about: Concern<'a>,
    pub(super) magic: &'a [(usize, Arc<Rule>)],
    /// The turn, or the number of the mail: what chance is drawn by.
    pub(super) turn: u64,
}

impl Session {
    /// Asks the rules; what they say is added to the verdict.
    pub(super) fn decide(
        &self,
        core: &mut Core,
        rules: &RuleSet,
        asked: &Question<'_>,
        verdict: &mut Verdict,
    ) {
        let Core { world, progress, opened, .. } = core;
        let things = |thing| show(world, asked.about, thing);
        let subject = Subject {
            now: world.now(),
            opened: *opened,
            seed: self.seed,
            turn: asked.turn,
            order: asked.about.order_key(),
            user: asked.about.user,
            things: &things,
        };
        rules.decide(asked.stage, asked.probe, &subject, asked.magic, progress, verdict);
        self.settle(verdict, asked.turn);
    }

    /// Draws what a verdict leaves to chance: by the rule and by the turn.
    fn settle(&self, verdict: &mut Verdict, turn: u64) {
        let rule = verdict.rule.as_deref().unwrap_or_default();
        for (at, fault) in verdict.wire.iter_mut().enumerate() {
            if let Fault::Spread(spread) = fault {
                let ordinal = ordinal_of(&format!("{rule} {at}"));
                *fault = Fault::Delay(spread.at(self.seed.spread(Kind::Delay, ordinal, turn)));
            }
        }
    }
}

/// What the rules that fired do, now that the outcome is known.
pub(super) fn follow_up(
    core: &mut Core,
    verdict: &mut Verdict,
    succeeded: bool,
    about: Concern<'_>,
    backlog: &mut Backlog,
) {
    for then in core.progress.follow_up(verdict, succeeded) {
        if let Some(expired) = then.expire {
            expire(&mut core.world, expired, about);
        }
        if let Some(change) = &then.change {
            carry_out(&mut core.world, change, about);
        }
        if let Some(emission) = then.emit.as_ref().filter(|_| !about.is_of_emission)
            && let Err(wrong) = emit(core, emission, about, By::Rule)
        {
            tracing::debug!(wrong.message, "a rule tells of no event");
        }
        if let Some(by) = then.advance.filter(|_| !core.is_played) {
            backlog.advance_by(core.epoch, by);
        }
    }
}

/// A thing as the control surface shows it.
fn show(world: &World, about: Concern<'_>, thing: Thing) -> Option<Value> {
    fn tree(view: &impl Serialize) -> Option<Value> {
        serde_json::to_value(view).ok()
    }
    match thing {
        Thing::Order => match about.order {
            Some(order) => tree(&OrderView::of(world, order)?),
            None => tree(&PlanOrderView::of(world, about.plan_order?)?),
        },
        Thing::User => tree(&UserView::of(world, world.account(about.user?)?)),
        Thing::Sim => tree(&SimView::of(world, about.sim?)?),
        Thing::Package => {
            let stock = world.stock();
            tree(&PackageView::of(stock, stock.packages.get(&about.package?)?))
        }
    }
}

fn expire(world: &mut World, expired: ExpireSpec, about: Concern<'_>) {
    match expired {
        ExpireSpec::Order => about.order.map(|order| world.time_out_now(order)),
        ExpireSpec::Token => about.token.map(|token| world.expire_token(token)),
        ExpireSpec::Profile => about.order.map(|order| withdraw(world, order)),
    };
}

fn withdraw(world: &mut World, order: OrderOrdinal) -> bool {
    match world.order_at(order).map(|order| order.esim) {
        Some(Esim::New(profile)) => world.withdraw_profile(profile),
        _ => false,
    }
}

/// Changes what a call addresses; what it does not address, and what is in no state to be changed, stays.
fn carry_out(world: &mut World, change: &Change, about: Concern<'_>) {
    match change {
        Change::Order(PayWord::TimedOut) => {
            about.order.map(|order| world.time_out_now(order));
        }
        Change::Order(word) => {
            let report = if *word == PayWord::Paid { Report::Succeeded } else { Report::Failed };
            if let Some(order) = about.order {
                world.pay_later(Due { order, report, amount: None }, Span::default());
            }
        }
        Change::User(UserChange { partner_code, password }) => {
            let Some(mut user) = about.user.and_then(|user| world.account(user)).cloned() else { return };
            if let Some(partner) = partner_code {
                user.partner.clone_from(partner);
            }
            if let Some(password) = password {
                user.passwd = Some(passwd::of(password).into());
                user.password = Some(password.as_str().into());
            }
            // It is there already, so it takes no more room.
            let _ = world.put_account(user);
        }
        Change::Package(change) => {
            let known = about.package.filter(|id| world.stock().packages.contains_key(id));
            if let Some(id) = known {
                // A currency that the stock does not have changes nothing; the file was judged when it was read.
                let _ = change.of_package(id).apply(world.stock_to_change(id));
            }
        }
        Change::Profile(ProfileChange { state, installation }) => {
            let Some(order) = about.order else { return };
            if state.is_some() {
                withdraw(world, order);
            }
            let esim = world.order_at(order).map(|order| order.esim);
            if let (Some(installation), Some(Esim::New(profile))) = (installation, esim) {
                world.install(profile, (*installation).into());
            }
        }
        Change::Token => {
            about.token.map(|token| world.expire_token(token));
        }
    }
}
