//! The SIMs, plans and orders that worlds begin with: shared by all sessions, and put in order only when somebody looks.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::batch::Batch;
use super::order::OrderKind;
use super::plan::{Plan, PlanOrdinal};
use super::{BaseLife, Sim, SimOrdinal};

/// What fixtures and scenarios name.
#[derive(Clone, Default)]
pub(crate) struct Fleet {
    plans: BTreeMap<Arc<str>, Plan>,
    sims: BTreeMap<Arc<str>, Sim>,
    orders: Vec<NamedOrder>,
    batches: Vec<Batch>,
    roster: OnceLock<Arc<Roster>>,
}

/// Without the roster, which follows from the rest once somebody asks: what says the same tells the same fleet.
impl std::fmt::Debug for Fleet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { plans, sims, orders, batches, roster: _ } = self;
        let mut fleet = f.debug_struct("Fleet");
        fleet
            .field("plans", plans)
            .field("sims", sims)
            .field("orders", orders)
            .field("batches", batches)
            .finish()
    }
}

/// An order that a world begins with. Its dates are relative to the session's start.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NamedOrder {
    /// The SIM's ICCID.
    pub sim: Arc<str>,
    /// The plan's code.
    pub plan: Arc<str>,
    /// Its id, if it is not made like those of a session.
    pub id: Option<Arc<str>>,
    /// What it is for.
    pub kind: OrderKind,
    /// How it stands when the session starts.
    pub stands: Stands,
}

/// How an order stands when a session starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stands {
    /// Made so many days before, never enabled.
    NotEnabled {
        /// Periods.
        periods: u16,
        /// Days.
        made: u16,
    },
    /// In use: so many periods have passed, and so many follow the present one.
    InUse {
        /// Periods that have passed.
        behind: u16,
        /// Periods to come.
        ahead: u16,
    },
    /// The same, but paused.
    Paused {
        /// Periods that have passed.
        behind: u16,
        /// Periods to come.
        ahead: u16,
    },
    /// Its last period ended so many days before.
    Expired {
        /// Periods.
        periods: u16,
        /// Days, at least 1.
        days: u16,
    },
    /// Cancelled so many days before.
    Cancelled {
        /// Days.
        days: u16,
    },
}

/// The fleet, put in order.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Roster {
    /// By code.
    pub plans: Vec<Plan>,
    /// By ICCID.
    pub sims: Vec<Sim>,
    /// In the order of their making.
    pub orders: Vec<StartingOrder>,
    /// The SIMs of each partner, by ICCID.
    pub of_partner: BTreeMap<Arc<str>, Vec<SimOrdinal>>,
}

/// A [`NamedOrder`] whose SIM and plan are known.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StartingOrder {
    /// The SIM.
    pub sim: SimOrdinal,
    /// The plan.
    pub plan: PlanOrdinal,
    /// Its id, if it is not made like those of a session.
    pub id: Option<Arc<str>>,
    /// What it is for.
    pub kind: OrderKind,
    /// How it stands when the session starts.
    pub stands: Stands,
}

#[cfg(test)]
impl PartialEq for Fleet {
    fn eq(&self, other: &Self) -> bool {
        self.plans == other.plans
            && self.sims == other.sims
            && self.orders == other.orders
            && self.batches == other.batches
    }
}

impl Fleet {
    /// Puts a plan in, in place of the one with its code.
    pub(crate) fn put_plan(&mut self, plan: Plan) {
        self.roster = OnceLock::new();
        self.plans.insert(Arc::clone(&plan.code), plan);
    }

    /// Puts a SIM in, in place of the one with its ICCID.
    pub(crate) fn put_sim(&mut self, sim: Sim) {
        self.roster = OnceLock::new();
        self.sims.insert(Arc::clone(&sim.iccid), sim);
    }

    /// Adds an order.
    pub(crate) fn put_order(&mut self, order: NamedOrder) {
        self.roster = OnceLock::new();
        self.orders.push(order);
    }

    /// Adds many invented SIMs, with orders of the plans that are there.
    pub(crate) fn add_batch(&mut self, batch: Batch) {
        self.roster = OnceLock::new();
        self.batches.push(batch);
    }

    /// The plan with this code, if fixtures or scenario name it.
    pub(crate) fn plan(&self, code: &str) -> Option<&Plan> {
        self.plans.get(code)
    }

    /// The SIM with this ICCID, if fixtures or scenario name it.
    pub(crate) fn sim(&self, iccid: &str) -> Option<&Sim> {
        self.sims.get(iccid)
    }

    /// Whether an order that is named has this id.
    pub(crate) fn has_order(&self, id: &str) -> bool {
        self.orders.iter().any(|order| order.id.as_deref() == Some(id))
    }

    /// All of it in order; made once, by whoever asks first.
    pub(crate) fn roster(&self) -> &Arc<Roster> {
        self.roster.get_or_init(|| Arc::new(self.call_the_roll()))
    }

    fn call_the_roll(&self) -> Roster {
        let mut sims = self.sims.clone();
        let mut orders = self.orders.clone();
        for batch in &self.batches {
            batch.fill(&self.plans, &mut sims, &mut orders);
        }
        let plans: Vec<Plan> = self.plans.values().cloned().collect();
        let sims: Vec<Sim> = sims.into_values().collect();
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let known = |order: NamedOrder| {
            let sim = sims.binary_search_by(|sim| sim.iccid.cmp(&order.sim)).ok()?;
            let plan = plans.binary_search_by(|plan| plan.code.cmp(&order.plan)).ok()?;
            let NamedOrder { id, kind, stands, .. } = order;
            let (sim, plan) = (SimOrdinal(place(sim)), PlanOrdinal(place(plan)));
            Some(StartingOrder { sim, plan, id, kind, stands })
        };
        let orders = orders.into_iter().filter_map(known).collect();
        let mut of_partner: BTreeMap<Arc<str>, Vec<SimOrdinal>> = BTreeMap::new();
        for (at, sim) in sims.iter().enumerate() {
            of_partner.entry(Arc::clone(&sim.partner)).or_default().push(SimOrdinal(place(at)));
        }
        Roster { plans, sims, orders, of_partner }
    }
}

impl Roster {
    /// The SIM with this ICCID.
    pub(crate) fn find_sim(&self, iccid: &str) -> Option<SimOrdinal> {
        let at = self.sims.binary_search_by(|sim| (*sim.iccid).cmp(iccid)).ok()?;
        Some(SimOrdinal(u32::try_from(at).ok()?))
    }

    /// The plan with this code.
    pub(crate) fn find_plan(&self, code: &str) -> Option<PlanOrdinal> {
        let at = self.plans.binary_search_by(|plan| (*plan.code).cmp(code)).ok()?;
        Some(PlanOrdinal(u32::try_from(at).ok()?))
    }

    /// A SIM.
    pub(crate) fn sim(&self, at: SimOrdinal) -> Option<&Sim> {
        self.sims.get(usize::try_from(at.0).ok()?)
    }

    /// A plan.
    pub(crate) fn plan(&self, at: PlanOrdinal) -> Option<&Plan> {
        self.plans.get(usize::try_from(at.0).ok()?)
    }
}

impl BaseLife {
    /// What its age says of a SIM that has been used.
    pub(crate) fn idle_days(self) -> Option<u16> {
        match self {
            Self::New | Self::Terminated => None,
            Self::Idle(days) => Some(days),
        }
    }
}
