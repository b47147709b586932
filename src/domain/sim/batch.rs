//! Many invented SIMs: a batch of cards with valid check digits, in several states of life. All is f(seed, kind, ordinal), so that a
//! larger batch keeps what a smaller one gave.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::fleet::{NamedOrder, Stands};
use super::order::OrderKind;
use super::plan::{Plan, PlanKind};
use super::{BaseLife, Sim};
use crate::domain::dice::{Kind, Seed};
use crate::domain::ids;

/// A batch.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Batch {
    /// How many.
    pub count: u32,
    /// Its chance: the file's seed, never the session's, so that sessions share it.
    pub seed: Seed,
    /// The partners whose they are, in turns.
    pub partners: Vec<Arc<str>>,
    /// How they stand.
    pub mix: Mix,
}

/// How the SIMs of a batch stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mix {
    /// All states of life.
    AllStates,
    /// All of them have an order in use.
    Running,
}

impl Batch {
    /// Puts its SIMs and their orders in. A SIM that is there already is left as it is.
    pub(super) fn fill(
        &self,
        plans: &BTreeMap<Arc<str>, Plan>,
        sims: &mut BTreeMap<Arc<str>, Sim>,
        orders: &mut Vec<NamedOrder>,
    ) {
        let offers: Vec<Vec<&Plan>> = self
            .partners
            .iter()
            .map(|partner| plans.values().filter(|plan| !plan.is_ota && plan.is_sold_to(partner)).collect())
            .collect();
        let (partners, of_each) = (u64::try_from(self.partners.len()).unwrap_or(1).max(1), &offers);
        let base = 8_985_200_000_000_000_000 + self.seed.draw(Kind::SimOffset, 0).below(9_000_000_000_000);
        for ordinal in 0..u64::from(self.count) {
            let mut draw = self.seed.draw(Kind::Sim, ordinal);
            let serial = base + 7 * ordinal + draw.below(7);
            let iccid: Arc<str> = ids::with_check_digit(serial.to_string()).into();
            let at = usize::try_from(ordinal % partners).unwrap_or(0);
            let Some(partner) = self.partners.get(at) else { return };
            if sims.contains_key(&iccid) {
                continue;
            }
            let state = match self.mix {
                Mix::AllStates => draw.below(100),
                Mix::Running => 40,
            };
            let mut life = BaseLife::New;
            if (12..20).contains(&state) {
                // From just over to almost gone.
                life = BaseLife::Idle(1 + u16::try_from(draw.below(170)).unwrap_or(0));
            } else if state < 4 {
                life = BaseLife::Terminated;
            }
            sims.insert(
                Arc::clone(&iccid),
                Sim {
                    iccid: Arc::clone(&iccid),
                    imsi: format!("45400{:010}", draw.below(10_000_000_000)).into(),
                    partner: Arc::clone(partner),
                    is_ota: draw.below(4) == 0,
                    has_sms: draw.below(3) != 0,
                    test_quota: 102_400 * (1 + draw.below(5)),
                    life,
                },
            );
            let Some(plan) = of_each.get(at).and_then(|plans| draw.one_of(plans)) else { continue };
            let order = |stands| NamedOrder {
                sim: Arc::clone(&iccid),
                plan: Arc::clone(&plan.code),
                id: None,
                kind: OrderKind::Periods,
                stands,
            };
            let is_short = matches!(plan.kind, PlanKind::UnlimitedDaily | PlanKind::Daily);
            let mut few = |most: u64| u16::try_from(draw.below(most)).unwrap_or(0);
            let (behind, ahead) = if is_short { (few(20), few(40)) } else { (few(3), few(4)) };
            // Below 20 nothing runs: new ones, idle ones, terminated ones.
            match state {
                20..30 => orders.push(order(Stands::NotEnabled { periods: ahead + 1, made: few(60) })),
                30..86 => orders.push(order(Stands::InUse { behind, ahead })),
                86..94 => orders.push(order(Stands::Paused { behind, ahead })),
                94.. => orders.push(order(Stands::Expired { periods: behind + 1, days: 1 + few(120) })),
                _ => {}
            }
            if (60..66).contains(&state) {
                orders.push(order(Stands::NotEnabled { periods: 1, made: few(9) }));
            } else if (66..70).contains(&state) {
                orders.push(order(Stands::Cancelled { days: 1 + few(30) }));
            }
        }
    }
}
