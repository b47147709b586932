//! What the vendor would tell the partner's server: composed and counted here under the lock, sent by the courier without it.

mod composing;
pub(crate) mod deliveries;
pub(crate) mod delivery;
mod emitting;
mod kept;
pub(crate) mod outlet;
mod stand_in;
mod steering;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::backlog::Backlog;
use super::core::Core;
use super::decide::{Concern, Question, follow_up};
use super::session::Session;
use crate::contract::callback::STAND_IN;
use crate::domain::moment::Moment;
use crate::domain::sim::event::{EventOrdinal, Happening, SimEvent};
use crate::scenario::fault::{Fault, Part};
use crate::scenario::file::Corrupt;
use crate::scenario::magic::{Clues, Effect};
use crate::scenario::rules::Stage;
use crate::scenario::script::Rule;
use crate::scenario::sight::Probe;
use crate::scenario::verdict::Verdict;
use delivery::{Delivery, Order, Sent, State};
pub(super) use emitting::{By, emission_is_due, emit};
use outlet::{Outcome, Outlet, Parcel, Request};
pub(crate) use steering::{Again, NotAgain, Walked};

/// What rules make of a callback.
#[derive(Default)]
struct Fate {
    is_lost: bool,
    late_by: u64,
    down_for: u64,
    copies: u32,
    order: Option<Order>,
    corrupt: Option<Corrupt>,
    cut: Option<Part>,
}

