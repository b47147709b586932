//! Enable order: `POST /package/enableOrder` (a path of ours)

use super::orders::change;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;
use crate::domain::world::World;

/// Starts an order.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    change(visit, World::enable_order)
}
