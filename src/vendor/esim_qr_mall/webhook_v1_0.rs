//! payment/webhook: `POST /payment/webhook`

use super::webhook_v1_1;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;

/// As v1.1; its card has numbers where the later one has strings, and `paypalId`.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    webhook_v1_1::run(visit)
}
