//! What no good client sends: each has to be answered, and never by an error of ours.

use std::time::Duration;

use crate::client::Client;
use crate::line::{Answer, Heard, Line};
use crate::{Outcome, pre_order};

const PATIENCE: Duration = Duration::from_secs(10);
/// More than a body may have.
const TOO_LONG: usize = 1_100_000;

/// What has to come of it.
enum Wanted {
    /// A status of these.
    Status(&'static [u16]),
    /// A refusal of the vendor's, or of these.
    Refusal(&'static [u16]),
}

/// So many of them.
const CASES: usize = 17;

pub(crate) fn send(client: &mut Client<'_>, session: usize) -> Outcome<()> {
    let (path, number) = (client.path(session, pre_order::PATH), client.dice.below(CASES));
    let (bytes, wanted) = case(client.line()?, &path, number);
    // A connection of its own now and then, which is left in the middle.
    if client.dice.below(4) == 0 {
        let mut line = Line::open(client.address)?;
        line.say(&bytes[..bytes.len() / 2])?;
        return Ok(());
    }
    let line = client.line()?;
    line.say(&bytes)?;
    let heard = line.hear(PATIENCE)?;
    let is_well = match (&heard, &wanted) {
        (Heard::Whole(answer), Wanted::Status(statuses)) => statuses.contains(&answer.status),
        (Heard::Whole(answer), Wanted::Refusal(statuses)) => {
            statuses.contains(&answer.status)
                || answer.status == 200 && !answer.body.starts_with(pre_order::GOOD.as_bytes())
        }
        (Heard::Ended | Heard::Silence, _) => false,
    };
    let is_kept = matches!(heard, Heard::Whole(Answer { is_last: false, status: 200, .. }));
    if !is_kept {
        client.hang_up();
    }
    if is_well {
        return Ok(());
    }
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(80)]).into_owned();
    Err(match heard {
        Heard::Whole(answer) => {
            format!("{start:?} was answered {}: {}", answer.status, String::from_utf8_lossy(&answer.body))
        }
        Heard::Ended => format!("{start:?} was not answered"),
        Heard::Silence => format!("{start:?} was met by silence"),
    }
    .into())
}

/// The bytes of one, and what has to come of them.
fn case(line: &Line, path: &str, number: usize) -> (Vec<u8>, Wanted) {
    use Wanted::{Refusal, Status};
    let order = |body: &str| line.request("POST", path, pre_order::HEADERS, body).into_bytes();
    let plain =
        |method: &str, path: &str, headers: &str| line.request(method, path, headers, "").into_bytes();
    match number {
        0 => (order("{"), Refusal(&[400])),
        1 => (order(&"[".repeat(2_000)), Refusal(&[400])),
        2 => (order(r#"{"id":"\ud800","periodNum":1e999}"#), Refusal(&[400])),
        3 => (order(r#"{"id":[],"packageCode":{},"partnerCode":null}"#), Refusal(&[400])),
        4 => (order(&"9".repeat(10_000)), Refusal(&[400])),
        5 => (order(&" ".repeat(TOO_LONG)), Status(&[413])),
        6 => (plain("POST", path, "Content-Encoding: gzip\r\n"), Refusal(&[400, 415])),
        7 => (plain("GET", "/nowhere/at/all", ""), Status(&[404])),
        8 => (plain("DELETE", path, ""), Status(&[405])),
        9 => (plain("GET", &format!("/{}", "x".repeat(20_000)), ""), Status(&[414])),
        10 => (plain("GET", "/", &format!("X-Long: {}\r\n", "x".repeat(70_000))), Status(&[431])),
        11 => (plain("GET", "/__sandbox/no-such-thing", ""), Status(&[404])),
        12 => (plain("GET", "/__sandbox/sessions", "Origin: http://evil.example\r\n"), Status(&[403])),
        13 => (plain("PUT", "/__sandbox/sessions/default/clock", ""), Status(&[400])),
        14 => (b"NONSENSE\r\n\r\n".to_vec(), Status(&[400])),
        15 => (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".to_vec(), Status(&[400])),
        _ => (
            b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n".to_vec(),
            Status(&[400]),
        ),
    }
}
