//! A SIM of the CSSS group, and its orders.

use serde::Serialize;

use crate::domain::moment::Moment;
use crate::domain::sim::SimOrdinal;
use crate::domain::sim::order::{OrderKind, PlanOrderOrdinal};
use crate::domain::world::World;

/// A SIM.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SimView {
    /// Its ICCID.
    pub iccid: String,
    /// Its IMSI.
    pub imsi: String,
    /// The partner whose it is.
    pub partner_code: String,
    /// `preActivation`, `activation`, `preDeactivation`, `paused`, `expired`, `terminated`.
    pub life: &'static str,
    /// The number of it that answers show.
    pub life_cycle: u8,
    /// Whether it can load plans over the air.
    pub ota: bool,
    /// Whether texts can be sent to it and come from it.
    pub sms: bool,
    /// How often its IMSI was loaded once more.
    pub imsi_loads: u32,
    /// The order that counts for its usage.
    pub order_in_effect: Option<String>,
    /// Bytes used in the present cycle of that.
    pub used: u64,
    /// Bytes of high-speed data that are left in it.
    pub balance: u64,
    /// Its orders, oldest first.
    pub orders: Vec<PlanOrderView>,
}

/// An order of a plan.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlanOrderView {
    /// Its number.
    pub id: String,
    /// The plan's code.
    pub plan: String,
    /// `periods`, `ota` or `test`.
    pub kind: &'static str,
    /// `notEnabled`, `inUse`, `paused`, `ended`, `cancelled`.
    pub status: &'static str,
    /// The number of it that answers show.
    pub order_status: u8,
    /// How many periods it has.
    pub periods: u16,
    /// Bytes of one cycle.
    pub quota: u64,
    /// When it was made: RFC 3339 in UTC, on the session's clock.
    pub made_at: String,
    /// When it was enabled.
    pub enabled_at: Option<String>,
    /// The first moment at which it is over.
    pub ends_at: Option<String>,
    /// When it was ended or cancelled.
    pub closed_at: Option<String>,
}

impl SimView {
    /// Shows a SIM of an awake fleet.
    pub(crate) fn of(world: &World, at: SimOrdinal) -> Option<Self> {
        let sim = world.sim(at)?;
        let (life, usage) = (world.sim_life(at), world.current_usage(at));
        let orders = world.orders_of_sim(at).iter();
        Some(Self {
            iccid: sim.iccid.to_string(),
            imsi: sim.imsi.to_string(),
            partner_code: sim.partner.to_string(),
            life: life.word(),
            life_cycle: life.number(),
            ota: sim.is_ota,
            sms: sim.has_sms,
            imsi_loads: world.imsi_loads(at),
            order_in_effect: usage.order.map(|order| world.plan_order_id(order).to_string()),
            used: usage.used,
            balance: usage.balance,
            orders: orders.filter_map(|order| PlanOrderView::of(world, *order)).collect(),
        })
    }
}

impl PlanOrderView {
    /// Shows an order.
    pub(crate) fn of(world: &World, at: PlanOrderOrdinal) -> Option<Self> {
        let order = world.plan_order(at)?;
        let written = |moment: Option<Moment>| moment.map(|moment| moment.to_string());
        Some(Self {
            id: world.plan_order_id(at).to_string(),
            plan: world.roster().plan(order.plan).map(|plan| plan.code.to_string()).unwrap_or_default(),
            kind: match order.kind {
                OrderKind::Periods => "periods",
                OrderKind::Ota { .. } => "ota",
                OrderKind::Test { .. } => "test",
            },
            status: order.status.word(),
            order_status: order.status.number(),
            periods: order.periods,
            quota: order.quota,
            made_at: order.made.to_string(),
            enabled_at: written(order.enabled),
            ends_at: written(order.ends),
            closed_at: written(order.closed),
        })
    }
}
