//! Every business "no", with its data. It knows no vendor number and no text: each API group maps it to its code table.

use std::sync::Arc;

use super::moment::Span;
use super::money::Money;
use super::package::Bilingual;
use super::payment::Unit;
use super::signature::SignatureFault;
use super::sim::refusal::SimRefusal;

/// Why a call was refused.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Refusal {
    /// The body is not JSON, or not an object.
    BadBody(BodyFault),
    /// Fields that are missing, of the wrong type, out of range or contradictory: all of them.
    BadFields(Vec<Complaint>),
    /// The token is expired, or, under the strict policy, no live token of ours.
    NoLiveToken(TokenFault),
    /// The pool has no free profile.
    PoolEmpty,
    /// A time that is none.
    BadTime {
        /// What was sent, clipped.
        sent: String,
    },
    /// No order has this id for this caller.
    UnknownOrder {
        /// What was asked for, clipped.
        asked: String,
        /// Why it does not count.
        why: OrderFault,
    },
    /// The order was not paid within its limit.
    TooLate {
        /// The limit.
        limit: Span,
    },
    /// The opposite of what is final.
    Contrary {
        /// What the order is: `paid`, `failed`.
        stage: &'static str,
    },
    /// The signature is not right.
    BadSignature(Box<SignatureFault>),
    /// Currency or amount are not the order's.
    WrongPrice(PriceFault),
    /// The order's profile was withdrawn.
    ProfileWithdrawn,
    /// The order has no eSIM that could be shown or topped up.
    NoEsim {
        /// What was asked for, clipped.
        asked: String,
        /// How far the order has come; `None` if there is no order.
        stage: Option<&'static str>,
    },
    /// Seven digits are used up.
    NumbersUsedUp,
    /// What a client says of an account is not so. Under the lenient policy it passes.
    WrongCredentials(Mismatch),
    /// The address has an account already.
    AccountExists,
    /// The sandbox keeps no more accounts, or addresses that codes were sent to.
    AccountsFull {
        /// How many of each it keeps in a session.
        limit: usize,
    },
    /// The outbox keeps no more mails.
    OutboxFull {
        /// How many it keeps in a session.
        limit: usize,
    },
    /// The sandbox issues no more tokens.
    TokensFull {
        /// How many it issues in a session.
        limit: usize,
    },
    /// The sandbox keeps no more orders.
    OrdersFull {
        /// How many it keeps.
        limit: usize,
    },
    /// What concerns SIMs.
    Sim(SimRefusal),
}

/// Why an order does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OrderFault {
    /// There is none with this id.
    Unknown,
    /// It is the number of an order, and only ids are taken.
    NumberGiven {
        /// Its id.
        id: u32,
    },
    /// It was made for another partner.
    OfAnotherPartner,
    /// Another account made it, and the policy is strict.
    OfAnotherUser,
}

/// What is wrong with a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PriceFault {
    /// What the order costs.
    pub amount: Money,
    /// The currency's abbreviation.
    pub currency: String,
    /// The same amount in the smallest units.
    pub minor: Money,
    /// What does not fit.
    pub what: WrongPart,
}

/// Which part of a payment does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WrongPart {
    /// The currency.
    Currency,
    /// The amount, in either unit.
    Amount,
    /// The amount would fit in the other unit; the unit is set, or an earlier payment of this session bound it.
    Unit {
        /// The unit that counts.
        counts: Unit,
        /// Whether an earlier payment bound it.
        bound: bool,
    },
}

/// What is not so in what a client says of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mismatch {
    /// No account has the address.
    UnknownAccount,
    /// The password is not the account's.
    WrongPassword,
    /// The account belongs to another partner.
    OtherPartner {
        /// The partner that it belongs to.
        partner: String,
    },
    /// Nobody registered the partner.
    UnknownPartner,
}

/// Why a token does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenFault {
    /// None was sent, or an empty one.
    Missing,
    /// It is not one of ours.
    Foreign,
    /// It is ours, and has had its three days.
    Expired,
    /// It is of an older epoch of this session.
    OldEpoch,
    /// Its session is gone.
    SessionGone,
}

/// What is wrong with a body as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BodyFault {
    /// Nothing was sent.
    Empty,
    /// JSON, but another kind of value: what it is.
    NotAnObject(&'static str),
    /// Objects and lists stand deeper than the limit.
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// Not JSON.
    Syntax {
        /// Line at which the parser stopped, from 1.
        line: usize,
        /// Column at which the parser stopped, from 1, in characters.
        column: usize,
        /// What the parser says.
        what: String,
        /// If a comma is missing before this place: where it belongs.
        missing_comma: Option<MissingComma>,
    },
}

/// Where a forgotten comma belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MissingComma {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in characters: directly after the value.
    pub column: usize,
    /// The member before it, such as `"periodNum": 1`, clipped.
    pub after: String,
    /// The member after it begins with this key.
    pub before: String,
}

/// One field that cannot stand.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Complaint {
    /// The vendor's name of the field.
    pub field: String,
    /// What was sent, as JSON text, clipped; `None` if nothing was.
    pub sent: Option<String>,
    /// What would do.
    pub wanted: Wanted,
}

/// What a field should have been.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Wanted {
    /// A whole number, within these bounds if there are any.
    Integer {
        /// Least.
        min: Option<i64>,
        /// Most.
        max: Option<i64>,
    },
    /// A finite number.
    Number,
    /// A text that is not empty.
    Text {
        /// Most characters, if there is a limit.
        longest: Option<usize>,
    },
    /// A list of texts.
    Texts {
        /// Most characters of each, if there is a limit.
        longest: Option<usize>,
    },
    /// A date.
    Date,
    /// A text that is not empty, or a number.
    TextOrNumber,
    /// An e-mail address.
    Email,
    /// One of two fields has to be there: the other one's name.
    This {
        /// The field that would do as well.
        or: String,
    },
    /// The id of a package of the catalogue.
    KnownPackage {
        /// One that would do.
        example: u32,
    },
    /// The code of a package of the catalogue.
    KnownCode,
    /// The code of the asked package.
    CodeOfPackage {
        /// The asked package.
        package: u32,
        /// Its code.
        code: String,
    },
    /// A currency that the package is sold in.
    SoldCurrency {
        /// Abbreviations and ids.
        sold: Vec<(String, u32)>,
        /// Whether the field takes abbreviations or ids.
        by: CurrencyKey,
    },
    /// The id that belongs to the currency sent beside it.
    IdOfCurrency {
        /// The abbreviation.
        currency: String,
        /// Its id.
        id: u32,
    },
    /// A package that covers a country of the eSIM's.
    TopUpPackage {
        /// One that would do.
        example: u32,
    },
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// An amount of money.
    Amount,
    /// A registered partner code.
    KnownPartner,
    /// The mobile country code of a country of the catalogue.
    CountryCode {
        /// Codes and names of the nearest ones.
        near: Vec<(u16, Bilingual)>,
    },
    /// The English name of a country of the catalogue.
    CountryName {
        /// All of them.
        known: Vec<Arc<str>>,
    },
    /// The code of a continent.
    Continent {
        /// All on which something can be bought.
        known: Vec<String>,
    },
}

/// How a field names a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CurrencyKey {
    /// `USD`.
    Abbreviation,
    /// 2.
    Id,
}
