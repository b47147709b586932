//! Cancel an order that is not enabled: `POST /package/cancelOrder` (a path of ours)

use super::orders::change;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;
use crate::domain::world::World;

/// Cancels an order that was never enabled.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    change(visit, World::cancel_order)
}
