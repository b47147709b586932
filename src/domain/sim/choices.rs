//! What the documents leave open about SIMs; the settings that decide it stand in `policy.rs`.

/// What one bad SIM does to an order for many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BulkOrder {
    /// It stops them all.
    Atomic,
    /// The others are ordered.
    Partial,
}

/// Whether a text from a SIM counts only within 24 hours of one to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SmsWindow {
    /// It does.
    Enforced,
    /// It always counts.
    Off,
}

/// The percentages of a quota at which a warning may be given, one row for each word of the setting.
pub(crate) const USAGE_WARNINGS: [&[u8]; 4] = [&[80, 100], &[50, 80, 100], &[100], &[]];
