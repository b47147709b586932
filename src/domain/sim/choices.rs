//! What the documents leave open about SIMs; the settings that decide it stand in `policy.rs`.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What one bad SIM does to an order for many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum BulkOrder {
    /// It stops them all.
    Atomic,
    /// The others are ordered.
    Partial,
}

/// Whether a text from a SIM counts only within 24 hours of one to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum SmsWindow {
    /// It does.
    Enforced,
    /// It always counts.
    Off,
}

/// A row of [`USAGE_WARNINGS`].
pub(crate) type Percentages = &'static [u8];

/// The percentages of a quota at which a warning may be given, one row for each word of the setting.
pub(crate) const USAGE_WARNINGS: [Percentages; 4] = [&[80, 100], &[50, 80, 100], &[100], &[]];

/// Writes percentages as their row of the table.
pub(in crate::domain) fn write_warnings<S: Serializer>(row: &[u8], to: S) -> Result<S::Ok, S::Error> {
    let place = USAGE_WARNINGS.iter().position(|known| *known == row).unwrap_or_default();
    u8::try_from(place).unwrap_or_default().serialize(to)
}

/// Reads what [`write_warnings`] wrote.
pub(in crate::domain) fn read_warnings<'de, D: Deserializer<'de>>(from: D) -> Result<Percentages, D::Error> {
    let place = u8::deserialize(from)?;
    USAGE_WARNINGS.get(usize::from(place)).copied().ok_or_else(|| D::Error::custom("no row of the table"))
}
