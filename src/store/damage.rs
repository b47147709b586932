//! Why a folder cannot be used, and what helps.

use std::path::PathBuf;

use redb::{DatabaseError, StorageError};

/// A folder that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {why}", .place.display())]
pub(crate) struct Unusable {
    /// The file or folder.
    pub place: PathBuf,
    /// What is the matter with it.
    pub why: Why,
}

/// What is the matter.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Why {
    /// Another process has it.
    #[error("another process uses this folder. Stop that one, or name another folder with --data")]
    InUse,
    /// It is no file of ours.
    #[error(
        "this is no file of the sandbox ({0}). It is left as it is; name another folder with --data, or move the file away"
    )]
    Foreign(String),
    /// It was written in another way.
    #[error(
        "its format is {found}, and this version reads {ours} only. Take the version that wrote it, or name a new folder with --data"
    )]
    OtherFormat {
        /// What it says.
        found: String,
        /// What is read.
        ours: String,
    },
    /// It is not what was written.
    #[error(
        "the file is damaged ({0}). Nothing of it was taken; put a copy of the whole folder back, or name a new folder with --data"
    )]
    Damaged(String),
    /// It holds less than an answer has promised.
    #[error(
        "the file is older than what was last answered: {found} groups of changes, and {told} were answered. Put a copy of the whole \
         folder back, or name a new folder with --data"
    )]
    Behind {
        /// Groups in the file.
        found: u64,
        /// Groups that were answered.
        told: u64,
    },
    /// The operating system refused.
    #[error("{what}: {error}. {help}")]
    System {
        /// What was tried.
        what: &'static str,
        /// What it said.
        error: std::io::Error,
        /// What helps.
        help: &'static str,
    },
}

impl Why {
    /// What the store said when the file was opened.
    pub(super) fn of_opening(error: DatabaseError) -> Self {
        match error {
            DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch => Self::InUse,
            DatabaseError::UpgradeRequired(version) => {
                Self::OtherFormat { found: format!("redb {version}"), ours: "redb 3".to_owned() }
            }
            DatabaseError::Storage(error) => Self::of_reading(error),
            other => Self::Damaged(other.to_string()),
        }
    }

    /// What the store said when it was read.
    pub(super) fn of_reading(error: impl Into<redb::Error>) -> Self {
        match error.into() {
            redb::Error::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                Self::Foreign(error.to_string())
            }
            redb::Error::Io(error) => Self::System {
                what: "cannot read it",
                error,
                help: "The folder has to be readable and writable, and on a disk that is well",
            },
            other => Self::Damaged(other.to_string()),
        }
    }
}

impl From<StorageError> for Why {
    fn from(error: StorageError) -> Self {
        Self::of_reading(error)
    }
}
