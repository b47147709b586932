//! One try of a callback over HTTP/1.1: a POST on a connection of its own, the answer's status and the beginning of its body.
//! No redirects are followed, no proxy variables are read.

use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::target::{Bench, Host, Target, judge, judge_address, read};
use crate::domain::moment::Moment;
use crate::session::callbacks::outlet::{Outcome, Parcel};
use crate::session::clock::real_now;

/// How long a try may take in all, in real time.
pub(super) const TIME: Duration = Duration::from_secs(5);
/// Most of an answer that is read.
const MOST_READ: usize = 64 << 10;
/// Most of an answer's body that is kept.
const MOST_KEPT: usize = 1 << 10;

/// Posts it. What is in the way is told in words.
pub(super) fn post(parcel: &Parcel, bench: Bench<'_>, time: Duration) -> Outcome {
    match exchange(parcel, bench, time) {
        Ok(outcome) => outcome,
        Err(why) => Outcome::Failed(why),
    }
}

fn exchange(parcel: &Parcel, bench: Bench<'_>, time: Duration) -> Result<Outcome, String> {
    let limit = Limit::of(time);
    let target = read(&parcel.target).map_err(|refused| refused.to_string())?;
    judge(&target, bench).map_err(|refused| refused.to_string())?;
    let mut stream = connect(&addresses(&target, bench)?, limit)?;
    // The epoch may have ended while this waited.
    if parcel.is_over.load(Ordering::Acquire) {
        return Err("the session began anew".to_owned());
    }
    let told = |error: &std::io::Error| match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => format!("no whole answer within {time:?}"),
        _ => format!("{}: {error}", target.authority),
    };
    send(&mut stream, parcel, &target, limit).map_err(|error| told(&error))?;
    let answer = receive(&mut stream, limit).map_err(|error| told(&error))?;
    understand(&answer).ok_or_else(|| {
        if answer.is_empty() {
            format!("{} closed the connection without an answer", target.authority)
        } else {
            format!("{} answered something that is no HTTP", target.authority)
        }
    })
}

/// Until when it may take.
#[derive(Clone, Copy)]
struct Limit(Moment);

impl Limit {
    fn of(time: Duration) -> Self {
        let millis = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        Self(Moment::from_millis(real_now().millis().saturating_add(millis)))
    }

    /// What is left of it.
    fn left(self) -> std::io::Result<Duration> {
        match u64::try_from(self.0.millis() - real_now().millis()) {
            Ok(millis) if millis > 0 => Ok(Duration::from_millis(millis)),
            _ => Err(ErrorKind::TimedOut.into()),
        }
    }
}

/// What the host comes to, asked once; one bad address spoils them all.
fn addresses(target: &Target, bench: Bench<'_>) -> Result<Vec<SocketAddr>, String> {
    let found: Vec<IpAddr> = match &target.host {
        Host::Address(address) => vec![*address],
        Host::Localhost => vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
        Host::Name(name) => {
            let found = (name.as_str(), target.port).to_socket_addrs();
            let found = found.map_err(|error| format!("nobody knows where {name} is: {error}"))?;
            found.map(|address| address.ip()).collect()
        }
    };
    for address in &found {
        judge_address(*address, target, bench).map_err(|refused| refused.to_string())?;
    }
    Ok(found.into_iter().map(|address| (address.to_canonical(), target.port).into()).collect())
}

fn connect(addresses: &[SocketAddr], limit: Limit) -> Result<TcpStream, String> {
    let mut why = "it has no address".to_owned();
    for address in addresses {
        let connected = limit.left().and_then(|left| TcpStream::connect_timeout(address, left));
        match connected {
            Ok(stream) => return Ok(stream),
            Err(error) => {
                why = format!("cannot connect to {address}: {error}. Is your server listening there?");
            }
        }
    }
    Err(why)
}

fn send(stream: &mut TcpStream, parcel: &Parcel, target: &Target, limit: Limit) -> std::io::Result<()> {
    let request = &parcel.request;
    let mut head = format!("POST {} HTTP/1.1\r\nhost: {}\r\n", target.path, target.authority);
    for (name, value) in &request.headers {
        head.extend([*name, ": ", value, "\r\n"]);
    }
    let length = request.body.len().to_string();
    head.extend(["content-length: ", &length, "\r\nconnection: close\r\n\r\n"]);
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(&request.body[..request.cut.unwrap_or(usize::MAX).min(request.body.len())]);
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(limit.left()?))?;
    stream.write_all(&bytes)?;
    if request.cut.is_some() {
        stream.shutdown(Shutdown::Write)?;
    }
    Ok(())
}

