//! An order: what was asked for, what was promised, and how far its payment has come.

use serde::{Deserialize, Serialize};

use super::ids::{OrderNo, Sequence};
use super::language::Language;
use super::moment::Moment;
use super::money::Money;
use super::profile::ProfileOrdinal;
use super::stage::Stage;
use super::world::Symbol;

/// One pre-ordered package with its reserved profile, or a top-up of an eSIM that was bought before.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(PartialEq))]
pub(crate) struct Order {
    /// Its id, seven digits.
    pub id: u32,
    /// Its number.
    pub number: OrderNo,
    /// When it was made.
    pub created: Moment,
    /// The package's id.
    pub package: u32,
    /// The currency's id.
    pub currency: u32,
    /// What the client has to pay.
    pub amount: Money,
    /// Periods asked for.
    pub periods: u16,
    /// Packages asked for; the vendor still reserves one profile.
    pub packages: u16,
    /// The partner code as it was sent.
    pub partner: Symbol,
    /// The account that ordered.
    pub buyer: Symbol,
    /// Where the QR code is to be mailed to.
    pub mail_to: Symbol,
    /// The language in which the buyer was spoken to.
    pub language: Language,
    /// The eSIM that it is about.
    pub esim: Esim,
    /// How far it has come.
    pub stage: Stage,
}

/// The eSIM that an order is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Esim {
    /// A profile of its own.
    New(ProfileOrdinal),
    /// The eSIM of an earlier order, by that order's place.
    TopUpOf(OrderOrdinal),
}

/// An order's place in the ledger, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct OrderOrdinal(pub u32);

/// Who orders, beside what is ordered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Buyer<'a> {
    /// The partner code as it was sent.
    pub partner: &'a str,
    /// The account.
    pub account: &'a str,
    /// Where the QR code is to be mailed to.
    pub mail_to: &'a str,
    /// The language in which it is spoken to.
    pub language: Language,
}

/// What a client asks for, as far as it could be read: a field that could not be read is `None` and is not judged again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wish<'a> {
    /// Package id.
    pub package: Option<i64>,
    /// Package code.
    pub code: Option<&'a str>,
    /// Currency by abbreviation.
    pub currency: Option<&'a str>,
    /// Currency by id.
    pub currency_id: Option<i64>,
    /// Periods.
    pub periods: Option<i64>,
    /// Packages.
    pub packages: Option<i64>,
    /// Partner code.
    pub partner: Option<&'a str>,
}

/// Why a wish cannot be granted. Several can hold at once.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Objection {
    /// No package has this id.
    UnknownPackage {
        /// One that would do.
        example: u32,
    },
    /// No package has this code; the id says nothing either.
    UnknownCode,
    /// The code belongs to another package, or to none.
    CodeOfAnotherPackage {
        /// The asked package.
        package: u32,
        /// Its code.
        code: String,
    },
    /// The package has no price in this currency.
    CurrencyNotSold {
        /// The abbreviations it is sold in, with their ids.
        sold: Vec<(String, u32)>,
    },
    /// The same, asked by the currency's id.
    CurrencyIdNotSold {
        /// The abbreviations it is sold in, with their ids.
        sold: Vec<(String, u32)>,
    },
    /// Abbreviation and id are both sold, but are two currencies.
    CurrenciesDisagree {
        /// The abbreviation that was sent.
        currency: String,
        /// The id that belongs to it.
        id: u32,
    },
    /// Periods out of the package's range.
    PeriodsOutOfRange {
        /// Fewest.
        min: u16,
        /// Most.
        max: u16,
    },
    /// Packages out of range.
    PackagesOutOfRange {
        /// Fewest.
        min: u16,
        /// Most.
        max: u16,
    },
    /// Only under the strict policy: nobody registered this partner.
    UnknownPartner,
}

/// A wish that can be granted, priced.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quote {
    pub(super) package: u32,
    pub(super) currency: u32,
    pub(super) amount: Money,
    pub(super) periods: u16,
    pub(super) packages: u16,
}

/// Where a session's numbers begin and how they rise.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(PartialEq))]
pub(crate) struct Numbers {
    /// Serial numbers within a day.
    pub serials: Sequence,
    /// Order ids within the session.
    pub ids: Sequence,
}
