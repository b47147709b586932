//! A payment: what a notification reports of it, and who pays by himself.

use serde::{Deserialize, Serialize};

use super::moment::Span;
use super::money::Money;
use super::order::OrderOrdinal;
use super::stage::Report;

/// What a notification says, as far as it could be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Notification<'a> {
    /// The order's id or number.
    pub order: &'a str,
    /// The partner code.
    pub partner: &'a str,
    /// What became of the payment.
    pub report: Report,
    /// The currency's abbreviation.
    pub currency: &'a str,
    /// What was paid, in whichever unit.
    pub amount: Money,
    /// The sandbox itself reports it. How a partner's server counts is not learnt from that.
    pub is_ours: bool,
}

/// How an amount is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Unit {
    /// In units of the currency: 4.99.
    Major,
    /// In the smallest units of the currency: 499.
    Minor,
}

/// What a notification came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Receipt {
    /// The first amount that could be read in one way only: from now on it is read so.
    pub first_reading: Option<Unit>,
    /// It said what was known already.
    pub repeated: bool,
}

/// Somebody who pays what is ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Payer {
    /// How long after the order.
    pub after: Span,
    /// With which outcome.
    pub report: Report,
}

/// A payment that the sandbox itself is going to report, in the place of a partner's server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Due {
    /// The order.
    pub order: OrderOrdinal,
    /// The outcome that is reported.
    pub report: Report,
    /// An amount other than the order's, in units of the currency.
    pub amount: Option<Money>,
}
