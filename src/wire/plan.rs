//! From a finished answer and its faults to the steps that a stream plays. Pure: no socket, no time.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;

use crate::scenario::fault::{At, Fault, Length, Part};
use crate::scenario::file::How;

/// What the stream does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Writes these bytes.
    Write(Bytes),
    /// Does nothing for so long.
    Pause(Duration),
    /// Stays silent, until the client leaves or a limit is over.
    Hold,
    /// Ends the connection in good order.
    Fin,
    /// Resets the connection, once what was written has been delivered.
    Reset,
}

/// By how much a wrong length is wrong.
const OFF: usize = 20;

/// The steps of an answer: everything that hyper wrote for it, its faults applied in their order.
pub(super) fn plan(faults: &[Fault], written: &Bytes) -> VecDeque<Step> {
    let (interim, answer) = written.split_at(interim_length(written));
    let head_length = head_length(answer);
    let (head, body) = answer.split_at(head_length);
    let (mut head, mut body) = (head.to_vec(), body.to_vec());
    let mut end = None;
    let mut shown = usize::MAX;
    let mut drip = None;
    for fault in faults {
        match fault {
            Fault::Drip { bytes, every } => {
                let size = usize::try_from(*bytes).unwrap_or(usize::MAX).max(1);
                drip = Some((size, Duration::from_millis(every.millis())));
            }
            Fault::Cut(at, how) => {
                shown = match at {
                    At::AfterHead => head.len(),
                    At::Bytes(count) => usize::try_from(*count).unwrap_or(usize::MAX),
                };
                end = Some(if *how == How::Rst { Step::Reset } else { Step::Fin });
            }
            Fault::Stall => {
                shown = 0;
                end = Some(Step::Hold);
            }
            Fault::Truncate(part) => {
                body.truncate(part_of(*part, body.len()));
                end = Some(Step::Fin);
            }
            Fault::Length(length) => {
                let said = match length {
                    Length::TooBig => Some(body.len() + OFF),
                    Length::TooSmall | Length::TooSmallKeptOpen => Some(body.len().saturating_sub(OFF)),
                    Length::Missing => None,
                };
                head = with_length(&head, said.map(|said| format!("content-length: {said}")).as_deref());
                end = match length {
                    Length::TooBig => Some(Step::Hold),
                    Length::TooSmall | Length::Missing => Some(Step::Fin),
                    Length::TooSmallKeptOpen => None,
                };
            }
            Fault::ChunkGarbage => {
                head = with_length(&head, Some("transfer-encoding: chunked"));
                let half = &body[..body.len() / 2];
                // A chunk without bytes would be the last one, and the answer whole.
                let chunk = if half.is_empty() { Vec::new() } else { chunk(half) };
                body = [&chunk[..], b"zz\r\n"].concat();
                end = Some(Step::Fin);
            }
            // These have happened: before the answer was recorded, before it was written, or to a mail.
            Fault::Delay(_)
            | Fault::Spread(_)
            | Fault::Malformed(_)
            | Fault::WrongType(_)
            | Fault::Hold(_)
            | Fault::Lost
            | Fault::Bounce
            | Fault::Copies(_)
            | Fault::Down(_)
            | Fault::Reorder
            | Fault::Parallel
            | Fault::Corrupt(_) => {}
        }
    }
    let mut all = [head, body].concat();
    all.truncate(shown);
    let mut steps = VecDeque::new();
    if !interim.is_empty() {
        steps.push_back(Step::Write(Bytes::copy_from_slice(interim)));
    }
    match drip {
        None if all.is_empty() => {}
        None => steps.push_back(Step::Write(Bytes::from(all))),
        Some((size, every)) => {
            for (at, piece) in all.chunks(size).enumerate() {
                if at > 0 {
                    steps.push_back(Step::Pause(every));
                }
                steps.push_back(Step::Write(Bytes::copy_from_slice(piece)));
            }
        }
    }
    steps.extend(end);
    steps
}

/// How many bytes of interim answers (`100 Continue`) stand in front: hyper writes them into the same buffer.
fn interim_length(written: &[u8]) -> usize {
    let mut length = 0;
    while written[length..].starts_with(b"HTTP/1.1 100 ") {
        length += head_length(&written[length..]);
    }
    length
}

/// The length of a head, its empty line included.
fn head_length(answer: &[u8]) -> usize {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n");
    end.map_or(answer.len(), |end| end + 4)
}

/// The head with another line in the place of its `content-length`, or with none.
fn with_length(head: &[u8], line: Option<&str>) -> Vec<u8> {
    let is_length =
        |line: &[u8]| line.get(..15).is_some_and(|start| start.eq_ignore_ascii_case(b"content-length:"));
    let mut changed = Vec::with_capacity(head.len() + OFF);
    for old in head.split_inclusive(|byte| *byte == b'\n') {
        match line {
            _ if !is_length(old) => changed.extend_from_slice(old),
            Some(line) => {
                changed.extend_from_slice(line.as_bytes());
                changed.extend_from_slice(b"\r\n");
            }
            None => {}
        }
    }
    changed
}

fn chunk(bytes: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

fn part_of(part: Part, whole: usize) -> usize {
    match part {
        Part::Bytes(count) => usize::try_from(count).unwrap_or(usize::MAX),
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a part of a body that is at most some megabytes"
        )]
        Part::Fraction(part) => (whole as f64 * part) as usize,
    }
}
