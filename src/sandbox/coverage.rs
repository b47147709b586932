//! Coverage as an embedding test suite and the command line see it: what was used, as text, as a file, added up over processes.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::ErrorKind as IoErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use super::error::{Error, ErrorKind};
use crate::session::coverage::report::{Item, Kind, Report};

/// What of all that is served, listed and possible was used: endpoints, the codes of each, faults, magic values, rules, and steps
/// of orders. Several add up to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage(Report);

/// How much of one kind was used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CoverageLine {
    /// `endpoint`, `code`, `fault`, `magic`, `rule` or `edge`.
    pub kind: &'static str,
    /// So many were used.
    pub used: usize,
    /// Of so many.
    pub total: usize,
    /// The share, whole and rounded down, so that 100 is all of them; nothing of nothing is 100.
    pub percent: u8,
    /// Those that were not used.
    pub unused: Vec<String>,
}

/// How long a process waits for others that write the same file, in steps of [`STEP`].
const STEPS: u32 = 500;
const STEP: Duration = Duration::from_millis(20);

impl Coverage {
    pub(super) fn of(report: Report) -> Self {
        Self(report)
    }

    /// Reads a file that [`Coverage::add_to`], `serve --coverage` or `GET /__sandbox/coverage` wrote.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(|error| cannot("read", path, error))?;
        let report = Report::read(&text).map_err(|error| {
            let message = format!(
                "{} is no coverage file: {error}; `serve --coverage FILE` writes one, and so does GET /__sandbox/coverage",
                path.display()
            );
            Error::new(ErrorKind::InvalidFile, message).caused_by(error)
        })?;
        Ok(Self(report))
    }

    /// Adds what others have used.
    pub fn merge(&mut self, other: Self) {
        self.0.merge(other.0);
    }

    /// Finds out whether [`Coverage::add_to`] will be able to add to this file, before anything depends on it: makes its folder, takes
    /// its lock for a moment, and reads what is there.
    pub fn can_add_to(path: &Path) -> Result<(), Error> {
        let _lock = lock(path)?;
        if path.exists() { Self::read(path).map(drop) } else { Ok(()) }
    }

    /// Adds it to what a file has, which is made if it is not there. It is written aside and then renamed, so that a reader
    /// never sees half of it. Processes that do this at the same time wait for each other, up to ten seconds; the lock is that of
    /// `FILE.lock`, an empty file that stays, and goes with its holder, whatever becomes of it.
    pub fn add_to(&self, path: &Path) -> Result<(), Error> {
        let lock = lock(path)?;
        let mut sum = self.clone();
        if path.exists() {
            let mut before = Self::read(path)?;
            before.merge(sum);
            sum = before;
        }
        let aside = beside(path, ".new");
        let text = format!("{:#}\n", sum.to_json());
        fs::write(&aside, text).map_err(|error| cannot("write", &aside, error))?;
        fs::rename(&aside, path).map_err(|error| cannot("write", path, error))?;
        drop(lock);
        Ok(())
    }

    /// How much of each kind was used.
    pub fn kinds(&self) -> Vec<CoverageLine> {
        let line = |kind: Kind| {
            let share = self.0.share(kind);
            let (used, total, percent, unused) = (share.used, share.total, share.percent, share.unused);
            CoverageLine { kind: kind.word(), used, total, percent, unused }
        };
        Kind::ALL.into_iter().map(line).collect()
    }

    /// How often a thing of a kind was used, such as `("endpoint", "esim_qr_mall/email_login")`; `None` if there is no such thing.
    pub fn count(&self, kind: &str, name: &str) -> Option<u64> {
        let is_it = |item: &&Item| item.kind.word() == kind && item.name == name;
        self.0.items.iter().find(is_it).map(|item| item.count)
    }

    /// As JSON, as `GET /__sandbox/coverage` has it.
    pub fn to_json(&self) -> Value {
        self.0.json()
    }

    /// As JUnit XML: a suite for each kind, a case for each thing, skipped if it was not used.
    pub fn to_junit(&self) -> String {
        self.0.junit()
    }

    /// As a table for a terminal.
    pub fn to_table(&self) -> String {
        self.0.table()
    }
}

/// The file of this name with something behind it.
fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// Waits until nobody else holds the lock of this file, whose folder is made if it is not there.
#[expect(
    clippy::disallowed_methods,
    reason = "processes that write one file at the same time wait in real time"
)]
fn lock(file: &Path) -> Result<File, Error> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(|error| cannot("make", folder, error))?;
    }
    let path = &beside(file, ".lock");
    let file = OpenOptions::new().create(true).append(true).open(path);
    let file = file.map_err(|error| cannot("write", path, error))?;
    for _ in 0..STEPS {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => std::thread::sleep(STEP),
            // Some file systems know no locks: better a file that is written at once than none.
            Err(TryLockError::Error(error)) if error.kind() == IoErrorKind::Unsupported => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(cannot("lock", path, error)),
        }
    }
    let message = format!(
        "another process has held {} for {:?}; end it, or name another file",
        path.display(),
        STEP * STEPS
    );
    Err(Error::new(ErrorKind::System, message))
}

fn cannot(what: &str, path: &Path, error: std::io::Error) -> Error {
    let kind = if what == "read" { ErrorKind::InvalidFile } else { ErrorKind::System };
    Error::new(kind, format!("cannot {what} {}: {error}", path.display())).caused_by(error)
}
