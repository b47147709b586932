//! A call from bytes: a line with method and target, lines of headers, an empty line, the body.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Uri};

/// As many header lines as hyper takes.
const MOST_HEADERS: usize = 100;

/// The call; `None` if no server would get to see it, since its head cannot be read.
pub(super) fn read(bytes: &[u8]) -> Option<Request<Bytes>> {
    let (head, body) = match bytes.windows(2).position(|pair| pair == b"\n\n") {
        Some(at) => (&bytes[..at], &bytes[at + 2..]),
        None => (bytes, &bytes[bytes.len()..]),
    };
    let mut lines = head.split(|byte| *byte == b'\n');
    let first = lines.next()?;
    let blank = first.iter().position(|byte| *byte == b' ')?;
    let mut call = Request::new(Bytes::copy_from_slice(body));
    *call.method_mut() = Method::from_bytes(&first[..blank]).ok()?;
    *call.uri_mut() = Uri::try_from(&first[blank + 1..]).ok()?;
    for line in lines.take(MOST_HEADERS) {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = HeaderName::from_bytes(&line[..colon]).ok()?;
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?;
        call.headers_mut().append(name, value);
    }
    Some(call)
}
