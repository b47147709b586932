//! A record: its value behind a checksum of key and value, so that one which is not what was written is noticed.

/// Bytes of the checksum.
const SEAL: usize = 4;

/// What is stored of a value.
pub(super) fn seal(key: &[u8], value: &[u8]) -> Vec<u8> {
    let mut record = Vec::with_capacity(SEAL + value.len());
    record.extend(sum(key, value).to_le_bytes());
    record.extend(value);
    record
}

/// The value of what is stored; `None` if it is not what was written.
pub(super) fn open<'r>(key: &[u8], record: &'r [u8]) -> Option<&'r [u8]> {
    let (seal, value) = record.split_first_chunk::<SEAL>()?;
    (u32::from_le_bytes(*seal) == sum(key, value)).then_some(value)
}

fn sum(key: &[u8], value: &[u8]) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    // Where the key ends is part of it, or a byte could wander from one to the other.
    sum.update(&u64::try_from(key.len()).unwrap_or(u64::MAX).to_le_bytes());
    sum.update(key);
    sum.update(value);
    sum.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_bit_anywhere_is_noticed() {
        let (key, value) = (b"order/7", b"paid");
        let good = seal(key, value);
        assert_eq!(open(key, &good), Some(&value[..]));
        assert_eq!(open(b"order/8", &good), None);
        assert_eq!(open(b"order/7p", &good), None);
        for bit in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(open(key, &bad), None, "bit {bit}");
        }
        for length in 0..good.len() {
            assert_eq!(open(key, &good[..length]), None, "{length} bytes");
        }
    }
}
