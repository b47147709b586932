//! The thread that writes: what came in while it wrote the last group is the next one. Groups form by themselves.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use redb::Database;

use super::file::{COMMIT, definition};
use super::marker::Marker;
use super::queue::{Change, Group, Store, Table};
use super::record::seal;

/// What it writes with.
pub(super) struct Writer {
    pub(super) rows: Database,
    pub(super) marker: Marker,
    /// How many groups have been written.
    pub(super) number: u64,
    /// What to call the file.
    pub(super) name: String,
}

type Pending = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

impl Writer {
    /// Writes until the store is closed, or until the first error.
    pub(super) fn run(mut self, store: &Store) {
        while let Some(Group { batches, jobs, last }) = store.take() {
            if !batches.is_empty() {
                let changes = batches.into_iter().flat_map(|batch| batch.0);
                // What redb does about a file that changes under it is not for certain.
                let written = catch_unwind(AssertUnwindSafe(|| self.write(changes)));
                match written {
                    Ok(Ok(())) => store.reached(last),
                    Ok(Err(error)) => return store.fail(&format!("cannot write {}: {error}", self.name)),
                    Err(_) => return store.fail(&format!("cannot write {}: the store panicked", self.name)),
                }
            }
            for job in jobs {
                if catch_unwind(AssertUnwindSafe(job)).is_err() {
                    tracing::error!("what follows a write panicked: this is a bug of the sandbox");
                }
            }
        }
    }

    /// One transaction. Later rows of the same key go over earlier ones before the file sees them.
    fn write(&mut self, changes: impl Iterator<Item = Change>) -> Result<(), redb::Error> {
        let mut tables: BTreeMap<Table, Pending> = BTreeMap::new();
        let mut dropped = Vec::new();
        for change in changes {
            match change {
                Change::Rows(table, feed) => {
                    let rows = tables.entry(table).or_default();
                    feed(&mut |key, value| {
                        rows.insert(key.to_vec(), value.map(|value| seal(key, value)));
                    });
                }
                Change::Drop(space) => {
                    tables.remove(&Table::Space(space));
                    dropped.push(space);
                }
            }
        }
        let number = self.number + 1;
        let count = seal(COMMIT, &number.to_le_bytes());
        tables.entry(Table::Folder).or_default().insert(COMMIT.to_vec(), Some(count));
        // Immediate is what a transaction is unless somebody says otherwise: nobody here ever does.
        let transaction = self.rows.begin_write()?;
        for space in dropped {
            transaction.delete_table(definition(&Table::Space(space).name()))?;
        }
        for (table, rows) in tables {
            let name = table.name();
            let mut table = transaction.open_table(definition(&name))?;
            for (key, record) in rows {
                match record {
                    Some(record) => table.insert(&key[..], &record[..]).map(drop)?,
                    None => table.remove(&key[..]).map(drop)?,
                }
            }
        }
        transaction.commit()?;
        self.number = number;
        self.marker.write(number)?;
        Ok(())
    }
}
