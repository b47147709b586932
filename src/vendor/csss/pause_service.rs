//! Pause: `POST /device/pauseService`

use super::orders::change_service;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;
use crate::domain::world::World;

/// Pauses an order, or all orders of a SIM that are in use: the title says order, the path says device.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    change_service(visit, World::pause_order, World::pause_sim)
}
