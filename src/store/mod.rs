//! Rows on disk: one file in a folder, written by one thread in groups, each record with a checksum of its own. It knows neither what
//! rows mean nor who waits for them.

mod damage;
mod file;
mod marker;
mod queue;
mod record;
#[cfg(test)]
mod tests;
mod writer;

pub(crate) use damage::{Unusable, Why};
pub(crate) use file::Folder;
pub(crate) use queue::{Batch, See, Store, Table, Trouble, Written};
