//! What the answers of the group have in common: `sign` beside the data, and moments at UTC+8.

use serde::Serialize;

use crate::domain::moment::{Moment, Zone};

/// Data with a `sign` before it. What that covers is not known: it is null, as one page prints it.
#[derive(Serialize)]
pub(super) struct Signed<T> {
    sign: Option<String>,
    #[serde(flatten)]
    data: T,
}

impl<T> Signed<T> {
    /// With no signature.
    pub(super) fn unsigned(data: T) -> Self {
        Self { sign: None, data }
    }
}

/// `2023-12-31 23:59:59` at UTC+8.
pub(super) fn local(moment: Moment) -> String {
    let at = moment.civil(Zone::China);
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        at.day.year, at.day.month, at.day.day, at.time[0], at.time[1], at.time[2]
    )
}
