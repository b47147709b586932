//! How far a text needs no escape in JSON: eight bytes at a time, since every text of a call and of its answer is looked at.

const ONES: u64 = u64::from_ne_bytes([1; 8]);
const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);

/// How many bytes there are before the first quote, backslash or control character.
pub(crate) fn length(bytes: &[u8]) -> usize {
    let (chunks, rest) = bytes.as_chunks::<8>();
    for (at, chunk) in chunks.iter().enumerate() {
        let found = marks(u64::from_le_bytes(*chunk));
        if found != 0 {
            // The lowest mark is right; those above it may be carried over from it.
            return at * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    // What is left is looked at together with bytes before it, which are known to be none of these.
    if let Some(last) = bytes.last_chunk::<8>() {
        let found = marks(u64::from_le_bytes(*last));
        return if found == 0 { bytes.len() } else { bytes.len() - 8 + found.trailing_zeros() as usize / 8 };
    }
    rest.iter().position(|byte| matches!(byte, 0..=0x1f | b'"' | b'\\')).unwrap_or(rest.len())
}

/// The high bit of each byte that is a quote, a backslash or a control character, and perhaps of bytes above such a one.
fn marks(bytes: u64) -> u64 {
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word;
    let is = |byte: u8| below(bytes ^ (ONES * u64::from(byte)), 1);
    (below(bytes, 0x20) | is(b'"') | is(b'\\')) & HIGHS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_what_a_look_at_each_byte_finds(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), 0x1e..0x24_u8, 0x5a..0x5e_u8, 0x7e..0x82_u8], 0..40)) {
            let each = bytes.iter().position(|byte| *byte < 0x20 || *byte == b'"' || *byte == b'\\');
            prop_assert_eq!(super::length(&bytes), each.unwrap_or(bytes.len()));
        }
    }
}
