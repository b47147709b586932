//! Faults: what a rule orders, and what is done to a finished answer, on the wire, or to a mail.

use std::fmt;
use std::sync::Arc;

use super::file::{Corrupt, How, Malformed, ReleaseWord, WrongType};
use super::spread::Spread;
use crate::domain::moment::Span;

/// One fault. Those of answers happen in real time, those of mails on the session's clock.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fault {
    /// The whole answer, or the mail, comes so much later.
    Delay(Span),
    /// The same by chance: drawn before anybody is told of it.
    Spread(Arc<Spread>),
    /// The whole answer comes in pieces.
    Drip {
        /// Bytes of one piece.
        bytes: u32,
        /// The pause between two of them.
        every: Span,
    },
    /// The answer ends somewhere.
    Cut(At, How),
    /// Silence.
    Stall,
    /// The right length in the head, fewer bytes.
    Truncate(Part),
    /// A wrong length in the head.
    Length(Length),
    /// Half the body in chunks, then rubbish.
    ChunkGarbage,
    /// The body is no JSON.
    Malformed(Malformed),
    /// The body is of another shape.
    WrongType(WrongType),
    /// The call waited for others before it was carried out.
    Hold(Hold),
    /// The mail never arrives, and nobody is told.
    Lost,
    /// The recipient's server sends the mail back.
    Bounce,
    /// The callback is delivered so many times.
    Copies(u32),
    /// The callback's server cannot be reached for so long.
    Down(Span),
    /// The callback goes after the next one of its SIM.
    Reorder,
    /// The callback waits for no other one.
    Parallel,
    /// The callback is spoilt.
    Corrupt(Corrupt),
}

/// Calls that wait for each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hold {
    /// Until so many are here.
    pub until: u32,
    /// In which order they are carried out then.
    pub release: ReleaseWord,
    /// The longest that the first one waits.
    pub max: Span,
}

/// Where an answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// Behind its head.
    AfterHead,
    /// After so many bytes of all.
    Bytes(u32),
}

/// How much of a body arrives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Part {
    /// So many bytes.
    Bytes(u32),
    /// Such a part, from 0 to 1.
    Fraction(f64),
}

/// What the head says of the body's length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    /// 20 bytes too many: the client waits.
    TooBig,
    /// 20 bytes too few, then the end.
    TooSmall,
    /// 20 bytes too few, and the surplus spoils the next answer.
    TooSmallKeptOpen,
    /// Nothing.
    Missing,
}

/// How an answer ends for the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It is whole, and the connection goes on.
    Whole,
    /// The connection is reset.
    Reset,
    /// The connection ends in good order.
    End,
    /// Nothing ends: the client waits.
    Open,
}

impl Ending {
    /// All words, as `calls` expect them.
    pub(crate) const WORDS: [&str; 4] = ["whole", "reset", "end", "open"];

    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Reset => "reset",
            Self::End => "end",
            Self::Open => "open",
        }
    }
}

impl Fault {
    /// The names of all faults: what coverage counts against. An outage is none of them, but what happens in it.
    pub(crate) const NAMES: [&str; 17] = [
        "lost",
        "cut",
        "stall",
        "truncate",
        "length",
        "chunkGarbage",
        "malformedJson",
        "wrongType",
        "delay",
        "drip",
        "bounce",
        "copies",
        "down",
        "reorder",
        "parallel",
        "corrupt",
        "hold",
    ];

