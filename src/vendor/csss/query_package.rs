//! Get data plan: `POST /package/queryPackage` (a path of ours)

use super::plans;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;

/// Lists the plans that are sold to the partner.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    plans::list(visit)
}
