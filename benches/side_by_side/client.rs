//! The client: keep-alive connections with one request in flight on each, turned by epoll.
//!
//! A client that costs more than the server would measure itself. So this one does two system calls for an
//! exchange (one read, one write), sends bytes that were encoded beforehand, looks at an answer no closer
//! than it must to tell a good one from a bad one, and need not be woken where it has a core of its own.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::{Timespec, epoll};
use rustix::io::Errno;

use crate::Outcome;
use crate::work::Work;

/// How long a server may leave all connections without an answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// More than any answer here takes, head and body.
const LONGEST_ANSWER: usize = 16 * 1024;

/// Connections to one server, and what is sent on them.
pub(crate) struct Client {
    requests: Vec<Vec<u8>>,
    good: &'static [u8],
    connections: Vec<Connection>,
    epoll: OwnedFd,
    events: Vec<epoll::Event>,
    /// Whether it looks again and again instead of sleeping, see [`Client::stay_awake`].
    is_awake: bool,
    waited: Duration,
}

struct Connection {
    stream: TcpStream,
    received: Box<[u8]>,
    filled: usize,
    /// Which request is sent next.
    next: usize,
    sent: Instant,
}

/// One whole, good answer.
#[derive(Clone, Copy)]
pub(crate) struct Answer<'a> {
    pub(crate) head: &'a str,
    pub(crate) body: &'a [u8],
    /// From when its request was handed to the socket until it was whole.
    pub(crate) took: Duration,
}

/// What a connection does once its answer is taken.
pub(crate) enum Next {
    Send,
    Rest,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr, connections: usize, work: &Work) -> Outcome<Self> {
        let client = Self {
            requests: work.requests(address),
            good: work.good.as_bytes(),
            connections: (0..connections).map(|at| Connection::open(address, at)).collect::<Outcome<_>>()?,
            epoll: epoll::create(epoll::CreateFlags::CLOEXEC)?,
            events: Vec::with_capacity(connections),
            is_awake: false,
            waited: Duration::ZERO,
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

    /// From now on it never sleeps. Whoever sends to a sleeping process has to wake it, which costs a server in a virtual machine
    /// microseconds a time, and the slower of two servers more often: it would be charged for what its client does. Asks for a
    /// core of its own.
    pub(crate) fn stay_awake(&mut self) {
        self.is_awake = true;
    }

    /// For how long nothing had arrived while it looked.
    pub(crate) fn waited(&self) -> Duration {
        self.waited
    }

    /// Sends a request on this many of the connections, where none is under way.
    pub(crate) fn send_on_first(&mut self, connections: usize) -> Outcome<()> {
        for connection in self.connections.iter_mut().take(connections) {
            connection.send(&self.requests)?;
        }
        Ok(())
    }

    /// Waits until something arrives, and hands over every answer that is whole by then together with the
    /// number of its connection.
    pub(crate) fn turn(&mut self, mut take: impl FnMut(usize, Answer<'_>) -> Outcome<Next>) -> Outcome<()> {
        self.wait()?;
        for event in &self.events {
            let index = usize::try_from(event.data.u64())?;
            let connection = &mut self.connections[index];
            if let Some(answer) = connection.receive(self.good)?
                && let Next::Send = take(index, answer)?
            {
                connection.send(&self.requests)?;
            }
        }
        Ok(())
    }

    /// Waits until there are events, and no longer than its patience.
    fn wait(&mut self) -> Outcome<()> {
        self.events.clear();
        let patience = Timespec::try_from(if self.is_awake { Duration::ZERO } else { PATIENCE })?;
        let mut since = None;
        loop {
            match epoll::wait(&self.epoll, spare_capacity(&mut self.events), Some(&patience)) {
                Ok(0) => {
                    let since = *since.get_or_insert_with(Instant::now);
                    if !self.is_awake || since.elapsed() > PATIENCE {
                        return Err(format!("no answer for {} s", PATIENCE.as_secs()).into());
                    }
                }
                Ok(_) => {
                    self.waited += since.map_or(Duration::ZERO, |since: Instant| since.elapsed());
                    return Ok(());
                }
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
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

impl Connection {
    fn open(address: SocketAddr, next: usize) -> Outcome<Self> {
        let stream = TcpStream::connect(address).map_err(|error| format!("could not connect: {error}"))?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Self { stream, received: vec![0; LONGEST_ANSWER].into(), filled: 0, next, sent: Instant::now() })
    }

    fn send(&mut self, requests: &[Vec<u8>]) -> Outcome<()> {
        let request = &requests[self.next % requests.len()];
        self.next += 1;
        self.sent = Instant::now();
        // Nothing else is under way on this connection, so the socket has room for all of it.
        match self.stream.write(request)? {
            sent if sent == request.len() => Ok(()),
            sent => Err(format!("the socket took {sent} of {} bytes", request.len()).into()),
        }
    }

    /// Reads what is there. The answer, if that makes it whole; the next one then starts over.
    fn receive(&mut self, good: &[u8]) -> Outcome<Option<Answer<'_>>> {
        match self.stream.read(&mut self.received[self.filled..]) {
            Ok(0) => return Err("the server closed a connection, or its answer has no end".into()),
            Ok(length) => self.filled += length,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(format!("a connection broke: {error}").into()),
        }
        let received = &self.received[..self.filled];
        let answer = whole(received, good, self.sent)
            .map_err(|error| format!("{error}. The answer was:\n\n{}", String::from_utf8_lossy(received)))?;
        if answer.is_some() {
            self.filled = 0;
        }
        Ok(answer)
    }
}

/// The one good answer in these bytes, or nothing if more of it has to come.
fn whole<'a>(received: &'a [u8], good: &[u8], sent: Instant) -> Outcome<Option<Answer<'a>>> {
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
    if !head.starts_with("HTTP/1.1 200 ") || !body.starts_with(good) {
        return Err("an order was not answered with success".into());
    }
    Ok(Some(Answer { head, body, took: sent.elapsed() }))
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
