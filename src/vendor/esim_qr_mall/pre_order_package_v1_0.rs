//! Pre - order v1.0: `POST /package/preOrderPackage`

use super::pre_order_package_v1_2::{QrMail, pre_order};
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;

/// As v1.2, but the QR code always goes to the account's address.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    pre_order(visit, QrMail::ToAccount)
}
