//! myEsimDetail: `POST /order/myEsimDetail`

use super::my_esim_detail_v1_1;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;

/// As v1.1; what sets the versions apart no page says.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    my_esim_detail_v1_1::run(visit)
}
