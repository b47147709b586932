//! One delivery: what is sent where, how it stands, and what came of its tries.

use std::collections::VecDeque;
use std::sync::Arc;

use super::outlet::{Outcome, Request};
use crate::contract::callback::Kind;
use crate::domain::moment::Moment;
use crate::domain::notify::DELIVERY_STATES;
use crate::domain::sim::SimOrdinal;
use crate::domain::sim::event::EventOrdinal;

/// One delivery.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    /// The event that it tells.
    pub event: EventOrdinal,
    /// What it tells.
    pub kind: Kind,
    /// Of which SIM.
    pub sim: SimOrdinal,
    /// The SIM's ICCID.
    pub iccid: Arc<str>,
    /// Where to.
    pub target: Arc<str>,
    /// Its id, as `x-lf-delivery` tells it.
    pub uuid: String,
    /// What is sent.
    pub request: Arc<Request>,
    /// When the event happened.
    pub made: Moment,
    /// How it keeps to the order of its SIM.
    pub order: Order,
    /// Not tried before.
    pub not_before: Option<Moment>,
    /// Its server cannot be reached before.
    pub down_until: Option<Moment>,
    /// Whether it is tried again.
    pub is_tried_again: bool,
    /// The delivery that it repeats.
    pub again: Option<u64>,
    /// The rule that spoke.
    pub rule: Option<Arc<str>>,
    /// What was done to it.
    pub faults: Vec<String>,
    /// How it stands.
    pub state: State,
    /// What its moment stands under, while it is due.
    pub(super) timer: Option<(Moment, u64)>,
    /// Where it stands in the order of what its SIM waits for, or of what is over; 0 is nowhere.
    pub(super) place: u64,
    /// How often it was tried.
    pub tries: u32,
    /// The newest tries.
    pub newest: VecDeque<Try>,
    /// When it was tried first.
    pub first: Option<Moment>,
    /// When it was tried last.
    pub(super) launched: Moment,
}

/// A try.
#[derive(Clone, Debug)]
pub(crate) struct Try {
    /// When, on the session's clock.
    pub at: Moment,
    /// What came of it.
    pub outcome: Outcome,
}

/// How a delivery keeps to the order of its SIM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// After the one before it.
    InLine,
    /// After the one behind it.
    Overtaken,
    /// Whenever it likes.
    Free,
}

/// How a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// For an earlier one of its SIM.
    Waiting,
    /// For a moment of the clock.
    Due(Moment),
    /// It is being sent.
    UnderWay,
    /// It was taken.
    Delivered(Moment),
    /// It was given up.
    Failed(Moment),
    /// A rule lost it.
    Lost,
    /// There was no room for it.
    Dropped,
}

impl State {
    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        DELIVERY_STATES[match self {
            Self::Waiting => 0,
            Self::Due(_) => 1,
            Self::UnderWay => 2,
            Self::Delivered(_) => 3,
            Self::Failed(_) => 4,
            Self::Lost => 5,
            Self::Dropped => 6,
        }]
    }

    pub(super) fn is_over(self) -> bool {
        match self {
            Self::Waiting | Self::Due(_) | Self::UnderWay => false,
            Self::Delivered(_) | Self::Failed(_) | Self::Lost | Self::Dropped => true,
        }
    }
}

impl Delivery {
    /// One that has not been tried.
    pub(super) fn new(event: EventOrdinal, kind: Kind, sim: (SimOrdinal, Arc<str>), sent: Sent) -> Self {
        let Sent { target, uuid, request, made } = sent;
        Self {
            event,
            kind,
            sim: sim.0,
            iccid: sim.1,
            target,
            uuid,
            request,
            made,
            order: Order::InLine,
            not_before: None,
            down_until: None,
            is_tried_again: true,
            again: None,
            rule: None,
            faults: Vec::new(),
            state: State::Waiting,
            timer: None,
            place: 0,
            tries: 0,
            newest: VecDeque::new(),
            first: None,
            launched: made,
        }
    }
}

/// What is sent where, of which moment.
pub(super) struct Sent {
    pub(super) target: Arc<str>,
    pub(super) uuid: String,
    pub(super) request: Arc<Request>,
    pub(super) made: Moment,
}
