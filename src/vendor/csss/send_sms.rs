//! Send SMS: `POST /sms/sendSms` (a path of ours)

use serde::Serialize;

use super::answer::{local, signed};
use super::request::Request;
use crate::contract::endpoint::{Act, Visit};
use crate::domain::refusal::Refusal;

/// Takes a text to a SIM; whether it arrives is told later.
pub(super) fn run<'a>(visit: &mut Visit<'a>) -> Result<Act<'a>, Refusal> {
    let request = Request::read(visit)?;
    Ok(Act::Write(Box::new(move |world, desk| {
        let device_id = request.text("device_id").into_owned();
        let sms = world.send_sms(&desk.caller.partner, &device_id, &request.text("text_message"))?;
        let sent = world.sms(sms).map(|sms| local(sms.sent)).unwrap_or_default();
        let data = Taken { message_id: (sms.0 + 1).to_string(), device_id, sent_date: sent };
        Ok(signed(world, desk, &request, data))
    })))
}

#[derive(Serialize)]
struct Taken {
    message_id: String,
    device_id: String,
    sent_date: String,
}
