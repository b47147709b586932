//! `PATCH /__sandbox/sessions/{s}/sims/{key}`

use http::Method;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::actions::sim;
use crate::control::ask::Ask;
use crate::domain::refusal::Refusal;
use crate::domain::sim::SimOrdinal;
use crate::domain::sim::order::PlanOrderOrdinal;
use crate::domain::sim::refusal::SimRefusal;
use crate::domain::world::World;

pub(super) const ACTION: Action = Action {
    method: Method::PATCH,
    path: "sessions/{s}/sims/{key}",
    access: Access::Guarded,
    about: "what the vendor's staff does: {\"life\": \"terminated\"}, {\"imsi\": \"downloaded\"}, {\"reduceCycles\": 1}; `order` names one",
    run,
};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Change {
    /// The order that the others are about; without it, the one in effect.
    order: Option<String>,
    /// Takes cycles from the order that have not begun.
    #[schemars(range(min = 1))]
    reduce_cycles: Option<u16>,
    /// Lets the order's IMSI be loaded once more.
    imsi: Option<ImsiWord>,
    /// Ends the SIM for good.
    life: Option<LifeWord>,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum ImsiWord {
    Downloaded,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum LifeWord {
    Terminated,
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(patch(ask).unwrap_or_else(|refused| refused))
}

fn patch(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let Change { order, reduce_cycles, imsi, life } = ask.body()?;
    let at = sim::awake(ask, |world| world.find_sim(ask.key)).ok_or_else(|| sim::unknown(ask))?;
    if let Some(by) = reduce_cycles {
        let reduce = |world: &mut World| {
            let order = named(world, at, order.as_deref())?;
            world.reduce_cycles(order, by)
        };
        ask.session().change(ask.real, reduce).map_err(|no| sim::refused(&no, "/reduceCycles"))?;
    }
    if let Some(ImsiWord::Downloaded) = imsi {
        let download = |world: &mut World| {
            let order = named(world, at, order.as_deref())?;
            world.download_imsi(order)
        };
        ask.session().change(ask.real, download).map_err(|no| sim::refused(&no, "/imsi"))?;
    }
    if let Some(LifeWord::Terminated) = life {
        let end = |world: &mut World| world.terminate_sim(at);
        ask.session().change(ask.real, end).map_err(|no| sim::refused(&no, "/life"))?;
    }
    Ok(sim::look(ask))
}

/// The order of this name, if it is the SIM's; without a name, the one in effect.
fn named(world: &mut World, sim: SimOrdinal, name: Option<&str>) -> Result<PlanOrderOrdinal, Refusal> {
    world.wake_fleet();
    let found = match name {
        Some(name) => world.find_plan_order(name).filter(|at| world.orders_of_sim(sim).contains(at)),
        None => world.order_in_effect(sim),
    };
    let asked = name.unwrap_or("in effect").chars().take(64).collect();
    Ok(found.ok_or(SimRefusal::UnknownPlanOrder { asked })?)
}
