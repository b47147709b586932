//! E-mail verification code: `POST /user/emailVerificationCode`

use crate::contract::endpoint::{Act, Data, Visit};
use crate::domain::refusal::Refusal;

/// Draws a code and mails it to the address. Nothing ever asks for it: the documents call verifyCode deprecated and unused.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    let reading = visit.read()?;
    let language = visit.language;
    Ok(Act::Write(Box::new(move |world, _| match reading.text("email") {
        Some(email) if reading.is_clean() => {
            world.send_verification_code(&email, language).map(|()| Data::null())
        }
        Some(_) | None => Err(Refusal::BadFields(reading.into_complaints())),
    })))
}
