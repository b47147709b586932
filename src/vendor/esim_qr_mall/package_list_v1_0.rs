//! packageList v1.0: `POST /package/packageList`

use super::package_list_v1_1;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;

/// As v1.1: no page tells of a difference.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    package_list_v1_1::run(visit)
}