impl Session {
    /// Sees to what happened to a SIM: if somebody wants to be told, a delivery is made of it.
    pub(super) fn call_back(&self, core: &mut Core, event: EventOrdinal, backlog: &mut Backlog) {
        let is_by_rule = core.deliveries.was_told_by_rule(event);
        if core.deliveries.targets().is_empty() {
            return;
        }
        let Some(happened) = core.world.sim_event(event).cloned() else { return };
        let kind = composing::kind_of(&happened);
        let Some(template) = self.catalogue.callbacks.get(kind.at()) else { return };
        let Some(target) = core.deliveries.target(kind).cloned() else { return };
        let uuid = composing::uuid(&core.world, core.epoch, event, 0);
        // The rules of this moment: they are changed under the same lock.
        let rules = self.rules.read().clone();
        let place = self.catalogue.callback_place(kind);
        if core.deliveries.is_full() && !rules.concerns(place) {
            // Not composed only to be dropped: a month over many SIMs brings tens of thousands.
            let Some(iccid) = core.world.sim(happened.sim).map(|sim| Arc::clone(&sim.iccid)) else { return };
            let sent = Sent { target, uuid, request: core.deliveries.nothing(), made: happened.at };
            let delivery = Delivery::new(event, kind, (happened.sim, iccid), sent);
            core.deliveries.add(delivery, &mut core.world, &mut Vec::new());
            return;
        }
        let patch = core.deliveries.patch(event).cloned();
        let Some((request, body)) =
            composing::compose(&core.world, &happened, template, patch.as_deref(), &uuid, None)
        else {
            return;
        };
        let mut headers = HeaderMap::new();
        for (name, value) in &request.headers {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        let probe = Probe::of_callback(place, &headers, &body, &request.body);
        let about = Concern {
            sim: Some(happened.sim),
            plan_order: composing::order_of(&happened),
            is_of_emission: is_by_rule,
            ..Concern::default()
        };
        let magic = self.magic_of_text(core, &happened);
        let asked = Question { stage: Stage::Admitted, probe: &probe, about, magic: &magic, turn: event.0 };
        let mut verdict = Verdict::default();
        self.decide(core, &rules, &asked, &mut verdict);
        follow_up(core, &mut verdict, true, about, backlog);
        self.tally.decided(&verdict);
        let fate = Fate::of(&verdict.wire);
        let request = match fate.corrupt {
            None => request,
            Some(corrupt) => {
                match composing::compose(
                    &core.world,
                    &happened,
                    template,
                    patch.as_deref(),
                    &uuid,
                    Some(corrupt),
                ) {
                    Some((request, _)) => request,
                    None => return,
                }
            }
        };
        let cut = fate.cut.map(|part| length(part, request.body.len()));
        let request = Arc::new(Request { cut, ..request });
        let Some(iccid) = core.world.sim(happened.sim).map(|sim| Arc::clone(&sim.iccid)) else { return };
        let sent = Sent { target, uuid, request, made: happened.at };
        let mut delivery = Delivery::new(event, kind, (happened.sim, iccid), sent);
        delivery.rule.clone_from(&verdict.rule);
        delivery.faults = verdict.wire.iter().map(ToString::to_string).collect();
        delivery.order = fate.order.unwrap_or(Order::InLine);
        if fate.is_lost {
            delivery.state = State::Lost;
        }
        let now = core.world.now();
        let from_now = |millis: u64| {
            let then = Moment::from_millis(now.millis().saturating_add_unsigned(millis));
            (millis > 0).then_some(then.min(Moment::LAST))
        };
        delivery.not_before = from_now(fate.late_by);
        delivery.down_until = from_now(fate.down_for);
        let mut launch = Vec::new();
        for _ in 0..fate.copies {
            core.deliveries.add(delivery.clone(), &mut core.world, &mut launch);
        }
        self.launch(core, launch, backlog);
    }

    /// What the text that a callback tells of stands for.
    fn magic_of_text(&self, core: &Core, happened: &SimEvent) -> Vec<(usize, Arc<Rule>)> {
        let Happening::Downlink { sms, .. } = happened.what else { return Vec::new() };
        let Some(sms) = core.world.sms(sms) else { return Vec::new() };
        let clues = Clues { text: &sms.text, ..Clues::default() };
        let effects = self.shared.magic.effects(&clues, &self.catalogue).into_iter();
        effects
            .filter_map(
                |(row, effect)| if let Effect::Rule(rule) = effect { Some((row, rule)) } else { None },
            )
            .collect()
    }

    /// The moment of a delivery has come.
    pub(super) fn callback_is_due(&self, core: &mut Core, id: u64, backlog: &mut Backlog) {
        let mut launch = Vec::new();
        core.deliveries.due(id, &mut core.world, &mut launch);
        self.launch(core, launch, backlog);
    }

    /// Makes parcels of what was being sent when the process before this one ended.
    pub(super) fn send_again(&self, core: &mut Core, backlog: &mut Backlog) {
        let under_way = core.deliveries.all_under_way();
        self.launch(core, under_way, backlog);
    }

    /// Makes parcels of what is to be sent; they go once the lock is gone.
    fn launch(&self, core: &mut Core, mut launch: Vec<u64>, backlog: &mut Backlog) {
        let mut at = 0;
        while let Some(id) = launch.get(at).copied() {
            at += 1;
            let Some(delivery) = core.deliveries.get(id) else { continue };
            if delivery.down_until.is_some_and(|until| core.world.now() < until) {
                let outcome = Outcome::Failed(format!(
                    "not reached: the rule {} says so",
                    delivery.rule.as_deref().unwrap_or("?")
                ));
                core.deliveries.tried(id, outcome, &mut core.world, &mut launch);
                continue;
            }
            if *delivery.target == *STAND_IN {
                // It answers at once, and lets the next of the SIM go.
                let outcome = stand_in::answer(&delivery.request, &core.world.policy().notify);
                core.deliveries.tried(id, outcome, &mut core.world, &mut launch);
                continue;
            }
            let (me, epoch) = (self.me.clone(), core.epoch);
            backlog.parcels.push_back(Parcel {
                id,
                target: Arc::clone(&delivery.target),
                request: Arc::clone(&delivery.request),
                is_over: Arc::clone(&core.deliveries.is_over),
                done: Box::new(move |outcome| {
                    if let Some(session) = me.upgrade() {
                        session.tried(epoch, id, outcome, super::clock::real_now());
                    }
                }),
            });
        }
    }

    /// Gives parcels to the courier. Without the lock.
    pub(super) fn dispatch(&self, parcels: VecDeque<Parcel>) {
        let Some(outlet) = &self.shared.outlet else { return };
        let mut backlog = Backlog::default();
        backlog.parcels = parcels;
        while let Some(parcel) = backlog.parcels.pop_front() {
            let Err(parcel) = (outlet.send)(parcel) else { continue };
            tracing::warn!(
                session = &*self.name,
                delivery = parcel.id,
                "too many callbacks wait to be sent: this one is dropped"
            );
            let mut core = self.hold();
            if Arc::ptr_eq(&core.deliveries.is_over, &parcel.is_over) {
                let (mut launch, Core { deliveries, world, .. }) = (Vec::new(), &mut *core);
                deliveries.drop_one(parcel.id, world, &mut launch);
                self.launch(&mut core, launch, &mut backlog);
            }
        }
    }

    /// What came of a try.
    fn tried(&self, epoch: u64, id: u64, outcome: Outcome, real: Moment) {
        let mut backlog = Backlog::default();
        {
            let mut core = self.now(real, &mut backlog);
            if core.epoch == epoch && !core.deliveries.is_over.load(Ordering::Acquire) {
                let (mut launch, Core { deliveries, world, .. }) = (Vec::new(), &mut *core);
                deliveries.tried(id, outcome, world, &mut launch);
                self.launch(&mut core, launch, &mut backlog);
            }
            self.set_alarm(&mut core, real);
        }
        self.work_off(backlog);
        self.grown.ring();
    }

    /// The way out, if there is one.
    pub(crate) fn outlet(&self) -> Option<&Outlet> {
        self.shared.outlet.as_deref()
    }
}

impl Fate {
    fn of(faults: &[Fault]) -> Self {
        let mut fate = Self { copies: 1, ..Self::default() };
        for fault in faults {
            match fault {
                Fault::Lost | Fault::Cut(..) => fate.is_lost = true,
                Fault::Delay(span) => fate.late_by = fate.late_by.saturating_add(span.millis()),
                Fault::Down(span) => fate.down_for = fate.down_for.max(span.millis()),
                Fault::Copies(copies) => fate.copies = *copies,
                Fault::Reorder => fate.order = Some(Order::Overtaken),
                Fault::Parallel => fate.order = Some(Order::Free),
                Fault::Corrupt(how) => fate.corrupt = Some(*how),
                Fault::Truncate(part) => fate.cut = Some(*part),
                // Nothing else can be said of a callback.
                _ => {}
            }
        }
        fate
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a part of a small length"
)]
fn length(part: Part, whole: usize) -> usize {
    match part {
        Part::Bytes(count) => usize::try_from(count).unwrap_or(whole).min(whole),
        Part::Fraction(fraction) => ((whole as f64 * fraction) as usize).min(whole),
    }
}
