//! Every "no" about SIMs, with its data.

use std::sync::Arc;

use super::Life;
use super::order::{Act, Status};
use crate::domain::moment::{Day, Moment};

/// Why a call about SIMs was refused.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SimRefusal {
    /// No SIM has this ICCID.
    UnknownSim {
        /// What was asked for.
        asked: String,
    },
    /// It is another partner's.
    SimOfAnotherPartner {
        /// Its ICCID.
        asked: String,
    },
    /// No plan has this code.
    UnknownPlan {
        /// What was asked for.
        asked: String,
        /// One that would do for this partner, if there is one.
        example: Option<Arc<str>>,
    },
    /// The plan is not sold to this partner.
    PlanNotSold {
        /// Its code.
        plan: Arc<str>,
    },
    /// The plan has another `package_type`.
    WrongPlanKind {
        /// Its code.
        plan: Arc<str>,
        /// Its `package_type`.
        is: u8,
    },
    /// No order has this id.
    UnknownPlanOrder {
        /// What was asked for.
        asked: String,
    },
    /// It is another partner's.
    PlanOrderOfAnotherPartner {
        /// What was asked for.
        asked: String,
    },
    /// The order's status does not allow it.
    WrongStatus {
        /// The order's id.
        order: Arc<str>,
        /// What it is.
        is: Status,
        /// What was to be done.
        act: Act,
    },
    /// The SIM has no order of the status that it takes.
    NothingTo {
        /// What was to be done.
        act: Act,
        /// The ICCID.
        sim: Arc<str>,
    },
    /// Periods or days out of range.
    WrongPeriods {
        /// What was asked for.
        asked: i64,
        /// Fewest.
        min: i64,
        /// Most.
        max: i64,
    },
    /// So many cycles have begun already.
    CyclesBegun {
        /// How many the order has left that have not begun.
        left: u16,
    },
    /// The SIM is past the time in which anything can be ordered or enabled.
    SimTerminated {
        /// The ICCID.
        sim: Arc<str>,
    },
    /// The SIM cannot load plans over the air, or the plan is not one of those.
    NotOta {
        /// The ICCID, or the plan's code.
        what: Arc<str>,
    },
    /// The SIM cannot get or send texts, as it is made or as its life is now.
    NoSms {
        /// The ICCID.
        sim: Arc<str>,
        /// Its life.
        life: Life,
    },
    /// No text went to the SIM within the last 24 hours.
    OutsideWindow {
        /// The ICCID.
        sim: Arc<str>,
        /// When the last one went.
        last: Option<Moment>,
    },
    /// Dates in the wrong order, or farther back than figures are kept.
    WrongDates {
        /// The first day that figures are kept of.
        earliest: Day,
        /// The last one: today.
        latest: Day,
    },
    /// A text that is empty or too long.
    WrongText {
        /// Most characters.
        longest: usize,
    },
    /// A list that is empty or too long.
    ListTooLong {
        /// How many were named.
        named: usize,
        /// Most of them.
        limit: usize,
    },
    /// A SIM stands twice in a list.
    NamedTwice {
        /// Its ICCID.
        sim: String,
    },
    /// Another device of an all-or-nothing order was refused.
    OthersRefused,
    /// A page that there cannot be.
    BadPage {
        /// Its number.
        number: i64,
        /// Entries on it.
        size: i64,
    },
    /// The sandbox keeps no more of these.
    Full {
        /// Of what: `plan orders`, `texts`, `pauses of an order`.
        of: &'static str,
        /// How many it keeps.
        limit: usize,
    },
}

impl From<SimRefusal> for crate::domain::refusal::Refusal {
    fn from(refusal: SimRefusal) -> Self {
        Self::Sim(refusal)
    }
}
