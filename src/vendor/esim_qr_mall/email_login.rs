//! User login by e-mail: `POST /user/emailLogin`

use super::credentials;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;

/// Issues a new token.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    credentials::act(visit, |world, who| world.login(who).map(credentials::entered))
}
