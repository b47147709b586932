//! queryOrdStatus, the name of queryOrdStatusAndEmail for a day in August 2020: `POST /package/queryOrdStatus`

use super::query_ord_status_and_email;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;

/// The same call under its other name.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    query_ord_status_and_email::run(visit)
}
