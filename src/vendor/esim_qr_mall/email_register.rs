//! Register by e-mail: `POST /user/emailRegister`

use super::credentials;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;

/// Makes an account of a partner, and issues its first token.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    credentials::act(visit, |world, who| world.register(who).map(credentials::entered))
}
