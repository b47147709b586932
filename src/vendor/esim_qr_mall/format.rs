//! How this group writes times.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::domain::moment::{Civil, Moment, Zone};

/// `2022-12-05T03:14:50.958+0000`: UTC, offset without a colon. A strict RFC 3339 reader refuses it; so does the vendor's.
pub(super) struct OrderTime(pub(super) Moment);

impl fmt::Display for OrderTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Civil { day, time: [hour, minute, second], millis } = self.0.civil(Zone::Utc);
        write!(f, "{day}T{hour:02}:{minute:02}:{second:02}.{millis:03}+0000")
    }
}

impl Serialize for OrderTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
