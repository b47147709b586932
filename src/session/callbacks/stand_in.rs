//! The stand-in for a partner's server: it takes callbacks without a network, as carefully as the real one should. Scenarios that rehearse
//! their own calls tell it, so that they come out the same everywhere.

use serde_json::Value;

use super::outlet::{Outcome, Request};
use crate::contract::callback_digest::x_lf_md5;
use crate::domain::notify::Notify;

/// What it makes of a callback: a body that breaks off has no answer, and a digest that is not of the body is refused.
pub(super) fn answer(request: &Request, notify: &Notify) -> Outcome {
    let answered = |status, body: &str| Outcome::Answered { status, body: body.to_owned() };
    if let Some(cut) = request.cut {
        let promised = request.body.len();
        return Outcome::Failed(format!("the body broke off after {cut} of {promised} bytes"));
    }
    let Ok(body) = serde_json::from_slice::<Value>(&request.body) else {
        return answered(400, "no JSON");
    };
    let digest = request.headers.iter().find(|(name, _)| *name == "x-lf-md5");
    if digest.is_some_and(|(_, digest)| *digest != x_lf_md5(&body, notify)) {
        return answered(401, "x-lf-md5 is not of this body");
    }
    answered(200, "seen")
}
