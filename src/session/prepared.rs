//! A call that was read outside of the lock, and is carried out within it.

use std::sync::Arc;

use super::core::Core;
use super::session::Session;
use super::turn::{Turn, first_notes, tells_success};
use crate::contract::call::Call;
use crate::contract::catalogue::{Served, Shelf};
use crate::contract::endpoint::{Act, Answer, Desk, Visit};
use crate::contract::fields::{Named, Notes};
use crate::contract::language;
use crate::domain::dice::Kind;
use crate::domain::ids::ordinal_of;
use crate::domain::language::Language;
use crate::domain::order::OrderOrdinal;
use crate::domain::payment::{Due, Payer};
use crate::domain::refusal::Refusal;
use crate::domain::user::{Admitted, Caller, Claim};
use crate::scenario::fault::Fault;
use crate::scenario::file::ExpireSpec;
use crate::scenario::magic::{Clues, Effect};
use crate::scenario::rules::{Probe, RuleSet, Subject};
use crate::scenario::script::Rule;
use crate::scenario::verdict::{Instead, Verdict};

/// A decoded call. A refusal of its body waits until admission and decision have spoken.
pub(super) struct Prepared<'a> {
    pub(super) shelf: &'a Shelf,
    pub(super) language: Language,
    pub(super) notes: Notes,
    claim: Claim,
    act: Result<Act<'a>, Refusal>,
    named: Named<'a>,
}

/// What magic values stand for.
#[derive(Default)]
struct Magical {
    rules: Vec<Arc<Rule>>,
    payer: Option<Payer>,
}

impl Session {
    /// Reads a call: who it claims to be, and what it wants.
    pub(super) fn prepare<'a>(&'a self, call: &'a Call, served: &'a Served) -> Prepared<'a> {
        let shelf = self.catalogue.shelf(served);
        let language = language::asked_for(call.headers());
        let claim = (shelf.group.claim)(call, served.endpoint.admit);
        let mut visit = Visit {
            call,
            fields: &served.fields,
            language,
            notes: first_notes(call),
            named: Named::default(),
        };
        let act = (served.endpoint.run)(&mut visit);
        let Visit { notes, named, .. } = visit;
        Prepared { shelf, language, notes, claim, act, named }
    }

    /// Admits, decides, acts: within the lock, at the moment that the world has reached.
    pub(super) fn carry_out(
        &self,
        core: &mut Core,
        mut prepared: Prepared<'_>,
        rules: &RuleSet,
        probe: &Probe<'_>,
    ) -> (Turn, Notes) {
        core.turn += 1;
        let mut notes = std::mem::take(&mut prepared.notes);
        let (verdict, answer) = match core.world.admit(&prepared.claim) {
            Err(refusal) => (Verdict::default(), Some(Err(refusal))),
            Ok(caller) => self.serve(core, prepared, &caller, rules, probe, &mut notes),
        };
        let mut turn = core.turn(verdict, answer);
        self.settle(&mut turn.verdict, turn.number);
        // Only what is held can outlive its epoch. Within the lock: a reset swaps the world before it rings.
        turn.epoch_over = (!turn.verdict.wire.is_empty()).then(|| self.epoch_over.next());
        (turn, notes)
    }

    /// Decides on a call that was let in, carries it out unless the verdict says otherwise, and does what follows from it.
    fn serve(
        &self,
        core: &mut Core,
        prepared: Prepared<'_>,
        caller: &Caller,
        rules: &RuleSet,
        probe: &Probe<'_>,
        notes: &mut Notes,
    ) -> (Verdict, Option<Answer>) {
        if caller.admitted == Admitted::AsStandInForOldToken {
            notes.add("x-access-token: issued before the session was reset, so this is the demo user");
        }
        let named = &prepared.named;
        let order = named.order.as_deref().and_then(|key| core.world.find_order(key));
        let Magical { rules: magic, payer } = self.magic_of(core, named, caller, order, notes);
        let subject =
            Subject { now: core.world.now(), opened: core.opened, order, user: Some(&caller.email) };
        let verdict = rules.decide(probe, subject, &magic, &mut core.progress);
        let orders = core.world.orders().len();
        let mut desk = Desk { caller, notes };
        let answer = match (&verdict.answer, prepared.act) {
            (Instead::Say(_), _) => None,
            (_, Err(refusal)) => Some(Err(refusal)),
            (_, Ok(Act::Read(read))) => Some(read(&core.world, &mut desk)),
            // What nobody is to find stored happens to a copy of the world.
            (Instead::Pretend(_), Ok(Act::Write(write))) => Some(write(&mut core.world.clone(), &mut desk)),
            (Instead::Handle | Instead::Edit(_) | Instead::HandleThenSay(_), Ok(Act::Write(write))) => {
                Some(write(&mut core.world, &mut desk))
            }
        };
        let is_made = core.world.orders().len() > orders;
        let made = u32::try_from(orders).ok().filter(|_| is_made).map(OrderOrdinal);
        // A new order's addresses are those of the call and of the caller: their magic values are its own.
        if let Some(order) = made
            && let Some(payer) = payer.or(self.shared.auto_pay).or(rules.script.payer)
        {
            core.world.pay_later(Due { order, report: payer.report, amount: None }, payer.after);
        }
        let succeeded = tells_success(&verdict, answer.as_ref(), prepared.shelf.group.success);
        for expired in core.progress.follow_up(&verdict, succeeded) {
            match expired {
                ExpireSpec::Order => made.or(order).map(|order| core.world.time_out_now(order)),
                ExpireSpec::Token => caller.token.map(|token| core.world.expire_token(token)),
            };
        }
        (verdict, answer)
    }

    /// Draws what a verdict leaves to chance: by the rule and by the turn, or whatever it is about.
    pub(super) fn settle(&self, verdict: &mut Verdict, turn: u64) {
        let rule = verdict.rule.as_deref().unwrap_or_default();
        for (at, fault) in verdict.wire.iter_mut().enumerate() {
            if let Fault::Spread(spread) = fault {
                let ordinal = ordinal_of(&format!("{rule} {at}"));
                *fault = Fault::Delay(spread.at(self.seed.spread(Kind::Delay, ordinal, turn)));
            }
        }
    }

    /// What magic values in a call, of its caller and of its order stand for.
    fn magic_of(
        &self,
        core: &Core,
        named: &Named<'_>,
        caller: &Caller,
        order: Option<OrderOrdinal>,
        notes: &mut Notes,
    ) -> Magical {
        let order = order.and_then(|at| core.world.order_at(at));
        let text = |symbol| core.world.text(symbol);
        let clues = Clues {
            mails: [
                named.mail.as_deref().unwrap_or_default(),
                &caller.email,
                order.map_or("", |order| text(order.mail_to)),
                order.map_or("", |order| text(order.buyer)),
            ],
            package: named
                .package
                .or(order.map(|order| order.package))
                .filter(|package| core.world.stock().magic.contains(package)),
            price: named.price,
        };
        let mut magical = Magical::default();
        for effect in self.shared.magic.effects(&clues, &self.catalogue) {
            match effect {
                Effect::Rule(rule) => magical.rules.push(rule),
                Effect::Payer(payer) => magical.payer = magical.payer.or(Some(payer)),
                Effect::Nothing(why) => notes.add(why),
            }
        }
        magical
    }
}
