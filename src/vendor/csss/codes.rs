//! The one place where a refusal becomes a code of `fixtures/csss/codes.json`, by its name.

use super::words;
use crate::contract::card::Card;
use crate::contract::{signature_words, wording};
use crate::domain::language::Language;
use crate::domain::refusal::Refusal;
use crate::domain::signature::SignatureFault;
use crate::domain::sim::refusal::SimRefusal;

/// "0000".
pub(super) const SUCCESS: &str = "SUCCESS";
/// R999.
pub(super) const ERROR: &str = "ERROR";
/// R304.
pub(super) const DEVICE_NOT_ORDERED: &str = "DEVICE_NOT_ORDERED";
const WRONG_PARAMETERS: &str = "WRONG_PARAMETERS";
const LIMIT_REACHED: &str = "LIMIT_REACHED";

/// The code's name. All but the success are ours: the vendor's table could not be read.
pub(super) fn of(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::BadBody(_) | Refusal::BadFields(_) | Refusal::BadTime { .. } => WRONG_PARAMETERS,
        Refusal::BadSignature(fault) => match **fault {
            SignatureFault::NoPartner => WRONG_PARAMETERS,
            SignatureFault::UnknownPartner { .. } | SignatureFault::NoSecret { .. } => "UNKNOWN_PARTNER",
            SignatureFault::Missing { .. } | SignatureFault::Wrong { .. } => "WRONG_SIGNATURE",
            SignatureFault::Stale { .. } => "TIMESTAMP_OUT_OF_WINDOW",
        },
        Refusal::Sim(refusal) => of_sim(refusal),
        Refusal::OrdersFull { .. }
        | Refusal::NumbersUsedUp
        | Refusal::AccountsFull { .. }
        | Refusal::TokensFull { .. }
        | Refusal::OutboxFull { .. } => LIMIT_REACHED,
        // What only the other group's calls are refused for.
        Refusal::NoLiveToken(_)
        | Refusal::PoolEmpty
        | Refusal::UnknownOrder { .. }
        | Refusal::TooLate { .. }
        | Refusal::Contrary { .. }
        | Refusal::WrongPrice(_)
        | Refusal::ProfileWithdrawn
        | Refusal::NoEsim { .. }
        | Refusal::WrongCredentials(_)
        | Refusal::AccountExists => ERROR,
    }
}

fn of_sim(refusal: &SimRefusal) -> &'static str {
    match refusal {
        SimRefusal::UnknownSim { .. } => "UNKNOWN_SIM",
        SimRefusal::SimOfAnotherPartner { .. } => "SIM_OF_ANOTHER_PARTNER",
        SimRefusal::SimTerminated { .. } => "SIM_TERMINATED",
        SimRefusal::NotOta { .. } | SimRefusal::NoSms { .. } => "SIM_NOT_CAPABLE",
        SimRefusal::UnknownPlan { .. } => "UNKNOWN_PLAN",
        SimRefusal::PlanNotSold { .. } => "PLAN_NOT_SOLD",
        SimRefusal::UnknownPlanOrder { .. } => "UNKNOWN_PLAN_ORDER",
        SimRefusal::PlanOrderOfAnotherPartner { .. } => "PLAN_ORDER_OF_ANOTHER_PARTNER",
        SimRefusal::WrongStatus { .. } | SimRefusal::NothingTo { .. } | SimRefusal::CyclesBegun { .. } => {
            "WRONG_ORDER_STATUS"
        }
        SimRefusal::OthersRefused => DEVICE_NOT_ORDERED,
        SimRefusal::OutsideWindow { .. } => "OUTSIDE_SMS_WINDOW",
        SimRefusal::WrongPlanKind { .. }
        | SimRefusal::WrongPeriods { .. }
        | SimRefusal::WrongDates { .. }
        | SimRefusal::WrongText { .. }
        | SimRefusal::ListTooLong { .. }
        | SimRefusal::NamedTwice { .. }
        | SimRefusal::BadPage { .. } => WRONG_PARAMETERS,
        SimRefusal::Full { .. } => LIMIT_REACHED,
    }
}

/// What is said behind the code's text.
pub(super) fn detail(refusal: &Refusal, _: &Card, language: Language) -> Option<String> {
    detail_of(refusal, language)
}

/// The same, whatever the card.
pub(super) fn detail_of(refusal: &Refusal, language: Language) -> Option<String> {
    match refusal {
        Refusal::BadFields(complaints) => Some(wording::complaints(complaints, language)),
        Refusal::BadBody(fault) => Some(wording::body_fault(fault, None, language)),
        Refusal::BadSignature(fault) => Some(signature_words::of(fault, language)),
        Refusal::Sim(refusal) => words::of(refusal, language),
        _ => None,
    }
}
