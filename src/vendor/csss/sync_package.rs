//! Paged synchronisation of orderable plans: `POST /package/syncPackage` (a path of ours)

use super::plans;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;

/// The same list as "Get data plan", which took its place.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    plans::list(visit)
}
