//! Resume: `POST /device/resumeService` (a path of ours)

use super::orders::change_service;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;
use crate::domain::world::World;

/// Lets a paused order go on, or all paused orders of a SIM.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    change_service(visit, World::resume_order, World::resume_sim)
}
