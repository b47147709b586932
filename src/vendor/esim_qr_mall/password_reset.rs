//! Password reset: `POST /user/passwordReset`

use super::credentials;
use crate::contract::endpoint::{Act, Data, Visit};
use crate::domain::refusal::Refusal;

/// Sets the password of an account, which has to log in again for a new token.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    credentials::act(visit, |world, who| world.reset_password(who).map(|waived| (Data::null(), waived)))
}
