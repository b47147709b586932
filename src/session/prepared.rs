//! A call that was read outside of the lock, and is carried out within it.

use std::sync::Arc;

use super::backlog::Backlog;
use super::core::Core;
use super::decide::{Concern, Question, follow_up};
use super::session::Session;
use super::turn::{Turn, first_notes, tells_success};
use crate::contract::call::Call;
use crate::contract::catalogue::{Served, Shelf};
use crate::contract::endpoint::{Act, Answer, Desk, Visit};
use crate::contract::fields::{Named, Notes};
use crate::contract::signature_words;
use crate::domain::language::Language;
use crate::domain::order::OrderOrdinal;
use crate::domain::payment::{Due, Payer};
use crate::domain::refusal::Refusal;
use crate::domain::sim::order::PlanOrderOrdinal;
use crate::domain::user::{Admitted, Caller, Claim};
use crate::domain::world::World;
use crate::scenario::magic::{Clues, Effect};
use crate::scenario::rules::{RuleSet, Stage};
use crate::scenario::script::Rule;
use crate::scenario::sight::Probe;
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

impl Prepared<'_> {
    /// Whether it would change something if it were carried out.
    pub(super) fn writes(&self) -> bool {
        matches!(self.act, Ok(Act::Write(_)))
    }
}

/// Somebody who was let in, and what his call is about.
struct Visitor<'a> {
    caller: &'a Caller,
    about: Concern<'a>,
    probe: &'a Probe<'a>,
}

/// What magic values stand for.
#[derive(Default)]
struct Magical {
    rules: Vec<(usize, Arc<Rule>)>,
    payer: Option<(usize, Payer)>,
}

/// Also the order for a SIM that a call names, and the SIM that it names or that this order is for. Needs an awake fleet.
fn about_sim<'a>(world: &World, named: &Named<'_>, about: Concern<'a>) -> Concern<'a> {
    let plan_order = named.plan_order.as_deref().and_then(|id| world.find_plan_order(id));
    let by_order = || Some(world.plan_order(plan_order?)?.sim);
    let sim = named.sim.as_deref().map_or_else(by_order, |iccid| world.find_sim(iccid));
    Concern { sim, plan_order, ..about }
}

impl Session {
    /// Reads a call: who it claims to be, and what it wants.
    pub(super) fn prepare<'a>(&'a self, call: &'a Call, served: &'a Served, rules: &RuleSet) -> Prepared<'a> {
        let shelf = self.catalogue.shelf(served);
        let language = (shelf.group.language)(call);
        let claim = (shelf.group.claim)(call, &served.card, served.endpoint.admit, &rules.script.stock);
        let mut visit = Visit {
            call,
            fields: &served.fields,
            codes: &shelf.codes,
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
        backlog: &mut Backlog,
    ) -> (Turn, Notes) {
        core.turn += 1;
        let mut notes = std::mem::take(&mut prepared.notes);
        let order = prepared.named.order.as_deref().and_then(|key| core.world.find_order(key));
        let package = prepared.named.package.or_else(|| Some(core.world.order_at(order?)?.package));
        let about = Concern { order, package, ..Concern::default() };
        let mut verdict = Verdict::default();
        if rules.has_early(probe) {
            (prepared.shelf.group.ready)(&mut core.world);
            let about = about_sim(&core.world, &prepared.named, about);
            let turn = core.turn;
            let asked = Question { stage: Stage::BeforeAdmission, probe, about, magic: &[], turn };
            self.decide(core, rules, &asked, &mut verdict);
        }
        // Who is answered at the door is not asked who he is.
        let answer = match verdict.answer {
            Instead::Say(_) => {
                let succeeded = tells_success(&verdict, None, prepared.shelf.group.success);
                follow_up(core, &mut verdict, succeeded, about, backlog);
                None
            }
            _ => match core.world.admit(&prepared.claim) {
                Err(refusal) => {
                    if let Refusal::BadSignature(fault) = &refusal {
                        notes.tell(signature_words::of(fault, Language::English));
                    }
                    follow_up(core, &mut verdict, false, about, backlog);
                    Some(Err(refusal))
                }
                Ok(caller) => {
                    (prepared.shelf.group.ready)(&mut core.world);
                    let about = about_sim(&core.world, &prepared.named, about);
                    let visitor = Visitor { caller: &caller, about, probe };
                    self.serve(core, prepared, &visitor, rules, &mut verdict, &mut notes, backlog)
                }
            },
        };
        let mut turn = core.turn(verdict, answer);
        // Only what is held can outlive its epoch. Within the lock: a reset swaps the world before it rings.
        turn.epoch_over = (!turn.verdict.wire.is_empty()).then(|| self.epoch_over.next());
        (turn, notes)
    }

    /// Decides on a call that was let in, carries it out unless the verdict says otherwise, and does what follows from it.
    #[expect(clippy::too_many_arguments, reason = "what a turn is made of, under one lock")]
    fn serve(
        &self,
        core: &mut Core,
        prepared: Prepared<'_>,
        visitor: &Visitor<'_>,
        rules: &RuleSet,
        verdict: &mut Verdict,
        notes: &mut Notes,
        backlog: &mut Backlog,
    ) -> Option<Answer> {
        let Visitor { caller, probe, mut about } = *visitor;
        if caller.admitted == Admitted::AsStandInForOldToken {
            notes.add("x-access-token: issued before the session was reset, so this is the demo user");
        }
        if let (Admitted::AsPartnerAllTheSame, Claim::Partner { signature: Err(fault), .. }) =
            (caller.admitted, &prepared.claim)
        {
            notes.tell(format!("accepted all the same: {}", signature_words::of(fault, Language::English)));
        }
        if caller.admitted == Admitted::AsPartnerOfASample {
            notes.add("sign: a sample as the page prints it, accepted as it is: no page tells its secret");
        }
        let named = &prepared.named;
        // Whoever logs in or registers is not known by a token yet.
        let by_name = named.mail.as_deref().filter(|_| caller.email.is_empty());
        about.user = by_name.or(Some(&*caller.email)).filter(|user| !user.is_empty());
        about.token = caller.token;
        let Magical { rules: magic, payer: magic_payer } =
            self.magic_of(core, named, caller, about.order, notes);
        if verdict.rule.is_none() {
            let asked = Question { stage: Stage::Admitted, probe, about, magic: &magic, turn: core.turn };
            self.decide(core, rules, &asked, verdict);
        }
        let (orders, plan_orders) = (core.world.orders().len(), core.world.plan_order_count());
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
            && let Some(payer) =
                magic_payer.map(|(_, payer)| payer).or(self.shared.auto_pay).or(rules.script.payer)
        {
            if let Some((row, _)) = magic_payer {
                verdict.pays(row);
            }
            core.world.pay_later(Due { order, report: payer.report, amount: None }, payer.after);
        }
        let succeeded = tells_success(verdict, answer.as_ref(), prepared.shelf.group.success);
        about.order = made.or(about.order);
        if core.world.plan_order_count() > plan_orders {
            about.plan_order = u32::try_from(plan_orders).ok().map(PlanOrderOrdinal);
        }
        follow_up(core, verdict, succeeded, about, backlog);
        answer
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
            text: named.text.as_deref().unwrap_or_default(),
        };
        let mut magical = Magical::default();
        for (row, effect) in self.shared.magic.effects(&clues, &self.catalogue) {
            match effect {
                Effect::Rule(rule) => magical.rules.push((row, rule)),
                Effect::Payer(payer) => magical.payer = magical.payer.or(Some((row, payer))),
                Effect::Nothing(why) => notes.add(why),
            }
        }
        magical
    }
}
