//! From hyper's request to a whole call, or to what is wrong with it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_ENCODING, HOST};
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Request, StatusCode, Version};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};

use super::limits::{Limits, TARGET};
use crate::contract::call::{Call, Lines, Rare};
use crate::session::mishap::Mishap;

/// Bytes of requests and answers in flight, of the whole process.
#[derive(Debug, Default)]
pub(super) struct InFlight(AtomicUsize);

impl InFlight {
    /// So many more, until they leave.
    pub(super) fn enter(&self, bytes: usize) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }

    /// So many are done with.
    pub(super) fn leave(&self, bytes: usize) {
        self.0.fetch_sub(bytes, Ordering::Relaxed);
    }

    fn is_above(&self, limit: usize) -> bool {
        self.0.load(Ordering::Relaxed) > limit
    }
}

/// Bytes that a call holds until it is answered.
#[derive(Debug)]
pub(super) struct Reserved<'a> {
    of: &'a InFlight,
    bytes: usize,
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        self.of.leave(self.bytes);
    }
}

impl Reserved<'_> {
    /// Counts so many more, whether they fit or not: they are here.
    pub(super) fn hold(&mut self, bytes: usize) {
        self.bytes += bytes;
        self.of.enter(bytes);
    }

    fn add(&mut self, bytes: usize, limit: usize) -> bool {
        self.hold(bytes);
        !self.of.is_above(limit)
    }
}

/// A call and what it holds.
pub(super) struct Taken<'a> {
    pub(super) call: Call,
    /// What is wrong with it: then the body is not whole.
    pub(super) mishap: Option<Mishap>,
    /// Counts until it is dropped.
    pub(super) reserved: Reserved<'a>,
}

/// Reads a request whole, within the limits.
pub(super) async fn take<'a>(
    request: Request<Incoming>,
    limits: &Limits,
    in_flight: &'a InFlight,
) -> Taken<'a> {
    let lines = Lines::of(request.headers());
    let early = head_fault(&request, lines, limits)
        .or_else(|| in_flight.is_above(limits.in_flight).then(|| too_much(limits)));
    let (parts, incoming) = request.into_parts();
    let mut reserved = Reserved { of: in_flight, bytes: 0 };
    let (body, mishap) = match early {
        Some(mishap) => {
            // Read and thrown away: a client that is still sending would see a reset instead of the answer.
            let _ = read(incoming, lines, limits, &mut reserved).await;
            (Bytes::new(), Some(mishap))
        }
        None => match read(incoming, lines, limits, &mut reserved).await {
            Ok(body) => (body, None),
            Err(mishap) => (Bytes::new(), Some(mishap)),
        },
    };
    Taken { call: Call::new(Request::from_parts(parts, body), lines), mishap, reserved }
}

/// What is wrong with a request whose head has been read: its size, its Host, its encoding.
pub(crate) fn head_fault<B>(request: &Request<B>, lines: Lines, limits: &Limits) -> Option<Mishap> {
    let headers = request.headers();
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    let head = lines.length + 4 * lines.count;
    if head + target > limits.head {
        let text = format!("the head has more than {} bytes; raise it with --max-head", limits.head);
        Some(mishap(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "head-too-large", text))
    } else if target > TARGET {
        let text = format!("the target has {target} bytes, {TARGET} may be");
        Some(mishap(StatusCode::URI_TOO_LONG, "target-too-long", text))
    } else {
        host_fault(request.version(), headers)
            .or_else(|| if lines.have(Rare::ContentEncoding) { encoding_fault(headers) } else { None })
    }
}

