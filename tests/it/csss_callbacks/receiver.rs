//! A partner's server: takes what the sandbox posts, and answers as it is told.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver as Channel, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

/// Longer than anything here takes; only a broken build waits for it.
const LONG: Duration = Duration::from_secs(30);

/// What was posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Posted {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Posted {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {:?}", self.body))
    }
}

/// Listens on a free port of 127.0.0.1 until the test is over.
pub(crate) struct Receiver {
    pub(crate) port: u16,
    posted: Channel<Posted>,
    answer: Arc<Mutex<String>>,
}

impl Receiver {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (sender, posted) = channel();
        let answer = Arc::new(Mutex::new("200 OK".to_owned()));
        let said = Arc::clone(&answer);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (sender, said) = (sender.clone(), Arc::clone(&said));
                std::thread::spawn(move || take(&stream.expect("a connection"), &sender, &said));
            }
        });
        Self { port, posted, answer }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    /// From now on it answers this: `503 Busy`, perhaps with headers behind line ends.
    pub(crate) fn answers(&self, status: &str) {
        status.clone_into(&mut self.answer.lock().expect("a lock"));
    }

    /// The next one.
    pub(crate) fn next(&self) -> Posted {
        self.posted.recv_timeout(LONG).expect("a callback")
    }

    /// What has come and was not looked at.
    pub(crate) fn rest(&self) -> Vec<Posted> {
        self.posted.try_iter().collect()
    }
}

fn take(stream: &TcpStream, sender: &Sender<Posted>, answer: &Mutex<String>) {
    stream.set_read_timeout(Some(LONG)).expect("a time-out");
    let mut reader = BufReader::new(stream);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        head.push(line);
    }
    let headers: Vec<(String, String)> = head[1..]
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length").map_or("0", |(_, value)| value);
    let length: u64 = length.parse().expect("a length");
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body).expect("a body");
    let body = String::from_utf8(body).expect("UTF-8");
    let text = answer.lock().expect("a lock").clone();
    // Noted before it is answered: what comes behind it comes after it here as well.
    let _ = sender.send(Posted { line: head[0].clone(), headers, body });
    let _ = (&mut &*stream).write_all(format!("HTTP/1.1 {text}\r\nContent-Length: 4\r\n\r\nseen").as_bytes());
}
