//! A listener in front of a sandbox that passes everything on and keeps what clients send, byte for byte, connection by connection.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// Passes on for as long as it lives.
pub(super) struct Tap {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Vec<u8>>>>,
    is_over: Arc<AtomicBool>,
}

/// A request as it was sent.
pub(super) struct Request {
    pub(super) line: String,
    /// Names in their own letters, values without the white space around them.
    pub(super) headers: Vec<(String, String)>,
}

impl Tap {
    pub(super) fn before(sandbox: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (seen, is_over) = (Arc::<Mutex<Vec<Vec<u8>>>>::default(), Arc::<AtomicBool>::default());
        let (kept, ends) = (Arc::clone(&seen), Arc::clone(&is_over));
        std::thread::spawn(move || {
            for client in listener.incoming() {
                if ends.load(Ordering::SeqCst) {
                    break;
                }
                let (client, server) = (client.expect("a client"), TcpStream::connect(sandbox));
                let server = server.expect("the sandbox listens");
                let mut all = kept.lock().expect("a list");
                let (at, kept) = (all.len(), Arc::clone(&kept));
                all.push(Vec::new());
                let back = (server.try_clone().expect("a handle"), client.try_clone().expect("a handle"));
                std::thread::spawn(move || pass(back.0, back.1, |_| {}));
                std::thread::spawn(move || {
                    pass(client, server, |piece| kept.lock().expect("a list")[at].extend_from_slice(piece));
                });
            }
        });
        Self { address, seen, is_over }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was sent so far, a list for each connection that was used.
    pub(super) fn requests(&self) -> Vec<Vec<Request>> {
        let seen = self.seen.lock().expect("a list");
        seen.iter().filter(|bytes| !bytes.is_empty()).map(|bytes| requests(bytes)).collect()
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // Whoever accepts has to look.
        let _ = TcpStream::connect(self.address);
    }
}

/// From one end to the other, until it ends.
fn pass(mut from: TcpStream, mut to: TcpStream, mut keep: impl FnMut(&[u8])) {
    let mut piece = [0; 16_384];
    while let Ok(count @ 1..) = from.read(&mut piece) {
        keep(&piece[..count]);
        if to.write_all(&piece[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

/// The requests of a connection. A body is as long as its head says.
fn requests(bytes: &[u8]) -> Vec<Request> {
    let text = String::from_utf8_lossy(bytes);
    let (mut rest, mut found) = (&*text, Vec::new());
    while let Some((head, after)) = rest.split_once("\r\n\r\n") {
        let mut lines = head.split("\r\n");
        let line = lines.next().unwrap_or_default().to_owned();
        let headers: Vec<(String, String)> = lines
            .map(|line| line.split_once(':').unwrap_or((line, "")))
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            .collect();
        let of = |wanted: &str| headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        rest = match of("content-length") {
            Some((_, length)) => after.get(length.parse().expect("a length")..).unwrap_or_default(),
            None if of("transfer-encoding").is_some() => {
                after.split_once("0\r\n\r\n").map_or("", |(_, rest)| rest)
            }
            None => after,
        };
        found.push(Request { line, headers });
    }
    found
}
