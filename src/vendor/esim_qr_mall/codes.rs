//! The one place where a refusal becomes a code of `fixtures/esim_qr_mall/codes.json`, by its name.

use crate::contract::card::Card;
use crate::contract::wording;
use crate::domain::language::Language;
use crate::domain::refusal::{Mismatch, OrderFault, Refusal};

/// 0.
pub(super) const SUCCESS: &str = "SUCCESS";
/// 2.
const WRONG_PARAMETERS: &str = "WRONG_PARAMETERS";
/// 9999.
pub(super) const ERROR: &str = "ERROR";
/// 7.
const TOKEN_EXPIRED: &str = "TOKEN_EXPIRED";
/// 1102.
const TIME_CONVERSION_FAILED: &str = "TIME_CONVERSION_FAILED";
/// 3004.
const ORDER_SYSTEM_EXCEPTION: &str = "ORDER_SYSTEM_EXCEPTION";
/// 3005.
const QRCODE_IS_NULL: &str = "QRCODE_IS_NULL";
/// 6006.
const PRE_ORDER_TIMED_OUT: &str = "PRE_ORDER_TIMED_OUT";
/// 10008.
const ORDER_DOES_NOT_EXIST: &str = "ORDER_DOES_NOT_EXIST";
/// 10009.
const PRICE_INCONSISTENT: &str = "PRICE_INCONSISTENT";

/// The code's name. That an empty pool is 3005, and that what nobody documented is 9999, is ours. So is that an unregistered
/// partner is a wrong parameter, as in a pre-order, and all else that is wrong with an account is 9999.
pub(super) fn of(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::BadBody(_) | Refusal::BadFields(_) | Refusal::WrongCredentials(Mismatch::UnknownPartner) => {
            WRONG_PARAMETERS
        }
        Refusal::NoLiveToken(_) => TOKEN_EXPIRED,
        Refusal::BadTime { .. } => TIME_CONVERSION_FAILED,
        Refusal::UnknownOrder { .. } => ORDER_DOES_NOT_EXIST,
        Refusal::TooLate { .. } => PRE_ORDER_TIMED_OUT,
        Refusal::Contrary { .. } => ORDER_SYSTEM_EXCEPTION,
        Refusal::WrongPrice(_) => PRICE_INCONSISTENT,
        Refusal::PoolEmpty | Refusal::ProfileWithdrawn => QRCODE_IS_NULL,
        Refusal::WrongCredentials(
            Mismatch::UnknownAccount | Mismatch::WrongPassword | Mismatch::OtherPartner { .. },
        )
        | Refusal::AccountExists
        | Refusal::AccountsFull { .. }
        | Refusal::TokensFull { .. }
        | Refusal::OutboxFull { .. }
        | Refusal::NoEsim { .. }
        | Refusal::NumbersUsedUp
        | Refusal::OrdersFull { .. }
        // Nothing in this group is about SIMs.
        | Refusal::Sim(_)
        | Refusal::BadSignature(_) => ERROR,
    }
}

/// What is said behind the code's text.
pub(super) fn detail(refusal: &Refusal, card: &Card, language: Language) -> Option<String> {
    let chinese = language == Language::Chinese;
    match refusal {
        Refusal::BadFields(complaints) => Some(wording::complaints(complaints, language)),
        Refusal::BadBody(fault) => {
            let sample = card.missing_comma.as_ref().map(|text| if chinese { &text.zh } else { &text.en });
            Some(wording::body_fault(fault, sample.map(String::as_str), language))
        }
        Refusal::NoLiveToken(fault) => Some(wording::token_fault(*fault, language)),
        // The first two are printed on a page, and say it all; nothing in this group is about SIMs.
        Refusal::TooLate { .. }
        | Refusal::UnknownOrder { why: OrderFault::Unknown, .. }
        | Refusal::Sim(_)
        | Refusal::BadSignature(_) => None,
        Refusal::BadTime { .. }
        | Refusal::UnknownOrder { .. }
        | Refusal::Contrary { .. }
        | Refusal::WrongPrice(_)
        | Refusal::ProfileWithdrawn
        | Refusal::NoEsim { .. } => Some(wording::payment(refusal, language)),
        Refusal::PoolEmpty if chinese => Some("eSIM 池中已无可用的 profile".to_owned()),
        Refusal::PoolEmpty => Some("the pool has no free eSIM profile".to_owned()),
        Refusal::WrongCredentials(mismatch) => Some(wording::mismatch(mismatch, language)),
        Refusal::AccountExists if chinese => Some("该 email 已注册".to_owned()),
        Refusal::AccountExists => Some("this email has an account already; log in".to_owned()),
        Refusal::AccountsFull { limit } if chinese => {
            Some(format!("每个会话最多保存 {limit} 个账号或验证码地址；请重置会话"))
        }
        Refusal::AccountsFull { limit } => Some(format!(
            "a session keeps at most {limit} accounts, and as many addresses with a code; reset it"
        )),
        Refusal::OutboxFull { limit } if chinese => {
            Some(format!("每个会话最多保存 {limit} 封邮件；请重置会话"))
        }
        Refusal::OutboxFull { limit } => Some(format!("a session keeps at most {limit} mails; reset it")),
        Refusal::TokensFull { limit } if chinese => {
            Some(format!("每个会话最多签发 {limit} 个 token；请重置会话"))
        }
        Refusal::TokensFull { limit } => Some(format!("a session issues at most {limit} tokens; reset it")),
        Refusal::NumbersUsedUp if chinese => Some("七位编号已用完；请重置会话或换一天".to_owned()),
        Refusal::NumbersUsedUp => Some(
            "all seven-digit numbers are used up; start afresh, or move the clock to another day".to_owned(),
        ),
        Refusal::OrdersFull { limit } if chinese => {
            Some(format!("沙盒的所有会话最多共保存 {limit} 个订单（--max-orders）"))
        }
        Refusal::OrdersFull { limit } => Some(format!(
            "this sandbox keeps at most {limit} orders in all its sessions together; raise it with --max-orders, or reset or drop a session"
        )),
    }
}
