//! Where a row stands: a table, and a key in it. As bytes: the table's number, then what tells the row from its neighbours, so that bytes
//! sort as places do.

use super::Damaged;
use crate::domain::moment::Moment;

/// Where a row stands. The order is that of the tables: what others are checked against comes first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// Session, seed, where its numbers begin.
    Birth,
    /// Its moment, its counters, and how much there is of all else.
    Head,
    /// Its choices.
    Policy,
    /// A package that is not as the stock has it.
    Package(u32),
    /// An account that was made or changed here, by its key.
    Account(String),
    /// The last code that was sent to an address, by its key.
    Code(String),
    /// A text that others name.
    Text(u32),
    /// A token.
    Token(u32),
    /// An order.
    Order(u32),
    /// What an order was before.
    Past(u32),
    /// A paid top-up of an order: the n-th.
    TopUp(u32, u32),
    /// How often an unpaid order was asked about.
    Polls(u32),
    /// A profile of which the orders do not tell all.
    Profile(u32),
    /// A mail.
    Mail(u32),
    /// A SIM to which something happened.
    Sim(u32),
    /// A plan order.
    PlanOrder(u32),
    /// A text to a SIM.
    Sms(u32),
    /// Something that happened to a SIM.
    SimEvent(u64),
    /// Something that waits for a moment: the n-th that was made.
    Timer(Moment, u64),
}

/// The words for the tables, in their order; a key begins with the place in this list, from 1.
const TABLES: [&str; 19] = [
    "birth",
    "head",
    "policy",
    "package",
    "account",
    "verification code",
    "text",
    "token",
    "order",
    "past of order",
    "top-up of order",
    "polls of order",
    "profile",
    "mail",
    "SIM",
    "plan order",
    "text to a SIM",
    "event of a SIM",
    "timer",
];

impl Place {
    /// The table's number, from 1.
    fn number(&self) -> u8 {
        match self {
            Self::Birth => 1,
            Self::Head => 2,
            Self::Policy => 3,
            Self::Package(_) => 4,
            Self::Account(_) => 5,
            Self::Code(_) => 6,
            Self::Text(_) => 7,
            Self::Token(_) => 8,
            Self::Order(_) => 9,
            Self::Past(_) => 10,
            Self::TopUp(..) => 11,
            Self::Polls(_) => 12,
            Self::Profile(_) => 13,
            Self::Mail(_) => 14,
            Self::Sim(_) => 15,
            Self::PlanOrder(_) => 16,
            Self::Sms(_) => 17,
            Self::SimEvent(_) => 18,
            Self::Timer(..) => 19,
        }
    }

    /// The word for its table.
    pub(super) fn table(&self) -> &'static str {
        TABLES.get(usize::from(self.number()) - 1).copied().unwrap_or_default()
    }

    /// Which row of its table, in words; nothing if it has only one.
    pub(super) fn which(&self) -> String {
        match self {
            Self::Birth | Self::Head | Self::Policy => String::new(),
            Self::Account(key) | Self::Code(key) => format!("{key:?}"),
            Self::Package(at)
            | Self::Text(at)
            | Self::Token(at)
            | Self::Order(at)
            | Self::Past(at)
            | Self::Polls(at)
            | Self::Profile(at)
            | Self::Mail(at)
            | Self::Sim(at)
            | Self::PlanOrder(at)
            | Self::Sms(at) => at.to_string(),
            Self::SimEvent(at) => at.to_string(),
            Self::TopUp(order, nth) => format!("{order}, {nth}"),
            Self::Timer(moment, nth) => format!("{moment}, {nth}"),
        }
    }

    /// Puts its key at the end of what is there.
    pub(super) fn write(&self, key: &mut Vec<u8>) {
        key.push(self.number());
        match self {
            Self::Birth | Self::Head | Self::Policy => {}
            Self::Account(text) | Self::Code(text) => key.extend_from_slice(text.as_bytes()),
            Self::Package(at)
            | Self::Text(at)
            | Self::Token(at)
            | Self::Order(at)
            | Self::Past(at)
            | Self::Polls(at)
            | Self::Profile(at)
            | Self::Mail(at)
            | Self::Sim(at)
            | Self::PlanOrder(at)
            | Self::Sms(at) => key.extend_from_slice(&at.to_be_bytes()),
            Self::SimEvent(at) => key.extend_from_slice(&at.to_be_bytes()),
            Self::TopUp(order, nth) => {
                key.extend_from_slice(&order.to_be_bytes());
                key.extend_from_slice(&nth.to_be_bytes());
            }
            Self::Timer(moment, nth) => {
                key.extend_from_slice(&moment.millis().to_be_bytes());
                key.extend_from_slice(&nth.to_be_bytes());
            }
        }
    }

    /// The place with this key.
    pub(super) fn parse(key: &[u8]) -> Result<Self, Damaged> {
        let table = key.first().and_then(|number| TABLES.get(usize::from(*number).checked_sub(1)?));
        let hex = || format!("{:02x?}", &key[..key.len().min(32)]);
        let wrong = |table, why| Damaged { table, key: hex(), why };
        let Some((number, rest)) = key.split_first().filter(|_| table.is_some()) else {
            return Err(wrong("table", "there is no such table"));
        };
        let found = match number {
            1 => rest.is_empty().then_some(Self::Birth),
            2 => rest.is_empty().then_some(Self::Head),
            3 => rest.is_empty().then_some(Self::Policy),
            4 => small(rest).map(Self::Package),
            5 => text(rest).map(Self::Account),
            6 => text(rest).map(Self::Code),
            7 => small(rest).map(Self::Text),
            8 => small(rest).map(Self::Token),
            9 => small(rest).map(Self::Order),
            10 => small(rest).map(Self::Past),
            11 => pair(rest).map(|(order, nth)| Self::TopUp(order, nth)),
            12 => small(rest).map(Self::Polls),
            13 => small(rest).map(Self::Profile),
            14 => small(rest).map(Self::Mail),
            15 => small(rest).map(Self::Sim),
            16 => small(rest).map(Self::PlanOrder),
            17 => small(rest).map(Self::Sms),
            18 => large(rest).map(Self::SimEvent),
            _ => timer(rest),
        };
        found.ok_or_else(|| wrong(table.copied().unwrap_or_default(), "its key is not one of this table"))
    }
}

fn small(key: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(key.try_into().ok()?))
}

fn large(key: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(key.try_into().ok()?))
}

fn pair(key: &[u8]) -> Option<(u32, u32)> {
    let (first, second) = key.split_at_checked(4)?;
    Some((small(first)?, small(second)?))
}

fn timer(key: &[u8]) -> Option<Place> {
    let (moment, nth) = key.split_at_checked(8)?;
    let moment = i64::from_be_bytes(moment.try_into().ok()?);
    Some(Place::Timer(moment.try_into().ok()?, large(nth)?))
}

fn text(key: &[u8]) -> Option<String> {
    String::from_utf8(key.to_vec()).ok()
}
