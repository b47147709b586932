//! The planner by itself: each fault, and faults together.

use std::time::Duration;

use bytes::Bytes;

use super::plan::{Step, plan};
use crate::domain::moment::Span;
use crate::scenario::fault::{At, Fault, Length, Part};
use crate::scenario::file::How;

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: x\r\nContent-Length: 30\r\ndate: y\r\n\r\n";
const BODY: &str = "012345678901234567890123456789";

fn steps(faults: &[Fault]) -> Vec<Step> {
    plan(faults, &Bytes::from(format!("{HEAD}{BODY}"))).into()
}

fn write(text: &str) -> Step {
    Step::Write(Bytes::from(text.to_owned()))
}

#[test]
fn a_cut_counts_from_the_first_byte_of_the_head() {
    let whole = format!("{HEAD}{BODY}");
    assert_eq!(steps(&[Fault::Cut(At::Bytes(0), How::Rst)]), [Step::Reset]);
    assert_eq!(steps(&[Fault::Cut(At::Bytes(40), How::Fin)]), [write(&whole[..40]), Step::Fin]);
    assert_eq!(steps(&[Fault::Cut(At::AfterHead, How::Rst)]), [write(HEAD), Step::Reset]);
    assert_eq!(steps(&[Fault::Cut(At::Bytes(u32::MAX), How::Rst)]), [write(&whole), Step::Reset]);
}

#[test]
fn interim_answers_are_not_counted() {
    let interim = "HTTP/1.1 100 Continue\r\n\r\n";
    let written = Bytes::from(format!("{interim}{HEAD}{BODY}"));
    let steps: Vec<Step> = plan(&[Fault::Cut(At::Bytes(10), How::Fin)], &written).into();
    assert_eq!(steps, [write(interim), write(&HEAD[..10]), Step::Fin]);
}

#[test]
fn lengths_lie_in_the_head_and_nowhere_else() {
    let with = |line: &str| format!("{}{BODY}", HEAD.replace("Content-Length: 30\r\n", line));
    let length = |length| steps(&[Fault::Length(length)]);
    assert_eq!(length(Length::TooBig), [write(&with("content-length: 50\r\n")), Step::Hold]);
    assert_eq!(length(Length::TooSmall), [write(&with("content-length: 10\r\n")), Step::Fin]);
    assert_eq!(length(Length::TooSmallKeptOpen), [write(&with("content-length: 10\r\n"))]);
    assert_eq!(length(Length::Missing), [write(&with("")), Step::Fin]);
}

#[test]
fn an_answer_without_a_body_gets_none_by_a_fault() {
    let bare = "HTTP/1.1 204 No Content\r\n\r\n";
    for (fault, sent) in [
        (Fault::Truncate(Part::Bytes(9)), bare),
        (Fault::Truncate(Part::Fraction(0.5)), bare),
        (Fault::Cut(At::AfterHead, How::Fin), bare),
        (Fault::Length(Length::TooSmall), bare),
        (Fault::ChunkGarbage, "HTTP/1.1 204 No Content\r\n\r\nzz\r\n"),
    ] {
        let steps: Vec<Step> =
            plan(std::slice::from_ref(&fault), &Bytes::from_static(bare.as_bytes())).into();
        assert_eq!(steps, [write(sent), Step::Fin], "{fault}");
    }
}

#[test]
fn a_drip_goes_with_any_end() {
    let drip = Fault::Drip { bytes: 60, every: Span::parse("20ms").unwrap_or_default() };
    let pause = Step::Pause(Duration::from_millis(20));
    let whole = format!("{HEAD}{BODY}");
    assert_eq!(steps(std::slice::from_ref(&drip)), [write(&whole[..60]), pause.clone(), write(&whole[60..])]);
    let sent = &whole[..whole.len() - 25];
    for both in [[drip.clone(), Fault::Truncate(Part::Bytes(5))], [Fault::Truncate(Part::Bytes(5)), drip]] {
        assert_eq!(steps(&both), [write(&sent[..60]), pause.clone(), write(&sent[60..]), Step::Fin]);
    }
}

#[test]
fn chunks_break_in_the_middle() {
    let head = HEAD.replace("Content-Length: 30", "transfer-encoding: chunked");
    let sent = format!("{head}f\r\n{}\r\nzz\r\n", &BODY[..15]);
    assert_eq!(steps(&[Fault::ChunkGarbage]), [write(&sent), Step::Fin]);
}
