//! How callbacks are steered: where they go, a repetition, and time that waits for them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::composing;
use super::delivery::{Delivery, Order, Sent, State};
use super::emitting::{By, Emitted, emit};
use crate::domain::moment::Moment;
use crate::scenario::emission::{Emission, Wrong};
use crate::scenario::file::Corrupt;
use crate::session::backlog::Backlog;
use crate::session::clock::PastTheEnd;
use crate::session::core::Core;
use crate::session::decide::Concern;
use crate::session::session::Session;
use crate::session::view::{DeliveryView, EventView};

/// How a delivery is repeated.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Again {
    /// Spoilt.
    pub corrupt: Option<Corrupt>,
    /// The same to the byte, its id included.
    pub is_duplicate: bool,
}

/// Why a delivery is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotAgain {
    /// None has this number.
    Unknown,
    /// It has no signature to be spoilt.
    Unsigned,
    /// What it told is forgotten.
    Forgotten,
}

/// How far the clock has come.
#[derive(Debug)]
pub(crate) enum Walked {
    /// A receiver has not answered yet.
    Waits,
    /// To where it was to go.
    There(Moment),
}

impl Session {
    /// Where callbacks go, kind by kind.
    pub(crate) fn callback_targets(&self) -> BTreeMap<String, Arc<str>> {
        self.core.lock().deliveries.targets().clone()
    }

    /// Callbacks go here from now on. What is under way goes where it was to go.
    pub(crate) fn set_callback_targets(&self, targets: BTreeMap<String, Arc<str>>, real: Moment) {
        let mut backlog = Backlog::default();
        {
            let mut core = self.now(real, &mut backlog);
            core.mark();
            if !targets.is_empty() {
                core.world.wake_fleet();
            }
            core.deliveries.set_targets(targets);
            self.set_alarm(&mut core, real);
        }
        self.work_off(backlog);
    }

    /// Tells of an event that did not happen, now or later.
    pub(crate) fn fire_event(&self, emission: &Emission, real: Moment) -> Result<Emitted, Wrong> {
        let mut backlog = Backlog::default();
        let made = {
            let mut core = self.now(real, &mut backlog);
            let made = emit(&mut core, emission, Concern::default(), By::Hand);
            if made.is_ok() {
                core.mark();
            }
            self.attend(&mut core, &mut backlog);
            self.set_alarm(&mut core, real);
            made
        };
        self.work_off(backlog);
        self.grown.ring();
        made
    }

    /// All deliveries that are kept, oldest first; how many were dropped for want of room, and how many are no longer shown.
    pub(crate) fn deliveries(&self, real: Moment) -> (Vec<DeliveryView>, (u64, u64)) {
        self.look_at_core(real, |core| {
            let all = core.deliveries.all().map(|(id, delivery)| DeliveryView::of(id, delivery));
            (all.collect(), core.deliveries.missing())
        })
    }

    /// Sends a delivery again, once, and whatever else is under way for its SIM.
    pub(crate) fn deliver_again(
        &self,
        id: u64,
        again: Again,
        real: Moment,
    ) -> Result<DeliveryView, NotAgain> {
        let mut backlog = Backlog::default();
        let made = {
            let mut core = self.now(real, &mut backlog);
            core.mark();
            let made = self.repetition(&core, id, again).map(|delivery| {
                let (mut launch, Core { deliveries, world, .. }) = (Vec::new(), &mut *core);
                let number = deliveries.add(delivery, world, &mut launch);
                self.launch(&mut core, launch, &mut backlog);
                core.deliveries.get(number).map(|delivery| DeliveryView::of(number, delivery))
            });
            self.set_alarm(&mut core, real);
            made
        };
        self.work_off(backlog);
        self.grown.ring();
        made?.ok_or(NotAgain::Unknown)
    }

    fn repetition(&self, core: &Core, id: u64, again: Again) -> Result<Delivery, NotAgain> {
        let old = core.deliveries.get(id).ok_or(NotAgain::Unknown)?;
        let notify = &core.world.policy().notify;
        if again.corrupt == Some(Corrupt::Signature) && !composing::is_signed(old.kind, notify) {
            return Err(NotAgain::Unsigned);
        }
        let (uuid, request) = if again.is_duplicate && again.corrupt.is_none() && old.request.is_composed() {
            (old.uuid.clone(), Arc::clone(&old.request))
        } else {
            let happened = core.world.sim_event(old.event).ok_or(NotAgain::Forgotten)?;
            let template = self.catalogue.callbacks.get(old.kind.at()).ok_or(NotAgain::Forgotten)?;
            let patch = core.deliveries.patch(old.event).map(AsRef::as_ref);
            // A repetition is a delivery of its own, with an id of its own, unless a duplicate is asked for.
            let nth = core.deliveries.all().filter(|(_, other)| other.event == old.event).count();
            let nth = u64::try_from(nth).unwrap_or(u64::MAX);
            let uuid = if again.is_duplicate {
                old.uuid.clone()
            } else {
                composing::uuid(&core.world, core.epoch, old.event, nth)
            };
            let composed = composing::compose(&core.world, happened, template, patch, &uuid, again.corrupt);
            let (request, _) = composed.ok_or(NotAgain::Forgotten)?;
            (uuid, Arc::new(request))
        };
        let target = core.deliveries.target(old.kind).unwrap_or(&old.target);
        let sent = Sent { target: Arc::clone(target), uuid, request, made: core.world.now() };
        let mut delivery = Delivery::new(old.event, old.kind, (old.sim, Arc::clone(&old.iccid)), sent);
        (delivery.order, delivery.is_tried_again, delivery.again) = (Order::Free, false, Some(id));
        delivery.state = State::Waiting;
        delivery.faults = again.corrupt.iter().map(|how| format!("corrupt {}", how.word())).collect();
        Ok(delivery)
    }

    /// Moves the clock towards a moment, from one thing that is due to the next, as long as no receiver has to answer.
    pub(crate) fn walk_to(
        &self,
        until: Moment,
        fired: &mut Vec<EventView>,
        real: Moment,
    ) -> Result<Walked, PastTheEnd> {
        loop {
            let mut backlog = Backlog::with_events();
            let walked = {
                let mut core = self.now(real, &mut backlog);
                let now = core.world.now();
                let walked = if core.deliveries.under_way() > 0 {
                    Ok(Some(Walked::Waits))
                } else if now >= until {
                    Ok(Some(Walked::There(now)))
                } else {
                    let next = core.world.next_due().map_or(until, |due| due.min(until));
                    let by = next.since(now).unwrap_or_default();
                    core.clock.advance(by, real).map(|reached| {
                        self.pass_time(&mut core, reached.max(now), &mut backlog);
                        self.forget_alarm(&mut core);
                        None
                    })
                };
                self.set_alarm(&mut core, real);
                let events = backlog.events.take().unwrap_or_default();
                fired.extend(events.into_iter().map(|one| EventView::of(&core.world, one)));
                walked
            };
            self.work_off(backlog);
            // Whoever waits for growth looks again at each ring: who only waits rings none.
            match walked? {
                Some(walked) => return Ok(walked),
                None => self.grown.ring(),
            }
        }
    }
}