/// The answer as far as it is of interest: whole, or its first 64 KiB.
fn receive(stream: &mut TcpStream, limit: Limit) -> std::io::Result<Vec<u8>> {
    let mut answer = Vec::new();
    let mut piece = [0; 4 << 10];
    loop {
        stream.set_read_timeout(Some(limit.left()?))?;
        match stream.read(&mut piece) {
            Ok(0) => return Ok(answer),
            Ok(count) => answer.extend_from_slice(&piece[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // Who answers and resets has answered.
            Err(error) if error.kind() == ErrorKind::ConnectionReset && head_end(&answer).is_some() => {
                return Ok(answer);
            }
            Err(error) => return Err(error),
        }
        if answer.len() >= MOST_READ || is_whole(&answer) {
            return Ok(answer);
        }
    }
}

fn head_end(answer: &[u8]) -> Option<usize> {
    answer.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

/// A server that keeps the connection open says how long its body is.
fn is_whole(answer: &[u8]) -> bool {
    let Some(end) = head_end(answer) else { return false };
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    let status: u16 = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    if (100..200).contains(&status) {
        return false;
    }
    if status == 204 || status == 304 {
        return true;
    }
    let field = |name: &str| {
        head.lines().find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(':')?.trim().to_owned()))
    };
    if field("transfer-encoding").is_some_and(|coding| coding.contains("chunked")) {
        return answer.ends_with(b"0\r\n\r\n");
    }
    let length: Option<usize> = field("content-length").and_then(|length| length.parse().ok());
    length.is_some_and(|length| answer.len() - end >= length)
}

/// Status and the beginning of the body; interim answers are passed over.
fn understand(answer: &[u8]) -> Option<Outcome> {
    let mut rest = answer;
    loop {
        let end = head_end(rest)?;
        let head = String::from_utf8_lossy(&rest[..end]);
        let mut words = head.lines().next()?.split(' ');
        words.next().filter(|version| version.starts_with("HTTP/1."))?;
        let status: u16 = words.next()?.parse().ok()?;
        if (100..200).contains(&status) && status != 101 {
            rest = &rest[end..];
            continue;
        }
        let body = &rest[end..];
        let body = &body[..body.len().min(MOST_KEPT)];
        return Some(Outcome::Answered { status, body: String::from_utf8_lossy(body).into_owned() });
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::session::callbacks::outlet::Request;

    /// What comes of a try with a server that does this with its connection.
    fn tried(time: Duration, serve: impl FnOnce(TcpStream) + Send + 'static) -> Outcome {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let target = format!("http://{}/", listener.local_addr().expect("an address"));
        let request = Request { headers: Vec::new(), body: "{}".into(), cut: None };
        let parcel = Parcel {
            id: 1,
            target: target.as_str().into(),
            request: Arc::new(request),
            is_over: Arc::new(AtomicBool::new(false)),
            done: Box::new(|_| {}),
        };
        let server = std::thread::spawn(move || serve(listener.accept().expect("a connection").0));
        let outcome = post(&parcel, Bench { allowed: &[], is_ours: &|_| false }, time);
        server.join().expect("the server does what it is told");
        outcome
    }

    /// Until the other side closes.
    fn wait_for_the_end(mut stream: TcpStream) {
        while stream.read(&mut [0; 1 << 10]).is_ok_and(|count| count > 0) {}
    }

    #[test]
    fn a_receiver_that_says_nothing_or_not_all_of_it_is_given_up_when_the_time_is_over() {
        let late = Outcome::Failed("no whole answer within 50ms".to_owned());
        let time = Duration::from_millis(50);
        assert_eq!(tried(time, wait_for_the_end), late);
        let begins = |mut stream: TcpStream| {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no").expect("it reads");
            wait_for_the_end(stream);
        };
        assert_eq!(tried(time, begins), late);
    }

    #[test]
    fn an_answer_without_end_is_read_for_64_kib() {
        let endless = |mut stream: TcpStream| {
            // Ends when nobody reads any more: with the time-out, nobody would before a minute is over.
            stream.write_all(b"HTTP/1.1 201 Created\r\n\r\n").expect("it reads");
            while stream.write_all(&[b'x'; 1 << 10]).is_ok() {}
        };
        let answered = Outcome::Answered { status: 201, body: "x".repeat(MOST_KEPT) };
        assert_eq!(tried(Duration::from_mins(1), endless), answered);
    }

    #[test]
    fn answers_are_read_to_their_end_and_no_further() {
        for (answer, is_finished) in [
            ("HTTP/1.1 200 OK\r\n", false),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no", false),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", true),
            ("HTTP/1.1 204 No Content\r\n\r\n", true),
            ("HTTP/1.1 200 OK\r\n\r\nuntil the end", false),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", false),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", true),
        ] {
            assert_eq!(is_whole(answer.as_bytes()), is_finished, "{answer}");
        }
    }

    #[test]
    fn status_and_body_are_found_behind_interim_answers() {
        let answered = |status, body: &str| Some(Outcome::Answered { status, body: body.to_owned() });
        assert_eq!(understand(b"HTTP/1.1 503 Busy\r\n\r\nlater"), answered(503, "later"));
        assert_eq!(understand(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"), answered(200, ""));
        for odd in ["", "HTTP/1.1 200", "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 OK\r\n\r\n"] {
            assert_eq!(understand(odd.as_bytes()), None, "{odd}");
        }
    }
}
