//! How far an order has come: the state machine of its payment, written as one table.
//!
//! | stage      | report: succeeded      | report: failed  | the limit passes   | the payment settles |
//! |------------|------------------------|-----------------|--------------------|---------------------|
//! | reserved   | settling, or paid      | failed          | timed out          |                     |
//! | settling   | same                   | contrary        |                    | paid                |
//! | paid       | same                   | contrary        |                    |                     |
//! | failed     | contrary (1)           | same            | (1)                |                     |
//! | timed out  | late                   | late            |                    |                     |
//!
//! (1) With the setting `payAfterFailure` a failed order keeps its profile until the limit, may be paid after all, and times
//! out like a reserved one.

use serde::{Deserialize, Serialize};

use super::moment::Moment;

/// The steps that an order can take from one stage to another, by their words: all of them, in the order of its life.
pub(crate) const EDGES: [(&str, &str); 8] = [
    ("waiting", "paid"),
    ("waiting", "settling"),
    ("waiting", "failed"),
    ("waiting", "timedOut"),
    ("settling", "paid"),
    ("failed", "paid"),
    ("failed", "settling"),
    ("failed", "timedOut"),
];

/// The words of all stages, as [`Stage::word`] has them.
pub(crate) const STAGES: [&str; 5] = ["waiting", "settling", "paid", "failed", "timedOut"];

/// How far an order has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    /// Pre-ordered: its profile is reserved, nobody has reported a payment.
    Reserved,
    /// Paid, but polls do not show it yet.
    Settling {
        /// When the payment was reported.
        paid: Moment,
        /// What they wait for.
        until: Settle,
    },
    /// Paid: its profile is assigned for good.
    Paid {
        /// When the payment was reported.
        paid: Moment,
    },
    /// A payment that did not succeed was reported.
    Failed {
        /// When.
        at: Moment,
        /// What became of its profile.
        profile: Reservation,
    },
    /// The limit passed before anybody reported anything; its profile is free again.
    TimedOut {
        /// When the limit was over.
        at: Moment,
    },
}

/// What a paid order waits for until polls show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Settle {
    /// A moment, for which a timer runs.
    Time,
    /// So many more polls.
    Polls(u32),
}

/// What became of a failed order's profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Reservation {
    /// It is kept for another try.
    Kept,
    /// It is free again.
    Released,
}

/// What a payment notification reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Report {
    /// The payment succeeded.
    Succeeded,
    /// It did not.
    Failed,
}

/// What a report means for an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// It is to be paid.
    Pay,
    /// It has failed.
    Fail,
    /// It says what is known already: the same answer again, and nothing happens twice.
    Same,
    /// It contradicts what is final.
    Contrary,
    /// It comes after the limit.
    Late,
}

/// Whether an order whose payment failed can still be paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum AfterFailure {
    /// A new pre-order is needed: what the flow's text says.
    OrderAgain,
    /// The same order can be paid: what the flow's picture shows.
    PayOn,
}

/// The vendor's four payment statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PayStatus {
    /// 0: waiting for the transaction.
    Waiting,
    /// 1: complete.
    Complete,
    /// 2: not successful.
    Failed,
    /// 3: cancelled. That an order which timed out shows this is ours.
    Cancelled,
}

impl Stage {
    /// What a report means now.
    #[expect(clippy::match_same_arms, reason = "an arm is a row of the table above, cell by cell")]
    pub(crate) fn meaning(self, report: Report, after_failure: AfterFailure) -> Meaning {
        match (self, report, after_failure) {
            (Self::Reserved, Report::Succeeded, _) => Meaning::Pay,
            (Self::Reserved, Report::Failed, _) => Meaning::Fail,
            (Self::Settling { .. } | Self::Paid { .. }, Report::Succeeded, _) => Meaning::Same,
            (Self::Settling { .. } | Self::Paid { .. }, Report::Failed, _) => Meaning::Contrary,
            (Self::Failed { .. }, Report::Failed, _) => Meaning::Same,
            (Self::Failed { .. }, Report::Succeeded, AfterFailure::OrderAgain) => Meaning::Contrary,
            (Self::Failed { .. }, Report::Succeeded, AfterFailure::PayOn) => Meaning::Pay,
            (Self::TimedOut { .. }, _, _) => Meaning::Late,
        }
    }

    /// Whether the limit still runs.
    pub(crate) fn is_open(self) -> bool {
        match self {
            Self::Reserved | Self::Failed { profile: Reservation::Kept, .. } => true,
            Self::Settling { .. }
            | Self::Paid { .. }
            | Self::Failed { profile: Reservation::Released, .. }
            | Self::TimedOut { .. } => false,
        }
    }

    /// Whether it has been paid, shown or not.
    pub(crate) fn is_paid(self) -> bool {
        matches!(self, Self::Settling { .. } | Self::Paid { .. })
    }

    /// What a poll shows.
    pub(crate) fn pay_status(self) -> PayStatus {
        match self {
            Self::Reserved | Self::Settling { .. } => PayStatus::Waiting,
            Self::Paid { .. } => PayStatus::Complete,
            Self::Failed { .. } => PayStatus::Failed,
            Self::TimedOut { .. } => PayStatus::Cancelled,
        }
    }

    /// The word that our own surfaces use.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Reserved => "waiting",
            Self::Settling { .. } => "settling",
            Self::Paid { .. } => "paid",
            Self::Failed { .. } => "failed",
            Self::TimedOut { .. } => "timedOut",
        }
    }

    /// The place in [`EDGES`] of the step to another stage; `None` if it stays what it is.
    pub(crate) fn edge_to(self, other: Self) -> Option<usize> {
        let edge = (self.word(), other.word());
        EDGES.iter().position(|known| *known == edge)
    }

    /// When it came to this stage; `None` is when the order was made.
    pub(crate) fn since(self) -> Option<Moment> {
        match self {
            Self::Reserved => None,
            Self::Settling { paid, .. } | Self::Paid { paid } => Some(paid),
            Self::Failed { at, .. } | Self::TimedOut { at } => Some(at),
        }
    }
}

impl PayStatus {
    /// The vendor's number.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Waiting => 0,
            Self::Complete => 1,
            Self::Failed => 2,
            Self::Cancelled => 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_in_the_head_is_what_the_machine_does() {
        let at = Moment::EPOCH;
        let stages = [
            Stage::Reserved,
            Stage::Settling { paid: at, until: Settle::Polls(1) },
            Stage::Paid { paid: at },
            Stage::Failed { at, profile: Reservation::Released },
            Stage::TimedOut { at },
        ];
        assert_eq!(stages.map(Stage::word), STAGES);
        let row = |stage: &Stage, after| {
            let [good, bad] = [Report::Succeeded, Report::Failed].map(|report| stage.meaning(report, after));
            format!("{:9} {good:?} {bad:?}", stage.word())
        };
        let table: Vec<String> = stages.iter().map(|stage| row(stage, AfterFailure::OrderAgain)).collect();
        insta::assert_snapshot!(table.join("\n"), @r"
        waiting   Pay Fail
        settling  Same Contrary
        paid      Same Contrary
        failed    Contrary Same
        timedOut  Late Late
        ");
        assert_eq!(row(&stages[3], AfterFailure::PayOn), "failed    Pay Same");
    }
}
