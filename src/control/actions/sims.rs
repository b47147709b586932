//! `GET /__sandbox/sessions/{s}/sims`

use http::Method;
use serde::Serialize;

use crate::contract::call::Reply;
use crate::control::action::{Access, Action, Said};
use crate::control::actions::sim::awake;
use crate::control::ask::Ask;
use crate::control::reply;
use crate::domain::sim::SimOrdinal;
use crate::session::view::SimView;

pub(super) const ACTION: Action = Action {
    method: Method::GET,
    path: "sessions/{s}/sims",
    access: Access::Guarded,
    about: "SIMs with their orders, by ICCID: ?partner=, ?after=, ?limit=",
    run,
};

#[derive(Serialize)]
struct Sims {
    total: usize,
    sims: Vec<SimView>,
}

fn run(ask: &Ask<'_>) -> Said {
    Said::Now(list(ask).unwrap_or_else(|refused| refused))
}

fn list(ask: &Ask<'_>) -> Result<Reply, Reply> {
    let (after, limit) = ask.page()?;
    let partner = ask.parameter("partner");
    let sims = awake(ask, |world| {
        let all = (0_u32..).map(SimOrdinal).map_while(|at| Some((at, world.sim(at)?)));
        let wanted: Vec<SimOrdinal> = all
            .filter(|(_, sim)| partner.as_deref().is_none_or(|partner| *sim.partner == *partner))
            .map(|(at, _)| at)
            .collect();
        let page = wanted.iter().skip(after).take(limit);
        Sims { total: wanted.len(), sims: page.filter_map(|at| SimView::of(world, *at)).collect() }
    });
    Ok(reply::json(&sims))
}
