//! The folder: made, opened, judged, read.

use std::cell::RefCell;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use redb::{Database, ReadableDatabase, TableDefinition, TableError, TableHandle};

use super::damage::{Unusable, Why};
use super::marker::Marker;
use super::queue::{Store, Table};
use super::record;
use super::writer::Writer;

/// The file of rows.
const FILE: &str = "sandbox.redb";
/// The file beside it.
const MARKER: &str = "answered";
/// What the format of rows stands under, in the folder's own table.
const FORMAT: &[u8] = b"format";
/// How many groups were written.
pub(super) const COMMIT: &[u8] = b"commit";
/// Memory that the store may take. What is written is read once, at the start: more would be of no use.
const CACHE: usize = 16 << 20;
/// A file is written anew at the start if it is larger than this, and most of it is empty.
const WORTH_COMPACTING: u64 = 16 << 20;

pub(super) type Definition<'n> = TableDefinition<'n, &'static [u8], &'static [u8]>;

pub(super) fn definition(name: &str) -> Definition<'_> {
    TableDefinition::new(name)
}

impl Table {
    pub(super) fn name(self) -> String {
        match self {
            Self::Folder => "folder".to_owned(),
            Self::Gone => "gone".to_owned(),
            // Names of tables are sorted as text.
            Self::Space(number) => format!("space/{number:020}"),
        }
    }
}

/// A folder that was opened; nothing is written until it begins.
pub(crate) struct Folder {
    file: PathBuf,
    rows: Database,
    marker: Marker,
    number: u64,
    spaces: Vec<u64>,
    read: RefCell<u64>,
}

impl Folder {
    /// Opens a folder whose rows have this format, or makes it. Nobody else can use it until it is let go.
    pub(crate) fn open(folder: &Path, format: &str) -> Result<Self, Unusable> {
        make(folder)?;
        let file = folder.join(FILE);
        let unusable = |why| Unusable { place: file.clone(), why };
        let guarded = catch_unwind(AssertUnwindSafe(|| Self::open_file(folder, &file, format)));
        guarded.unwrap_or_else(|_| Err(unusable(Why::Damaged("it cannot be made sense of".to_owned()))))
    }

    fn open_file(folder: &Path, file: &Path, format: &str) -> Result<Self, Unusable> {
        let unusable = |why| Unusable { place: file.to_owned(), why };
        let length = fs::metadata(file).map_or(0, |data| data.len());
        let mut builder = redb::Builder::new();
        // Every page is looked at: what was changed behind redb's back could make it panic later, or be read as if it were good.
        builder.set_cache_size(CACHE).set_check_integrity_on_open(length > 0);
        if length > 0 && !begins_like_ours(file) {
            return Err(unusable(Why::Foreign("it does not begin like one".to_owned())));
        }
        let rows = builder.create(file).map_err(|error| unusable(Why::of_opening(error)))?;
        let place = folder.join(MARKER);
        let (marker, told) = Marker::open(&place).map_err(|error| {
            let why = match error.kind() {
                std::io::ErrorKind::InvalidData => Why::Damaged(error.to_string()),
                _ => cannot_write(error),
            };
            Unusable { place, why }
        })?;
        let mut opened = Self {
            file: file.to_owned(),
            rows,
            marker,
            number: 0,
            spaces: Vec::new(),
            read: RefCell::default(),
        };
        opened.judge(format, told).map_err(unusable)?;
        Ok(opened)
    }

    /// What format, and how much of it.
    fn judge(&mut self, format: &str, told: Option<u64>) -> Result<(), Why> {
        let found = self.row(Table::Folder, FORMAT)?;
        let number = self.row(Table::Folder, COMMIT)?;
        let (Some(found), Some(number)) = (found, number) else {
            // Killed before the first group was written, or cut down to nothing since.
            return match told {
                Some(told) => Err(Why::Behind { found: 0, told }),
                None => self.begin_anew(format),
            };
        };
        if found != format.as_bytes() {
            return Err(Why::OtherFormat {
                found: String::from_utf8_lossy(&found).into_owned(),
                ours: format.to_owned(),
            });
        }
        let number = <[u8; 8]>::try_from(number).map(u64::from_le_bytes);
        self.number = number.map_err(|_| Why::Damaged("it does not say how much was written".to_owned()))?;
        if told.unwrap_or(1) > self.number || (told.is_none() && self.number > 1) {
            return Err(Why::Behind { found: self.number, told: told.unwrap_or(0) });
        }
        let transaction = self.rows.begin_read().map_err(Why::of_reading)?;
        for table in transaction.list_tables().map_err(Why::of_reading)? {
            let number = table.name().strip_prefix("space/").map(str::parse);
            if let Some(number) = number {
                self.spaces.push(number.map_err(|_| Why::Damaged("a table has no number".to_owned()))?);
            }
        }
        self.spaces.sort_unstable();
        Ok(())
    }

    /// The first group: what the folder is.
    fn begin_anew(&mut self, format: &str) -> Result<(), Why> {
        let begin = || -> Result<(), redb::Error> {
            let transaction = self.rows.begin_write()?;
            {
                let name = Table::Folder.name();
                let mut table = transaction.open_table(definition(&name))?;
                table.insert(FORMAT, &record::seal(FORMAT, format.as_bytes())[..])?;
                table.insert(COMMIT, &record::seal(COMMIT, &1_u64.to_le_bytes())[..])?;
            }
            transaction.commit()?;
            Ok(())
        };
        begin().map_err(|error| match error {
            redb::Error::Io(error) => cannot_write(error),
            other => Why::Damaged(other.to_string()),
        })?;
        self.number = 1;
        self.marker.write(1).map_err(cannot_write)
    }

