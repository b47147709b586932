//! End orders early: `POST /package/endOrder` (a path of ours)

use super::orders::change;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;
use crate::domain::world::World;

/// Ends an order before its time.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    change(visit, World::end_order)
}
