//! A connection to a server, as a blocking client has one: what is said on it, and what comes back, whole or not.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

use crate::Outcome;

/// How long an answer may take that nothing holds back.
const PATIENCE: Duration = Duration::from_secs(30);
const GAP: &[u8] = b"\r\n\r\n";

/// A connection that is kept alive.
pub(crate) struct Line {
    address: SocketAddr,
    stream: TcpStream,
    patience: Duration,
    received: Vec<u8>,
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    /// Whether the server closes the connection after it.
    pub(crate) is_last: bool,
}

/// What came of a request.
pub(crate) enum Heard {
    Whole(Answer),
    /// The connection ended before an answer was whole.
    Ended,
    /// Nothing more came for as long as somebody was ready to wait.
    Silence,
}

impl Line {
    pub(crate) fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).map_err(|error| format!("could not connect: {error}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { address, stream, patience: PATIENCE, received: Vec::new() })
    }

    /// The bytes of a request.
    pub(crate) fn request(&self, method: &str, path: &str, headers: &str, body: &str) -> String {
        let Self { address, .. } = self;
        let length = body.len();
        format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n{headers}\
             Content-Length: {length}\r\n\r\n{body}"
        )
    }

    /// Sends bytes, whatever they are.
    pub(crate) fn say(&mut self, bytes: &[u8]) -> Outcome<()> {
        Ok(self.stream.write_all(bytes)?)
    }

    /// Waits for the next answer, so long.
    pub(crate) fn hear(&mut self, patience: Duration) -> Outcome<Heard> {
        if patience != self.patience {
            self.stream.set_read_timeout(Some(patience))?;
            self.patience = patience;
        }
        let mut piece = [0; 16 * 1024];
        loop {
            if let Some((answer, length)) = whole(&self.received)? {
                self.received.drain(..length);
                return Ok(Heard::Whole(answer));
            }
            match self.stream.read(&mut piece) {
                Ok(0) => return Ok(Heard::Ended),
                Ok(length) => self.received.extend_from_slice(&piece[..length]),
                Err(error) => match error.kind() {
                    ErrorKind::WouldBlock | ErrorKind::TimedOut => return Ok(Heard::Silence),
                    ErrorKind::Interrupted => {}
                    ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => return Ok(Heard::Ended),
                    _ => return Err(error.into()),
                },
            }
        }
    }

    /// The next answer, which has to come.
    pub(crate) fn answer(&mut self) -> Outcome<Answer> {
        match self.hear(PATIENCE)? {
            Heard::Whole(answer) => Ok(answer),
            Heard::Ended => Err("the connection ended in the place of an answer".into()),
            Heard::Silence => Err(format!("no answer for {} s", PATIENCE.as_secs()).into()),
        }
    }

    /// Asks the control surface for something that has to succeed.
    pub(crate) fn control(&mut self, method: &str, path: &str, body: &str) -> Outcome<Value> {
        let request = self.request(method, &format!("/__sandbox/{path}"), "", body);
        self.say(request.as_bytes())?;
        let answer = self.answer()?;
        if !(200..300).contains(&answer.status) {
            let text = String::from_utf8_lossy(&answer.body);
            return Err(format!("{method} {path} was answered {}: {text}", answer.status).into());
        }
        Ok(if answer.body.is_empty() { Value::Null } else { serde_json::from_slice(&answer.body)? })
    }
}

/// The first answer in these bytes and its length, if it is whole.
fn whole(received: &[u8]) -> Outcome<Option<(Answer, usize)>> {
    let Some(gap) = received.windows(GAP.len()).position(|bytes| bytes == GAP) else {
        return Ok(None);
    };
    let head = str::from_utf8(&received[..gap])?;
    let header = |wanted: &str| {
        head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case(wanted).then_some(value.trim_ascii())
        })
    };
    let status = head.get(9..12).ok_or_else(|| format!("no status in {head:?}"))?.parse()?;
    let length: usize = header("content-length").map_or(Ok(0), str::parse)?;
    let end = gap + GAP.len() + length;
    if received.len() < end {
        return Ok(None);
    }
    let body = received[gap + GAP.len()..end].to_vec();
    let is_last = header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
    Ok(Some((Answer { status, body, is_last }, end)))
}
