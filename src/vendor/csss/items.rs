//! SIMs, orders and usage as several calls show them. What no page explains has a name of ours, which the cards tell.

use std::sync::Arc;

use serde::Serialize;

use super::answer::local;
use super::request::Request;
use crate::domain::refusal::Refusal;
use crate::domain::sim::SimOrdinal;
use crate::domain::sim::order::{PlanOrder, PlanOrderOrdinal};
use crate::domain::sim::refusal::SimRefusal;
use crate::domain::world::World;
use crate::domain::world::sims::usage::CurrentUsage;

/// Most SIMs whose usage one call can ask for. Ours: no page names a limit.
const MOST_DEVICES: usize = 100;

/// What an order is answered with; the dates are null until it is enabled.
#[derive(Serialize)]
pub(super) struct Ordered {
    pub(super) order_id: String,
    pub(super) order_start_date: Option<String>,
    pub(super) order_expire_date: Option<String>,
}

/// An order after a change of its status.
#[derive(Serialize)]
pub(super) struct OrderState {
    order_id: String,
    order_status: String,
    order_start_date: Option<String>,
    order_expire_date: Option<String>,
}

/// A SIM.
#[derive(Serialize)]
pub(super) struct SimItem {
    device_id: Arc<str>,
    imsi: Arc<str>,
    life_cycle: String,
}

/// The plan that a SIM uses.
#[derive(Serialize)]
pub(super) struct PlanInUse {
    order_code: Arc<str>,
    order_status: String,
    package_code: Arc<str>,
    package_name: Arc<str>,
    order_start_date: Option<String>,
    order_expire_date: Option<String>,
    order_used_flow: String,
    high_flow_balance: String,
}

/// What a SIM has used in the present cycle of its order, in bytes.
#[derive(Serialize)]
pub(super) struct Usage {
    device_id: String,
    order_code: Option<Arc<str>>,
    order_used_flow: String,
    high_flow_balance: String,
}

impl Ordered {
    /// Shows an order.
    pub(super) fn of(world: &World, order: PlanOrderOrdinal) -> Self {
        let found = world.plan_order(order);
        Self {
            order_id: world.plan_order_id(order).to_string(),
            order_start_date: found.and_then(|order| order.enabled).map(local),
            order_expire_date: found.and_then(PlanOrder::expires).map(local),
        }
    }
}

impl OrderState {
    /// Shows an order.
    pub(super) fn of(world: &World, order: PlanOrderOrdinal) -> Self {
        let status = world.plan_order(order).map(|order| order.status.number().to_string());
        let Ordered { order_id, order_start_date, order_expire_date } = Ordered::of(world, order);
        Self { order_id, order_status: status.unwrap_or_default(), order_start_date, order_expire_date }
    }
}

impl SimItem {
    /// Shows a SIM.
    pub(super) fn of(world: &World, at: SimOrdinal) -> Self {
        let sim = world.sim(at);
        Self {
            device_id: sim.map(|sim| Arc::clone(&sim.iccid)).unwrap_or_default(),
            imsi: sim.map(|sim| Arc::clone(&sim.imsi)).unwrap_or_default(),
            life_cycle: world.sim_life(at).number().to_string(),
        }
    }
}

impl PlanInUse {
    /// Shows the plan of a SIM's order that is in use or paused.
    pub(super) fn of(world: &World, sim: SimOrdinal) -> Option<Self> {
        let CurrentUsage { order, used, balance, .. } = world.current_usage(sim);
        let order = world.plan_order(order?).zip(order);
        let (order, at) = order?;
        let plan = world.roster().plan(order.plan)?;
        let Ordered { order_start_date, order_expire_date, .. } = Ordered::of(world, at);
        Some(Self {
            order_code: world.plan_order_id(at),
            order_status: order.status.number().to_string(),
            package_code: Arc::clone(&plan.code),
            package_name: Arc::clone(&plan.name.zh),
            order_start_date,
            order_expire_date,
            order_used_flow: used.to_string(),
            high_flow_balance: balance.to_string(),
        })
    }
}

impl Usage {
    /// That of a partner's SIM.
    pub(super) fn of(world: &World, partner: &str, device: &str) -> Result<Self, Refusal> {
        let CurrentUsage { order, used, balance, .. } = world.usage_of(partner, device)?;
        Ok(Self {
            device_id: device.to_owned(),
            order_code: order.map(|order| world.plan_order_id(order)),
            order_used_flow: used.to_string(),
            high_flow_balance: balance.to_string(),
        })
    }
}

/// The SIMs of `deviceList`.
pub(super) fn devices<'r>(request: &'r Request<'_>) -> Result<Vec<&'r str>, Refusal> {
    let named = request.texts("deviceList");
    if named.is_empty() || named.len() > MOST_DEVICES {
        return Err(SimRefusal::ListTooLong { named: named.len(), limit: MOST_DEVICES }.into());
    }
    Ok(named)
}
