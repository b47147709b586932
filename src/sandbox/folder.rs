//! `--data`: the folder in which everything is kept, and whether it was made with what the sandbox is started with now.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::{Error, ErrorKind};
use crate::session::keeping;
use crate::session::keeping::reading::{Contents, NotRead, read};
use crate::session::loaded::Loaded;
use crate::store::{Batch, Folder, Store, Table, Unusable, Why};

/// What the folder was made with stands under this, in its own table.
const BEGINNING: &[u8] = b"beginning";

/// What a folder was made with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Beginning {
    /// The process's seed.
    pub(super) seed: u64,
    /// Whether somebody asked for it: then it goes before a scenario's own.
    pub(super) seed_was_asked_for: bool,
    /// The scenario of sessions that name none.
    pub(super) scenario: String,
    /// Settings that go before those of any scenario.
    pub(super) settings: Vec<(String, String)>,
    /// The overlay folder, as it was typed.
    pub(super) fixtures: Option<PathBuf>,
}

/// A folder that was opened and read.
pub(super) struct Data {
    folder: Folder,
    before: Option<Beginning>,
}

impl Data {
    /// Opens it, or makes it.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let folder = Folder::open(path, &keeping::format()).map_err(unusable)?;
        let row = folder.row(Table::Folder, BEGINNING).map_err(|why| unusable_file(&folder, why))?;
        let before = row.map(|row| {
            serde_json::from_slice(&row).map_err(|error| {
                let text = format!("{}: the file is damaged ({error})", folder.file().display());
                Error::new(ErrorKind::Data, text).caused_by(error)
            })
        });
        let before = before.transpose()?;
        Ok(Self { folder, before })
    }

    /// The seed with which it was made, and whether somebody asked for that one.
    pub(super) fn seed(&self) -> Option<(u64, bool)> {
        self.before.as_ref().map(|before| (before.seed, before.seed_was_asked_for))
    }

    /// Reads it, if it was made with what there is now, and begins to write.
    pub(super) fn begin(
        self,
        now: &Beginning,
        loaded: &Loaded,
        order_limit: usize,
    ) -> Result<(Store, Contents), Error> {
        let Self { folder, before } = self;
        let file = folder.file().display().to_string();
        if let Some(before) = &before {
            before.agrees_with(now).map_err(|why| Error::new(ErrorKind::Data, format!("{file}: {why}")))?;
        }
        let contents = read(&folder, loaded, order_limit).map_err(|not_read| match not_read {
            NotRead::Damaged(why) => unusable_file(&folder, why),
            NotRead::Differs(why) => {
                let of = |fixtures: Option<&Path>| {
                    fixtures.map_or("none".to_owned(), |path| format!("--fixtures {}", path.display()))
                };
                let then = of(before.as_ref().and_then(|before| before.fixtures.as_deref()));
                let text = format!(
                    "{file}: {why}. Fixtures when the folder was made: {then}; now: {}",
                    of(now.fixtures.as_deref())
                );
                Error::new(ErrorKind::Data, text)
            }
        })?;
        let store = folder.begin().map_err(unusable)?;
        if before.is_none() {
            let mut batch = Batch::default();
            // Texts and numbers: there is nothing in it that JSON could not say.
            batch.row(Table::Folder, BEGINNING.to_vec(), serde_json::to_vec(now).ok());
            store.put(batch);
        }
        Ok((store, contents))
    }
}

/// What keeps everything, and what was kept before, if there is a folder.
pub(super) fn begin(
    data: Option<Data>,
    now: &Beginning,
    loaded: &Loaded,
    order_limit: usize,
) -> Result<(Option<Store>, Contents), Error> {
    let Some(data) = data else { return Ok((None, Contents::default())) };
    let (store, contents) = data.begin(now, loaded, order_limit)?;
    Ok((Some(store), contents))
}

impl Beginning {
    fn agrees_with(&self, now: &Self) -> Result<(), String> {
        if self.seed != now.seed {
            return Err(format!(
                "it was made with seed {}, and --seed {} was asked for. Leave --seed out to go on with {}, or name a new folder with --data",
                self.seed, now.seed, self.seed
            ));
        }
        if self.scenario != now.scenario {
            return Err(format!(
                "it was made with the scenario {:?}, and this start has {:?}. Start with --scenario {}, or name a new folder with --data",
                self.scenario, now.scenario, self.scenario
            ));
        }
        if self.settings != now.settings {
            let words = |settings: &[(String, String)]| match settings {
                [] => "none".to_owned(),
                _ => settings
                    .iter()
                    .map(|(key, value)| format!("--vendor {key}={value}"))
                    .collect::<Vec<_>>()
                    .join(" "),
            };
            return Err(format!(
                "it was made with other settings: {}; this start has {}. Start with the same, or name a new folder with --data",
                words(&self.settings),
                words(&now.settings)
            ));
        }
        Ok(())
    }
}

fn unusable(unusable: Unusable) -> Error {
    Error::new(ErrorKind::Data, unusable.to_string()).caused_by(unusable)
}

fn unusable_file(folder: &Folder, why: Why) -> Error {
    unusable(Unusable { place: folder.file().to_owned(), why })
}
