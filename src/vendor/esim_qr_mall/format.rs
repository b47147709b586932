//! How this group writes order numbers and times.

use serde::{Serialize, Serializer};

use crate::domain::digits::Fixed;
use crate::domain::moment::{Civil, Moment, Zone};

/// A text of a fixed length, as JSON.
pub(super) struct Written<const N: usize>(pub(super) Fixed<N>);

/// `2022-12-05T03:14:50.958+0000`: UTC, offset without a colon. A strict RFC 3339 reader refuses it; so does the vendor's.
pub(super) fn order_time(moment: Moment) -> Written<28> {
    let Civil { day, time, millis } = moment.civil(Zone::Utc);
    let [hour, minute, second] = time.map(|part| u32::from(part.unsigned_abs()));
    let (month, date) = (u32::from(day.month.unsigned_abs()), u32::from(day.day.unsigned_abs()));
    let (year, millis) = (u32::from(day.year.unsigned_abs()), u32::from(millis.unsigned_abs()));
    let numbers = [
        (0, 4, year),
        (5, 2, month),
        (8, 2, date),
        (11, 2, hour),
        (14, 2, minute),
        (17, 2, second),
        (20, 3, millis),
    ];
    Written(Fixed::fill(*b"yyyy-mm-ddThh:mm:ss.sss+0000", &numbers))
}

impl<const N: usize> Serialize for Written<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}
