//! SIM cards in use: `POST /device/syncAssetInfo`

use std::sync::Arc;

use serde::Serialize;

use super::request::Request;
use crate::contract::endpoint::{Act, Data, Visit};
use crate::domain::refusal::Refusal;

/// Lists the partner's SIMs that have a plan in use. The data is a list, so that no `sign` can stand in it.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    Request::read(visit)?;
    Ok(Act::Read(Box::new(move |world, desk| {
        let item = |sim| {
            let asset_id = world.sim(sim).map(|sim| Arc::clone(&sim.iccid))?;
            Some(Asset { asset_id, life_cycle: world.sim_life(sim).number().to_string() })
        };
        let assets: Vec<Asset> =
            world.sims_in_use(&desk.caller.partner).into_iter().filter_map(item).collect();
        Ok(Data::new(assets))
    })))
}

/// The two fields that can be read on the page, of eight.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Asset {
    asset_id: Arc<str>,
    life_cycle: String,
}