    /// Its name in the table.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Delay(_) | Self::Spread(_) => "delay",
            Self::Drip { .. } => "drip",
            Self::Cut(At::Bytes(0), How::Rst) | Self::Lost => "lost",
            Self::Cut(..) => "cut",
            Self::Stall => "stall",
            Self::Truncate(_) => "truncate",
            Self::Length(_) => "length",
            Self::ChunkGarbage => "chunkGarbage",
            Self::Malformed(_) => "malformedJson",
            Self::WrongType(_) => "wrongType",
            Self::Bounce => "bounce",
            Self::Copies(_) => "copies",
            Self::Down(_) => "down",
            Self::Reorder => "reorder",
            Self::Parallel => "parallel",
            Self::Corrupt(_) => "corrupt",
            Self::Hold(_) => "hold",
        }
    }

    /// How the answer ends for the client.
    pub(crate) fn ending(&self) -> Ending {
        match self {
            Self::Cut(_, How::Rst) => Ending::Reset,
            Self::Cut(_, How::Fin)
            | Self::Truncate(_)
            | Self::ChunkGarbage
            | Self::Length(Length::TooSmall | Length::Missing) => Ending::End,
            Self::Stall | Self::Length(Length::TooBig) => Ending::Open,
            Self::Length(Length::TooSmallKeptOpen)
            | Self::Delay(_)
            | Self::Spread(_)
            | Self::Drip { .. }
            | Self::Malformed(_)
            | Self::WrongType(_)
            | Self::Hold(_)
            | Self::Lost
            | Self::Bounce
            | Self::Copies(_)
            | Self::Down(_)
            | Self::Reorder
            | Self::Parallel
            | Self::Corrupt(_) => Ending::Whole,
        }
    }

    /// Whether it says where the answer ends: of these, only one can happen.
    pub(crate) fn is_an_end(&self) -> bool {
        self.ending() != Ending::Whole || matches!(self, Self::Length(_))
    }

    /// Whether it is performed on finished bytes.
    pub(crate) fn is_of_the_wire(&self) -> bool {
        self.is_an_end() || matches!(self, Self::Drip { .. })
    }

    /// Whether it keeps the answer back for a while.
    pub(crate) fn holds(&self) -> bool {
        self.ending() == Ending::Open || matches!(self, Self::Delay(_) | Self::Drip { .. })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delay(span) => write!(f, "delay {span}"),
            Self::Spread(_) => f.write_str("delay by chance"),
            Self::Drip { bytes, every } => write!(f, "{bytes} bytes every {every}"),
            Self::Cut(at, how) => {
                let how = if *how == How::Rst { "RST" } else { "FIN" };
                match at {
                    At::AfterHead => write!(f, "{how} after the head"),
                    At::Bytes(count) => write!(f, "{how} after {count} bytes"),
                }
            }
            Self::Stall => f.write_str("silence"),
            Self::Truncate(Part::Bytes(count)) => write!(f, "FIN after {count} bytes of the body"),
            Self::Truncate(Part::Fraction(part)) => write!(f, "FIN after {part} of the body"),
            Self::Length(Length::TooBig) => f.write_str("length 20 too big, then silence"),
            Self::Length(Length::TooSmall) => f.write_str("length 20 too small, then FIN"),
            Self::Length(Length::TooSmallKeptOpen) => f.write_str("length 20 too small, kept open"),
            Self::Length(Length::Missing) => f.write_str("no length, then FIN"),
            Self::ChunkGarbage => f.write_str("half the body in chunks, rubbish, FIN"),
            Self::Malformed(how) => write!(f, "no JSON: {}", malformed(*how)),
            Self::WrongType(how) => write!(f, "another shape: {}", wrong_type(*how)),
            Self::Hold(hold) => write!(f, "held until {} are here", hold.until),
            Self::Lost => f.write_str("lost"),
            Self::Bounce => f.write_str("bounce"),
            Self::Copies(copies) => write!(f, "{copies} copies"),
            Self::Down(span) => write!(f, "down for {span}"),
            Self::Reorder => f.write_str("reorder"),
            Self::Parallel => f.write_str("parallel"),
            Self::Corrupt(how) => write!(f, "corrupt {}", how.word()),
        }
    }
}

fn malformed(how: Malformed) -> &'static str {
    match how {
        Malformed::Cut => "cut",
        Malformed::ExtraComma => "extraComma",
        Malformed::WrongQuote => "wrongQuote",
        Malformed::TwoValues => "twoValues",
        Malformed::Bom => "bom",
        Malformed::BadUtf8 => "badUtf8",
    }
}

fn wrong_type(how: WrongType) -> &'static str {
    match how {
        WrongType::StringForNumber => "stringForNumber",
        WrongType::Null => "null",
        WrongType::MissingField => "missingField",
        WrongType::ExtraField => "extraField",
        WrongType::HtmlPage => "htmlPage",
        WrongType::ContentType => "contentType",
        WrongType::GzipFlag => "gzipFlag",
    }
}
