//! How far an order of a plan has come, and the one table by which that moves.
//!
//! | act          | 0 not enabled | 1 in use | 2 paused | 3 ended | 4 cancelled |
//! |--------------|---------------|----------|----------|---------|-------------|
//! | enable       | 1             |          |          |         |             |
//! | cancel       | 4             |          |          |         |             |
//! | end early    |               | 3        | 3        |         |             |
//! | pause        |               | 2        |          |         |             |
//! | resume       |               |          | 1        |         |             |
//! | renew        | 0             | 1        |          |         |             |
//! | expire       |               | 3        | 3        |         |             |
//! | reduce       | 0             | 1        |          |         |             |
//! | download     |               | 1        |          |         |             |
//!
//! An empty cell is a refusal. Pausing does not stop the contract's clock.

use serde::{Deserialize, Serialize};

/// The vendor's `orderStatus`. Only 1 is printed; the others are read off a newer product of the vendor, 4 is ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Status {
    /// 0.
    NotEnabled,
    /// 1.
    InUse,
    /// 2.
    Paused,
    /// 3.
    Ended,
    /// 4.
    Cancelled,
}

/// What can be done to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// It starts.
    Enable,
    /// It never starts.
    Cancel,
    /// It is over before its time.
    EndEarly,
    /// It rests.
    Pause,
    /// It goes on.
    Resume,
    /// It gets more periods.
    Renew,
    /// Its time is over.
    Expire,
    /// It loses periods that have not begun.
    Reduce,
    /// Its SIM loads its IMSI once more.
    DownloadImsi,
}

/// Names of the statuses, by number: as our own surfaces have them.
const WORDS: [&str; 5] = ["notEnabled", "inUse", "paused", "ended", "cancelled"];

impl Status {
    /// All of them, by number.
    pub(crate) const ALL: [Self; 5] =
        [Self::NotEnabled, Self::InUse, Self::Paused, Self::Ended, Self::Cancelled];

    /// The vendor's number.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::NotEnabled => 0,
            Self::InUse => 1,
            Self::Paused => 2,
            Self::Ended => 3,
            Self::Cancelled => 4,
        }
    }

    /// The status with this number.
    pub(crate) fn of_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The word that our own surfaces use.
    pub(crate) fn word(self) -> &'static str {
        WORDS[usize::from(self.number())]
    }

    /// What an act makes of it; `None` if it cannot be done.
    pub(crate) fn after(self, act: Act) -> Option<Self> {
        match (act, self) {
            (Act::Enable, Self::NotEnabled) | (Act::Resume, Self::Paused) => Some(Self::InUse),
            (Act::Cancel, Self::NotEnabled) => Some(Self::Cancelled),
            (Act::EndEarly | Act::Expire, Self::InUse | Self::Paused) => Some(Self::Ended),
            (Act::Pause, Self::InUse) => Some(Self::Paused),
            (Act::Renew | Act::Reduce, Self::NotEnabled | Self::InUse) | (Act::DownloadImsi, Self::InUse) => {
                Some(self)
            }
            (
                Act::Enable
                | Act::Cancel
                | Act::EndEarly
                | Act::Pause
                | Act::Resume
                | Act::Renew
                | Act::Expire
                | Act::Reduce
                | Act::DownloadImsi,
                _,
            ) => None,
        }
    }
}

impl Act {
    /// The word that our own surfaces use.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Enable => "enable",
            Self::Cancel => "cancel",
            Self::EndEarly => "end early",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Renew => "renew",
            Self::Expire => "expire",
            Self::Reduce => "reduce",
            Self::DownloadImsi => "download the IMSI of",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_in_the_head_is_what_the_machine_does() {
        let acts = [
            Act::Enable,
            Act::Cancel,
            Act::EndEarly,
            Act::Pause,
            Act::Resume,
            Act::Renew,
            Act::Expire,
            Act::Reduce,
            Act::DownloadImsi,
        ];
        let cell = |act, status: Status| {
            status.after(act).map_or_else(|| "-".to_owned(), |next| next.number().to_string())
        };
        let rows: Vec<String> = acts
            .iter()
            .map(|act| {
                format!("{:20} {}", act.word(), Status::ALL.map(|status| cell(*act, status)).join(" "))
            })
            .collect();
        insta::assert_snapshot!(rows.join("\n"), @r"
        enable               1 - - - -
        cancel               4 - - - -
        end early            - 3 3 - -
        pause                - 2 - - -
        resume               - - 1 - -
        renew                0 1 - - -
        expire               - 3 3 - -
        reduce               0 1 - - -
        download the IMSI of - 1 - - -
        ");
    }
}
