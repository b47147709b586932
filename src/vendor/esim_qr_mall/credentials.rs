//! What the calls that name an account have in common: its three fields, the notes about what passed, the token in the answer.

use http::header::HeaderValue;
use serde::Serialize;

use crate::contract::call::ACCESS_TOKEN;
use crate::contract::endpoint::{Act, Answer, Data, Visit};
use crate::contract::fields::Notes;
use crate::contract::{passwd, wording};
use crate::domain::language::Language;
use crate::domain::refusal::{Mismatch, Refusal, Wanted};
use crate::domain::user::Credentials;
use crate::domain::world::{Welcome, World};

/// What a call does with the credentials, and what the lenient policy let pass meanwhile.
pub(super) type Verb = fn(&mut World, &Credentials<'_>) -> Result<(Data, Vec<Mismatch>), Refusal>;

/// Reads the credentials; the verb then has them under the lock.
pub(super) fn act<'a>(visit: &mut Visit<'a>, verb: Verb) -> Result<Act<'a>, Refusal> {
    let mut reading = visit.read()?;
    if reading.text("passwd").is_some_and(|sent| !passwd::is_md5_text(&sent)) {
        visit.notes.add("passwd: the documents send the MD5 of the password, 32 lower-case hex digits");
    }
    Ok(Act::Write(Box::new(move |world, desk| -> Answer {
        let (email, sent, partner) =
            (reading.text("email"), reading.text("passwd"), reading.text("partnerCode"));
        if partner.as_deref().is_some_and(|code| !world.takes_partner(code)) {
            reading.complain("partnerCode", Wanted::KnownPartner);
        }
        let (Some(email), Some(passwd), Some(partner)) = (&email, &sent, &partner) else {
            return Err(Refusal::BadFields(reading.into_complaints()));
        };
        if !reading.is_clean() {
            return Err(Refusal::BadFields(reading.into_complaints()));
        }
        let (data, waived) = verb(world, &Credentials { email, passwd, partner })?;
        note(&waived, desk.notes);
        Ok(data)
    })))
}

/// The payload of a registration or a login.
#[derive(Serialize)]
struct Entered {
    token: String,
}

/// The token in the body and in a header: no page says which of the two the vendor means.
pub(super) fn entered(Welcome { token, waived }: Welcome) -> (Data, Vec<Mismatch>) {
    let token = token.to_string();
    let header = HeaderValue::from_str(&token);
    let data = Data::new(Entered { token });
    // A token is made of characters that a header can carry; without the header the body still has it.
    let data = match header {
        Ok(value) => data.with_header(ACCESS_TOKEN, value),
        Err(_) => data,
    };
    (data, waived)
}

fn note(waived: &[Mismatch], notes: &mut Notes) {
    for mismatch in waived {
        let text = wording::mismatch(mismatch, Language::English);
        let what = match mismatch {
            Mismatch::UnknownAccount => "one was made",
            Mismatch::WrongPassword | Mismatch::OtherPartner { .. } | Mismatch::UnknownPartner => {
                "it passes all the same"
            }
        };
        notes.add(format!("{text}; {what}, since auth is lenient"));
    }
}
