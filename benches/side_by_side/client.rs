//! The client: keep-alive connections with one request in flight on each, turned by epoll.
//!
//! A client that costs more than the server would measure itself. So this one does two system calls for an
//! exchange (one read, one write), sends bytes that were encoded beforehand, and looks at an answer no closer
//! than it must to tell a good one from a bad one.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::buffer::spare_capacity;
use rustix::event::{Timespec, epoll};
use rustix::io::Errno;

use crate::Outcome;

/// How every good answer begins.
pub(crate) const GOOD_BODY: &[u8] = br#"{"code":0,"#;

const BODY: &str = concat!(
    r#"{"currency":"USD","currencyId":2,"deviceType":"10","discountFlag":0,"id":1000000,"money":5,"#,
    r#""packageCode":"LP20220325000000","packageNum":1,"partnerCode":"1000000005","periodNum":1,"#,
    r#""receive_qr_email":"test@test.com"}"#,
);

/// How long a server may leave all connections without an answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// More than any answer here takes, head and body.
const LONGEST_ANSWER: usize = 16 * 1024;

/// Connections to one server, and what is sent on them.
pub(crate) struct Client {
    request: Vec<u8>,
    connections: Vec<Connection>,
    epoll: OwnedFd,
    events: Vec<epoll::Event>,
}

struct Connection {
    stream: TcpStream,
    received: Box<[u8]>,
    filled: usize,
}

/// One whole, good answer.
#[derive(Clone, Copy)]
pub(crate) struct Answer<'a> {
    pub(crate) head: &'a str,
    pub(crate) body: &'a [u8],
}

/// What a connection does once its answer is taken.
pub(crate) enum Next {
    Send,
    Rest,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr, connections: usize) -> Outcome<Self> {
        let client = Self {
            request: request(address).into_bytes(),
            connections: (0..connections).map(|_| Connection::open(address)).collect::<Outcome<_>>()?,
            epoll: epoll::create(epoll::CreateFlags::CLOEXEC)?,
            events: Vec::with_capacity(connections),
        };
        // Told once for what arrives, not for as long as it lies there: that is cheaper, and one read always
        // takes all that is there.
        let arrival = epoll::EventFlags::IN | epoll::EventFlags::ET;
        for (index, connection) in client.connections.iter().enumerate() {
            let data = epoll::EventData::new_u64(index.try_into()?);
            epoll::add(&client.epoll, &connection.stream, data, arrival)?;
        }
        Ok(client)
    }

    /// Sends a request on this many of the connections, where none is under way.
    pub(crate) fn send_on_first(&mut self, connections: usize) -> Outcome<()> {
        for connection in self.connections.iter_mut().take(connections) {
            connection.send(&self.request)?;
        }
        Ok(())
    }

    /// Waits until something arrives, and hands over every answer that is whole by then together with the
    /// number of its connection.
    pub(crate) fn turn(&mut self, mut take: impl FnMut(usize, Answer<'_>) -> Outcome<Next>) -> Outcome<()> {
        self.events.clear();
        let patience = Timespec::try_from(PATIENCE)?;
        match epoll::wait(&self.epoll, spare_capacity(&mut self.events), Some(&patience)) {
            Ok(0) => return Err(format!("no answer for {} s", PATIENCE.as_secs()).into()),
            Ok(_) => {}
            Err(Errno::INTR) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        for event in &self.events {
            let index = usize::try_from(event.data.u64())?;
            let connection = &mut self.connections[index];
            if let Some(answer) = connection.receive()?
                && let Next::Send = take(index, answer)?
            {
                connection.send(&self.request)?;
            }
        }
        Ok(())
    }

    /// Asks once on the first connection, and waits for the answer.
    pub(crate) fn ask<T>(&mut self, mut read: impl FnMut(Answer<'_>) -> Outcome<T>) -> Outcome<T> {
        self.send_on_first(1)?;
        let mut result = None;
        while result.is_none() {
            self.turn(|_, answer| {
                result = Some(read(answer)?);
                Ok(Next::Rest)
            })?;
        }
        result.ok_or_else(|| "the loop ends with an answer".into())
    }
}

fn request(address: SocketAddr) -> String {
    format!(
        "POST /v1.2/package/preOrderPackage HTTP/1.1\r\n\
         Host: {address}\r\n\
         Content-Type: application/json\r\n\
         Accept-Language: \r\n\
         x-access-token: \r\n\
         Content-Length: {}\r\n\
         \r\n\
         {BODY}",
        BODY.len(),
    )
}

impl Connection {
    fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).map_err(|error| format!("could not connect: {error}"))?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Self { stream, received: vec![0; LONGEST_ANSWER].into(), filled: 0 })
    }

    fn send(&mut self, request: &[u8]) -> Outcome<()> {
        // Nothing else is under way on this connection, so the socket has room for all of it.
        match self.stream.write(request)? {
            sent if sent == request.len() => Ok(()),
            sent => Err(format!("the socket took {sent} of {} bytes", request.len()).into()),
        }
    }

    /// Reads what is there. The answer, if that makes it whole; the next one then starts over.
    fn receive(&mut self) -> Outcome<Option<Answer<'_>>> {
        match self.stream.read(&mut self.received[self.filled..]) {
            Ok(0) => return Err("the server closed a connection, or its answer has no end".into()),
            Ok(length) => self.filled += length,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(format!("a connection broke: {error}").into()),
        }
        let received = &self.received[..self.filled];
        let answer = whole(received)
            .map_err(|error| format!("{error}. The answer was:\n\n{}", String::from_utf8_lossy(received)))?;
        if answer.is_some() {
            self.filled = 0;
        }
        Ok(answer)
    }
}

/// The one good answer in these bytes, or nothing if more of it has to come.
fn whole(received: &[u8]) -> Outcome<Option<Answer<'_>>> {
    const GAP: &[u8] = b"\r\n\r\n";
    let Some(gap) = received.windows(GAP.len()).position(|bytes| bytes == GAP) else {
        return Ok(None);
    };
    let head = str::from_utf8(&received[..gap])?;
    let body = &received[gap + GAP.len()..];

    let length: usize = header(head, "content-length").ok_or("an answer came without its length")?.parse()?;
    if body.len() < length {
        return Ok(None);
    }
    if body.len() > length {
        return Err("more came than one answer".into());
    }
    if !head.starts_with("HTTP/1.1 200 ") || !body.starts_with(GOOD_BODY) {
        return Err("a pre-order was not answered with success".into());
    }
    Ok(Some(Answer { head, body }))
}

fn header<'a>(head: &'a str, wanted: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case(wanted).then_some(value.trim_ascii())
    })
}

impl<'a> Answer<'a> {
    pub(crate) fn content_type(&self) -> Option<&'a str> {
        header(self.head, "content-type")
    }
}
