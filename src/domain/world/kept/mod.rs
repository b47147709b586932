//! What a world is made of, as rows under keys that sort: whoever keeps them writes those that changed, and makes the world of all of
//! them again. Nothing of how it came to be what it is stands in them, so that they are as many as the world is large, however old it
//! is, and are read without carrying anything out.
//!
//! What follows from other rows is not written: who holds a profile (mostly), which profiles are free, the payments that are due,
//! which orders a SIM has. What is of one turn is not either: notices and what fired.
//!
//! Time that passes, and how often an unpaid order was asked about, are no changes by themselves: every look at a running clock
//! would be a write. They are written with the next change. Nothing was due in between, or there would have been one.

mod head;
mod holders;
pub(crate) mod marks;
pub(crate) mod place;
mod read;
mod rows;
#[cfg(test)]
mod tests;
mod whole;
mod write;

use std::fmt;

use super::{Beginning, World};
use marks::Lengths;
use place::Place;
use read::Making;
pub(in crate::domain::world) use read::{follows, get};
pub(crate) use rows::Rows;
pub(in crate::domain::world) use write::put;

/// The format of rows; a test pins their bytes. Rows of another one cannot be read.
pub(crate) const FORMAT: u32 = 1;

/// A row that is not what a world writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Damaged {
    /// The table that it stands in.
    pub table: &'static str,
    /// Which row of it.
    pub key: String,
    /// What is wrong.
    pub why: &'static str,
}

impl Damaged {
    pub(in crate::domain::world) fn new(place: &Place, why: &'static str) -> Self {
        Self { table: place.table(), key: place.which(), why }
    }
}

impl fmt::Display for Damaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, key, why } = self;
        let space = if key.is_empty() { "" } else { " " };
        write!(f, "{table}{space}{key}: {why}")
    }
}

impl World {
    /// From now on it marks what changes. All that it is made of counts as changed.
    pub(crate) fn keep(&mut self) {
        let places = write::all(self);
        self.marks.begin(places, Lengths::default());
    }

    /// The rows that changed since this was last asked; none if nothing did, or if nothing is marked.
    pub(crate) fn take_changed(&mut self) -> Rows {
        if !self.marks.are_made() {
            return Rows::default();
        }
        let now = Lengths::of(self);
        self.marks.take(now).map(|places| write::rows(self, &places)).unwrap_or_default()
    }

    /// The same, and what is not worth a write of its own: for a clean end.
    pub(crate) fn take_rest(&mut self) -> Rows {
        self.marks.mark(|| Place::Head);
        self.take_changed()
    }

    /// The world that these rows make, in the order of their keys. Stock and limit are the beginning's, all else comes from the rows. It
    /// marks what changes, and nothing has.
    pub(crate) fn restore<K: AsRef<[u8]>, V: AsRef<[u8]>>(
        beginning: Beginning,
        rows: impl Iterator<Item = (K, V)>,
    ) -> Result<Self, Damaged> {
        let mut making = Making::default();
        for (key, value) in rows {
            let place = Place::parse(key.as_ref())?;
            making.put(&place, value.as_ref()).map_err(|why| Damaged::new(&place, why))?;
        }
        let mut world = making.finish(beginning)?;
        let now = Lengths::of(&world);
        world.marks.begin(Vec::new(), now);
        Ok(world)
    }
}
