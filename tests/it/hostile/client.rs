//! A client that sends what it is told and never waits for ever.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use linksfield_sandbox::Sandbox;
use serde_json::Value;

use crate::support::{PRE_ORDER, documented};

/// Longer than anything may take, however slow the machine: who waits so long for a byte hangs.
const DEADLINE: Duration = Duration::from_mins(2);

/// A whole good call.
pub(super) fn good() -> Vec<u8> {
    let body = Value::Object(documented()).to_string();
    format!("POST {PRE_ORDER} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{body}", body.len())
        .into_bytes()
}

pub(super) struct Client {
    stream: TcpStream,
    unread: Vec<u8>,
}

impl Client {
    pub(super) fn connect(sandbox: &Sandbox) -> Self {
        Self::connect_to(sandbox.addresses()[0])
    }

    pub(super) fn connect_to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_read_timeout(Some(DEADLINE)).expect("a deadline");
        stream.set_write_timeout(Some(DEADLINE)).expect("a deadline");
        Self { stream, unread: Vec::new() }
    }

    /// Sends; a server that has closed already is no failure of the client's.
    pub(super) fn send(&mut self, bytes: &[u8]) {
        if let Err(error) = self.stream.write_all(bytes) {
            assert!(!is_late(error.kind()), "the server reads no more");
        }
    }

    pub(super) fn half_close(&self) {
        // The server may have closed already.
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// The next answer's status, with its business code if it has one; `None` at the end.
    pub(super) fn answer(&mut self) -> Option<String> {
        let (status, body) = self.whole_answer()?;
        let json = serde_json::from_slice::<Value>(&body).unwrap_or_default();
        Some(match &json["code"] {
            Value::Number(code) => format!("{status}:{code}"),
            _ => status.to_string(),
        })
    }

    /// The next answer's status and body; `None` at the end.
    pub(super) fn whole_answer(&mut self) -> Option<(u16, Vec<u8>)> {
        let end = loop {
            if let Some(end) = self.unread.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            if !self.more() {
                assert!(
                    self.unread.is_empty(),
                    "half an answer: {:?}",
                    String::from_utf8_lossy(&self.unread)
                );
                return None;
            }
        };
        let head = String::from_utf8(self.unread.drain(..end).collect()).expect("a head").to_lowercase();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.map_or(0, |length| length.parse().expect("a length"));
        while self.unread.len() < length {
            if !self.more() {
                return None;
            }
        }
        Some((status, self.unread.drain(..length).collect()))
    }

    /// How many bytes come until the end.
    pub(super) fn rest(&mut self) -> usize {
        while self.more() {}
        std::mem::take(&mut self.unread).len()
    }

    fn more(&mut self) -> bool {
        let mut piece = [0; 16 << 10];
        match self.stream.read(&mut piece) {
            Ok(count) => {
                self.unread.extend_from_slice(&piece[..count]);
                count > 0
            }
            Err(error) => {
                assert!(!is_late(error.kind()), "nothing came for {DEADLINE:?}: the server hangs");
                // A reset is an end as well.
                false
            }
        }
    }
}

fn is_late(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut)
}
