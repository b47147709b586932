//! Why something cannot be done to a SIM, in words for whoever plays the vendor's staff. What clients are told is each group's own.

use crate::domain::refusal::Refusal;
use crate::domain::sim::refusal::SimRefusal;

/// What is wrong, and what helps; empty if nothing does.
pub(crate) fn of(refusal: &Refusal) -> (String, &'static str) {
    match refusal {
        Refusal::Sim(SimRefusal::WrongStatus { order, is, act }) => (
            format!("order {order} is {}: one cannot {} it", is.word(), act.word()),
            "GET …/sims/{iccid} shows its orders",
        ),
        Refusal::Sim(SimRefusal::CyclesBegun { left }) => {
            (format!("{left} of its cycles have not begun yet"), "a cycle that has begun stays")
        }
        Refusal::Sim(SimRefusal::NotOta { .. }) => {
            ("the SIM cannot load anything over the air".to_owned(), "its `ota` is false")
        }
        Refusal::Sim(SimRefusal::SimTerminated { .. }) => ("the SIM is gone for good already".to_owned(), ""),
        Refusal::Sim(SimRefusal::NoSms { life, .. }) => (
            format!("the SIM sends no texts: it is {}, or not made for them", life.word()),
            "its `sms` and `life` tell",
        ),
        Refusal::Sim(SimRefusal::OutsideWindow { last, .. }) => (
            last.map_or_else(
                || "no text was sent to the SIM, so that none from it counts".to_owned(),
                |last| format!("the last text to the SIM went at {last}, more than 24 hours ago"),
            ),
            "send one to it first, or start with --vendor smsWindow=off",
        ),
        Refusal::Sim(SimRefusal::WrongText { longest }) => {
            (format!("a text has 1 to {longest} characters or bytes"), "")
        }
        Refusal::Sim(SimRefusal::UnknownPlanOrder { asked }) => {
            (format!("the SIM has no order {asked:?}"), "GET …/sims/{iccid} shows its orders")
        }
        _ => ("that cannot be done to this SIM".to_owned(), ""),
    }
}
