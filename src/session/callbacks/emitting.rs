//! Tells of events that somebody orders: rules by `then.emit`, people by the control API. Now, or at a moment of the session's clock.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::domain::moment::Span;
use crate::domain::sim::SimOrdinal;
use crate::domain::sim::event::{EventOrdinal, Happening};
use crate::domain::sim::order::PlanOrderOrdinal;
use crate::domain::sim::sms::SmsOrdinal;
use crate::domain::world::World;
use crate::scenario::emission::{Emission, Told, Wrong};
use crate::session::core::Core;
use crate::session::decide::Concern;

/// An event that waits for its moment.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    sim: SimOrdinal,
    what: Happening,
    body: Arc<Map<String, Value>>,
}

/// What came of an order to tell.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Emitted {
    /// The first event that was told at once.
    pub event: Option<EventOrdinal>,
    /// How many are told later.
    pub later: u32,
    /// How many are not told, since too many wait already.
    pub dropped: u32,
}

/// Who orders it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::session) enum By {
    /// A rule: what it tells of makes no rule tell of anything more, or there would be no end.
    Rule,
    /// Somebody outside.
    Hand,
}

/// Tells of an event, as often and as late as is wanted. Whoever orders it sees to the notices afterwards.
pub(in crate::session) fn emit(
    core: &mut Core,
    emission: &Emission,
    about: Concern<'_>,
    by: By,
) -> Result<Emitted, Wrong> {
    core.world.wake_fleet();
    let (sim, what) = happening(&core.world, emission, about)?;
    let mut emitted = Emitted::default();
    for nth in 0..emission.copies {
        let pending = Pending { sim, what: what.clone(), body: Arc::clone(&emission.body) };
        let wait =
            u64::from(nth).saturating_mul(emission.gap.millis()).saturating_add(emission.after.millis());
        if wait == 0 {
            let event = tell(core, pending, by);
            emitted.event = emitted.event.or(event);
            continue;
        }
        let then = Span::from_millis(wait).and_then(|wait| core.world.now().plus(wait));
        match then.zip(core.deliveries.wait_to_tell(pending, by)) {
            Some((then, number)) => {
                core.world.emit_at(then, number);
                emitted.later += 1;
            }
            None => emitted.dropped += 1,
        }
    }
    Ok(emitted)
}

/// The moment of an event has come.
pub(in crate::session) fn emission_is_due(core: &mut Core, number: u64) {
    if let Some((pending, by)) = core.deliveries.take_waiting(number) {
        tell(core, pending, by);
    }
}

fn tell(core: &mut Core, pending: Pending, by: By) -> Option<EventOrdinal> {
    let Pending { sim, what, body } = pending;
    let event = core.world.announce(sim, what)?;
    core.deliveries.set_patch(event, body);
    if by == By::Rule {
        core.deliveries.is_told_by_rule(event);
    }
    Some(event)
}

/// What is told, of which SIM: named outright, else what the call is about.
fn happening(
    world: &World,
    emission: &Emission,
    about: Concern<'_>,
) -> Result<(SimOrdinal, Happening), Wrong> {
    let wrong = |pointer, message: &str, help| Err(Wrong::new("no-event", pointer, message, help));
    let named = match &emission.order {
        None => None,
        Some(id) => match world.find_plan_order(id) {
            Some(order) => Some(order),
            None => {
                let message = format!("no order for a SIM has the id {id:?}");
                return wrong("/order", &message, "GET …/sims shows them");
            }
        },
    };
    let sim_of = |order: PlanOrderOrdinal| world.plan_order(order).map(|order| order.sim);
    let of_order = named.and_then(sim_of);
    let sim = match &emission.sim {
        Some(iccid) => match world.find_sim(iccid) {
            None => {
                let message = format!("no SIM has the ICCID {iccid:?}");
                return wrong("/sim", &message, "GET …/sims lists them");
            }
            Some(sim) if of_order.is_some_and(|other| other != sim) => {
                return wrong("/order", "this order is for another SIM", "leave `sim` out");
            }
            Some(sim) => sim,
        },
        None => match of_order.or(about.sim) {
            Some(sim) => sim,
            None => {
                let help = "name it by its ICCID: \"sim\": \"89860220190123456789\"";
                return wrong("/sim", "which SIM?", help);
            }
        },
    };
    let of_call = about.plan_order.filter(|order| sim_of(*order) == Some(sim));
    let order = named.or(of_call).or_else(|| world.orders_of_sim(sim).last().copied());
    let known = order.ok_or_else(|| {
        Wrong::new(
            "no-event",
            "/sim",
            "this SIM has no order",
            "order a plan for it first, or name another SIM",
        )
    });
    let what = match &emission.what {
        Told::Order(change) => Happening::Order { order: known?, change: *change },
        Told::Usage(percent) => {
            let order = known?;
            let quota = world.plan_order(order).map_or(0, |order| order.quota);
            let used = u64::try_from(u128::from(quota) * u128::from(*percent) / 100).unwrap_or(quota);
            Happening::Usage { order, percent: *percent, used, quota }
        }
        Told::Downlink(outcome) => {
            let texts =
                (0..world.sms_count()).rev().filter_map(|at| Some(SmsOrdinal(u32::try_from(at).ok()?)));
            let last = texts.into_iter().find(|at| world.sms(*at).is_some_and(|sms| sms.sim == sim));
            let Some(sms) = last else {
                let help = "send one first, by the call of the group";
                return wrong("/sim", "no text was sent to this SIM", help);
            };
            Happening::Downlink { sms, outcome: *outcome }
        }
        Told::Uplink(message) => Happening::Uplink { message: message.clone() },
    };
    Ok((sim, what))
}