async fn read(
    mut incoming: Incoming,
    lines: Lines,
    limits: &Limits,
    reserved: &mut Reserved<'_>,
) -> Result<Bytes, Mishap> {
    let too_large = || {
        let text = format!("the body is larger than {} bytes; raise it with --max-body", limits.body);
        mishap(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", text)
    };
    let promised = incoming.size_hint().exact().unwrap_or(0);
    let is_announced_too_large = promised > limits.body as u64;
    // To look for the body would tell its client to send it.
    if is_announced_too_large && lines.have(Rare::Expect) {
        return Err(too_large());
    }
    let whole = async {
        let mut fits = !is_announced_too_large;
        let mut discarded = 0;
        let mut first = Bytes::new();
        let mut rest = BytesMut::new();
        while let Some(frame) = incoming.frame().await {
            let frame = frame.map_err(|error| {
                if is_announced_too_large {
                    return too_large();
                }
                mishap(
                    StatusCode::BAD_REQUEST,
                    "body-cut-short",
                    format!("the body did not arrive whole: {error}"),
                )
            })?;
            let Ok(data) = frame.into_data() else { continue };
            let length = first.len() + rest.len() + data.len();
            fits &= length <= limits.body;
            if !fits {
                // What is left is read and thrown away for a while: a client that is still sending when the connection
                // closes would see a reset instead of the answer.
                discarded += data.len();
                if discarded > limits.body.saturating_mul(16) {
                    break;
                }
                continue;
            }
            if !reserved.add(data.len(), limits.in_flight) {
                return Err(too_much(limits));
            }
            if first.is_empty() && rest.is_empty() {
                first = data;
            } else {
                if rest.is_empty() {
                    rest.extend_from_slice(&std::mem::take(&mut first));
                }
                rest.extend_from_slice(&data);
            }
        }
        match (fits, rest.is_empty()) {
            (false, _) => Err(too_large()),
            (true, true) => Ok(first),
            (true, false) => Ok(rest.freeze()),
        }
    };
    // Most bodies are here already, together with their head: those need no timer.
    let mut whole = std::pin::pin!(whole);
    if let Poll::Ready(result) = std::future::poll_fn(|cx| Poll::Ready(whole.as_mut().poll(cx))).await {
        return result;
    }
    match tokio::time::timeout(limits.body_time, whole).await {
        Ok(result) => result,
        Err(_) if is_announced_too_large => Err(too_large()),
        Err(_) => {
            let text =
                format!("the body took longer than {:?}; raise it with --body-timeout", limits.body_time);
            Err(mishap(StatusCode::REQUEST_TIMEOUT, "body-too-slow", text))
        }
    }
}

/// HTTP/1.1 asks for exactly one Host that can be read.
pub(super) fn host_fault(version: Version, headers: &HeaderMap) -> Option<Mishap> {
    let mut hosts = headers.get_all(HOST).iter();
    let text = match (hosts.next(), hosts.next()) {
        (None, _) if version == Version::HTTP_10 => return None,
        (None, _) => "an HTTP/1.1 request needs a Host header",
        (Some(_), Some(_)) => "a request may have only one Host header",
        // An empty one is allowed where the target has no authority (RFC 9112, 3.2).
        (Some(host), None)
            if host.is_empty() || is_plain(host.as_bytes()) || is_authority(host.as_bytes()) =>
        {
            return None;
        }
        (Some(_), None) => "the Host header cannot be read",
    };
    Some(mishap(StatusCode::BAD_REQUEST, "bad-host", text.to_owned()))
}

/// A name or an IPv4 address with a port: what nearly every client sends, told apart without a parser.
fn is_plain(host: &[u8]) -> bool {
    let name =
        host.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')).count();
    match host.get(name..) {
        Some([]) => name > 0,
        Some([b':', port @ ..]) => name > 0 && port.len() <= 5 && port.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// A name or an address with a port or without one, and no user.
fn is_authority(host: &[u8]) -> bool {
    let Ok(authority) = Authority::try_from(host) else { return false };
    let is_port = |port: &str| port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit());
    let behind = authority.as_str().strip_prefix(authority.host());
    behind.is_some_and(|behind| behind.is_empty() || behind.strip_prefix(':').is_some_and(is_port))
}

fn encoding_fault(headers: &HeaderMap) -> Option<Mishap> {
    let is_plain =
        |value: &&HeaderValue| value.is_empty() || value.as_bytes().eq_ignore_ascii_case(b"identity");
    let encoding = headers.get_all(CONTENT_ENCODING).iter().find(|value| !is_plain(value))?;
    let text = format!("Content-Encoding {encoding:?} is not understood; send the body as it is");
    Some(mishap(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content-encoding", text))
}

fn too_much(limits: &Limits) -> Mishap {
    let text =
        format!("more than {} bytes of requests and answers are in flight; try again", limits.in_flight);
    mishap(StatusCode::SERVICE_UNAVAILABLE, "too-much-in-flight", text)
}

fn mishap(status: StatusCode, word: &'static str, text: String) -> Mishap {
    Mishap { status, word, text }
}
