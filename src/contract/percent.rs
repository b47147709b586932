//! Query strings: pairs of names and values, percent-encoding and `+` undone, and the way back.

/// The pairs of a query, in its order.
pub(crate) fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
}

/// Percent-encoding and `+`, undone; what is no UTF-8 afterwards stays as it was sent.
pub(crate) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = |at: usize| tail.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        match (first, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                rest = &tail[2..];
            }
            (b'+', ..) => {
                bytes.push(b' ');
                rest = tail;
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// A query of these pairs. Whatever might mean something in an address is percent-encoded.
pub(crate) fn query<'a>(pairs: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let pairs = pairs.into_iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(&value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// A text with whatever might mean something in an address percent-encoded.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => {
                out.push('%');
                out.extend(
                    [byte >> 4, byte & 15].map(|half| char::from(b"0123456789ABCDEF"[usize::from(half)])),
                );
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_reads_as_it_was_written() {
        let written = [("id", "1000000"), ("名 称", "a+b&c=d%20é/~"), ("empty", "")];
        let text = query(written.map(|(name, value)| (name, value.to_owned())));
        assert_eq!(text, "id=1000000&%E5%90%8D%20%E7%A7%B0=a%2Bb%26c%3Dd%2520%C3%A9%2F~&empty=");
        let read: Vec<(String, String)> = pairs(&text).collect();
        assert_eq!(read, written.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn what_is_no_encoding_stays_as_it_is() {
        let read: Vec<(String, String)> = pairs("&a&b=%zz%4&c=%FF&d=x+y").collect();
        let expected = [("a", ""), ("b", "%zz%4"), ("c", "%FF"), ("d", "x y")];
        assert_eq!(read, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}
