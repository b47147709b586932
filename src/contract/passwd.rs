//! Passwords as the vendor's clients send them: the MD5 of the text, as 32 lower-case hex digits.

use md5::{Digest, Md5};

/// The MD5 text of a password. It is what the vendor's clients send, and protects nothing.
pub(crate) fn of(password: &str) -> String {
    let hex = |digit: u8| char::from_digit(digit.into(), 16).unwrap_or('?');
    Md5::digest(password).iter().flat_map(|byte| [hex(byte >> 4), hex(byte & 15)]).collect()
}

/// Whether a text looks as the documents say.
pub(crate) fn is_md5_text(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_the_one_of_rfc_1321() {
        assert_eq!(of(""), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(of("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
        assert!(is_md5_text(&of("abc")));
        for text in ["", "D41D8CD98F00B204E9800998ECF8427E", "d41d8cd98f00b204e9800998ecf8427", "secret"] {
            assert!(!is_md5_text(text), "{text}");
        }
    }
}
