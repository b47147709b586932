//! The bytes of rows are a promise: folders of an older release are read by a newer one.

use super::*;
use crate::domain::world::kept::FORMAT;

#[test]
fn rows_are_pinned_until_the_format_is_another() {
    let (_, store) = rich();
    let hex = |bytes: &[u8]| bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    // The first row of each table, and of all of them together a number.
    let mut firsts: BTreeMap<u8, String> = BTreeMap::new();
    let mut sum = 0_u64;
    for (key, value) in &store.0 {
        firsts.entry(key[0]).or_insert_with(|| format!("{} {}", hex(key), hex(value)));
        sum = sum.wrapping_mul(31).wrapping_add(crate::domain::ids::ordinal_of(&(hex(key) + &hex(value))));
    }
    // If this fails, folders that were written before cannot be read any more: raise FORMAT, and say so in the CHANGELOG.
    let rows = firsts.into_values().collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(format!("format {FORMAT}, {} rows, {sum:016x}\n{rows}", store.0.len()));
}
