//! How many groups of changes were answered: a few bytes in a file beside the rows. A file of rows whose newest state is damaged
//! is opened at the state before it; this tells.

use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::record;

/// What the number stands under, for its checksum.
const KEY: &[u8] = b"answered";

/// The file.
#[derive(Debug)]
pub(super) struct Marker(File);

impl Marker {
    /// Opens it, and what it says; `None` if it says nothing yet.
    pub(super) fn open(path: &Path) -> Result<(Self, Option<u64>), Error> {
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let mut text = Vec::new();
        (&mut file).take(64).read_to_end(&mut text)?;
        if text.is_empty() {
            return Ok((Self(file), None));
        }
        let number = record::open(KEY, &text).and_then(|number| <[u8; 8]>::try_from(number).ok());
        let number = number.map(u64::from_le_bytes);
        let damaged = || Error::new(ErrorKind::InvalidData, "it is not what was written");
        number.map(|number| (Self(file), Some(number))).ok_or_else(damaged)
    }

    /// So many were answered. It is not waited for until that is on disk: the rows are, and they come first.
    pub(super) fn write(&mut self, number: u64) -> Result<(), Error> {
        self.0.seek(SeekFrom::Start(0))?;
        self.0.write_all(&record::seal(KEY, &number.to_le_bytes()))
    }
}