    /// The file.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// The spaces that it holds, oldest first.
    pub(crate) fn spaces(&self) -> &[u64] {
        &self.spaces
    }

    /// One row.
    pub(crate) fn row(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, Why> {
        let transaction = self.rows.begin_read().map_err(Why::of_reading)?;
        let name = table.name();
        let table = match transaction.open_table(definition(&name)) {
            Err(TableError::TableDoesNotExist(_)) => return Ok(None),
            opened => opened.map_err(Why::of_reading)?,
        };
        let record = table.get(key).map_err(Why::of_reading)?;
        record.map(|record| opened(key, record.value()).map(<[u8]>::to_vec)).transpose()
    }

    /// Hands the rows of a table whose keys lie below `end` to whoever reads them, in the order of their keys. What is wrong with a
    /// row ends them, and goes before whatever the reader makes of the rest.
    pub(crate) fn rows<T>(
        &self,
        table: Table,
        (from, end): (&[u8], &[u8]),
        read: impl FnOnce(&mut dyn Iterator<Item = (Vec<u8>, Vec<u8>)>) -> T,
    ) -> Result<T, Why> {
        let transaction = self.rows.begin_read().map_err(Why::of_reading)?;
        let name = table.name();
        let table = match transaction.open_table(definition(&name)) {
            Err(TableError::TableDoesNotExist(_)) => return Ok(read(&mut std::iter::empty())),
            opened => opened.map_err(Why::of_reading)?,
        };
        let mut trouble = None;
        let mut rows = table.range(from..end).map_err(Why::of_reading)?;
        let mut sound = std::iter::from_fn(|| {
            let next = rows.next()?.map_err(Why::of_reading).and_then(|(key, record)| {
                let (key, record) = (key.value(), record.value());
                *self.read.borrow_mut() += (key.len() + record.len()) as u64;
                Ok((key.to_vec(), opened(key, record)?.to_vec()))
            });
            next.map_err(|why| trouble = Some(why)).ok()
        });
        let done = catch_unwind(AssertUnwindSafe(|| read(&mut sound)));
        match (trouble, done) {
            (Some(why), _) => Err(why),
            (None, Ok(done)) => Ok(done),
            (None, Err(_)) => Err(Why::Damaged("what it holds does not fit together".to_owned())),
        }
    }

    /// Begins to write, once everything has been read.
    pub(crate) fn begin(self) -> Result<Store, Unusable> {
        let Self { file, mut rows, marker, number, spaces, read, .. } = self;
        let unusable = |why| Unusable { place: file.clone(), why };
        let length = fs::metadata(&file).map_or(0, |data| data.len());
        if length > WORTH_COMPACTING && length / 3 > read.into_inner() {
            let compacting = catch_unwind(AssertUnwindSafe(|| rows.compact()));
            match compacting {
                Ok(Ok(_)) => {}
                Ok(Err(error)) => return Err(unusable(Why::Damaged(error.to_string()))),
                Err(_) => return Err(unusable(Why::Damaged("it cannot be made sense of".to_owned()))),
            }
        }
        let store = Store::new(spaces.last().map_or(1, |last| last + 1));
        let writer = Writer { rows, marker, number, name: file.display().to_string() };
        let its = store.clone();
        let thread =
            std::thread::Builder::new().name("sandbox-store".to_owned()).spawn(move || writer.run(&its));
        store.is_written_by(thread.map_err(|error| unusable(cannot_write(error)))?);
        Ok(store)
    }
}

/// Makes the folder if it is not there. One above it is not made: a mistyped path would make folders wherever it leads.
fn make(folder: &Path) -> Result<(), Unusable> {
    let refused = |error, help| {
        let why = Why::System { what: "cannot use this folder", error, help };
        Err(Unusable { place: folder.to_owned(), why })
    };
    match fs::create_dir(folder) {
        Ok(()) => Ok(()),
        Err(_) if folder.is_dir() => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => refused(
            error,
            "The folder that it lies in is not there: make that one first, or name another with --data",
        ),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            refused(error, "It is a file: --data takes a folder")
        }
        Err(error) => refused(error, "Name one that can be written with --data"),
    }
}

/// Whether a file begins as redb's do. Shorter ones are left to redb.
fn begins_like_ours(file: &Path) -> bool {
    use std::io::Read;
    let mut start = [0; 5];
    let read = fs::File::open(file).and_then(|mut file| file.read_exact(&mut start));
    // What cannot be read here is told of when it is opened.
    read.is_err() || start == *b"redb\x1a"
}

fn opened<'r>(key: &[u8], record: &'r [u8]) -> Result<&'r [u8], Why> {
    let damaged = || Why::Damaged(format!("the record {} is not what was written", key.escape_ascii()));
    record::open(key, record).ok_or_else(damaged)
}

fn cannot_write(error: std::io::Error) -> Why {
    Why::System {
        what: "cannot write it",
        error,
        help: "Make room for it, or name another folder with --data",
    }
}
