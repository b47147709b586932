//! A partner's server: it takes every callback, and counts.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::Outcome;

/// It listens until the process ends.
pub(crate) struct Receiver {
    pub(crate) url: String,
    taken: Arc<AtomicU64>,
}

impl Receiver {
    pub(crate) fn start() -> Outcome<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let url = format!("http://{}/", listener.local_addr()?);
        let taken = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&taken);
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                if take(&mut stream).is_some() {
                    count.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        Ok(Self { url, taken })
    }

    pub(crate) fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }
}

/// One callback, whole, and its answer. What was cut off by a reset of its session is none.
fn take(stream: &mut TcpStream) -> Option<()> {
    let (mut received, mut piece) = (Vec::new(), [0; 8192]);
    loop {
        let length = stream.read(&mut piece).ok().filter(|length| *length > 0)?;
        received.extend_from_slice(&piece[..length]);
        let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&received[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        if received.len() >= end + 4 + length.unwrap_or(0usize) {
            return stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .ok();
        }
    }
}
