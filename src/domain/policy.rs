//! Where the vendor's documents contradict each other or are silent: how a world decides. `settings.rs` has both sides of each question.

use serde::{Deserialize, Serialize};

use super::moment::{Span, Zone};
use super::notify::Notify;
use super::signature::{AnswerSign, Signatures};
use super::sim::choices::{self, BulkOrder, Percentages, SmsWindow, USAGE_WARNINGS};
use super::stage::AfterFailure;

/// How a world decides what the documents leave open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Policy {
    /// Whether a token or partner that the sandbox does not know gets through.
    pub auth: Auth,
    /// What becomes of a call whose signature is wrong.
    pub signatures: Signatures,
    /// How far a signed call's moment may be from the session's clock; `None` is as far as it likes.
    pub signature_window: Option<Span>,
    /// What `sign` holds in the answers to signed calls.
    pub answer_sign: AnswerSign,
    /// The offset in which an order number's date is read.
    pub order_date_zone: Zone,
    /// Whether documented texts follow `Accept-Language`.
    pub messages: Messages,
    /// Whether web pages of other origins may call the vendor's paths.
    pub cors: Cors,
    /// How long a pre-order may wait for its payment.
    pub pre_order_limit: Span,
    /// Whether an order whose payment failed can still be paid.
    pub after_failure: AfterFailure,
    /// In which unit a payment's amount is read.
    pub amount_unit: AmountUnit,
    /// When polls show a payment.
    pub settling: Settling,
    /// What a payment notification names an order by.
    pub order_key: OrderKey,
    /// What the two values of `type` mean when packages are listed.
    pub package_type: PackageType,
    /// What one bad SIM does to an order for many.
    pub bulk_order: BulkOrder,
    /// Whether a text from a SIM counts only within 24 hours of one to it.
    pub sms_window: SmsWindow,
    /// At which percentages of an order's quota a usage warning is given, rising.
    #[serde(serialize_with = "choices::write_warnings", deserialize_with = "choices::read_warnings")]
    pub usage_warnings: Percentages,
    /// What callbacks look like.
    pub notify: Notify,
}

/// What the two values of `type` mean when packages are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum PackageType {
    /// 1: the package covers the country. 2: it covers nothing else.
    Coverage,
    /// 1: a package of one country. 2: a package of a region.
    Kind,
}

/// In which unit a payment's amount is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum AmountUnit {
    /// In either; the first amount that could be read in one way only binds the session.
    Either,
    /// In units of the currency.
    Major,
    /// In its smallest units.
    Minor,
}

/// When polls show a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Settling {
    /// Once the notification was answered.
    AtOnce,
    /// So much later.
    After(Span),
    /// After so many polls.
    AfterPolls(u32),
}

/// What a payment notification names an order by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum OrderKey {
    /// Its id.
    Id,
    /// Its id, or its number as in the first weeks of the documents.
    IdOrNumber,
}

/// Whether web pages of other origins may call the vendor's paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Cors {
    /// They may, without credentials.
    On,
    /// Answers carry no grant, and a preflight is a call with a wrong method.
    Off,
}

/// Whether a token or partner that the sandbox does not know gets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Auth {
    /// It stands for the demo user, so that an app with its own hard-coded values gets through.
    Lenient,
    /// Only what the sandbox issued or was given.
    Strict,
}

/// Whether documented texts follow `Accept-Language`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Messages {
    /// As the vendor's page prints them, whatever the language.
    Printed,
    /// English or Chinese, as the caller asks.
    Translated,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            auth: Auth::Lenient,
            signatures: Signatures::Check,
            signature_window: None,
            answer_sign: AnswerSign::Null,
            order_date_zone: Zone::Utc,
            messages: Messages::Printed,
            cors: Cors::On,
            pre_order_limit: Span::parse("60m").unwrap_or_else(|| unreachable!("an hour fits")),
            after_failure: AfterFailure::OrderAgain,
            amount_unit: AmountUnit::Either,
            settling: Settling::AtOnce,
            order_key: OrderKey::Id,
            package_type: PackageType::Coverage,
            bulk_order: BulkOrder::Atomic,
            sms_window: SmsWindow::Enforced,
            usage_warnings: USAGE_WARNINGS[0],
            notify: Notify::default(),
        }
    }
}
