//! The files that were given at the start: which they are, and reading them again while the sandbox runs. All files are good, or
//! nothing changes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

use super::blueprint::{Blueprint, read_folder, read_text, walk};
use super::error::{Error, ErrorKind};
use super::options::unfit;
use super::watch::{Mark, Marks, Watch};
use crate::contract::overlay::{OverlayFile, SCENARIOS};
use crate::document::nearest;
use crate::domain::moment::Moment;
use crate::scenario::library::{Library, name_of};
use crate::scenario::magic::Magic;
use crate::session::loaded::Loaded;
use crate::session::plan::Current;
use crate::session::registry::Registry;
use crate::session::reload::{Concerns, Files, Reloaded, Renewed};

/// What the process was told of files.
pub(super) struct Given {
    /// Names and paths of scenarios, with commas between them.
    pub(super) scenario: String,
    /// The overlay folder.
    pub(super) folder: Option<PathBuf>,
    /// What stands before every path.
    pub(super) base_path: String,
    /// Settings that go before those of any scenario.
    pub(super) vendor: Vec<(String, String)>,
}

/// The files, and how they were when they were last read.
pub(super) struct Source {
    given: Given,
    pieces: Vec<Piece>,
    state: Mutex<State>,
}

/// A scenario of `--scenario a,./b.json`.
enum Piece {
    Name(String),
    File(PathBuf),
}

struct State {
    /// The last good texts.
    texts: Texts,
    /// What of the folder cannot be exchanged, as it is served.
    served: Vec<OverlayFile>,
    watch: Watch,
}

/// The texts of all files.
#[derive(Clone)]
struct Texts {
    overlay: Vec<OverlayFile>,
    /// Scenario files: what messages call them, and their texts.
    scenarios: Vec<(String, String)>,
}

impl Source {
    /// Reads the files for the first time.
    pub(super) fn open(given: Given) -> Result<(Arc<Self>, Arc<Magic>, Current), Error> {
        // Marks are taken before the texts: what is written in between is read once more.
        let mut marks = Marks::new();
        let mut overlay = Vec::new();
        if let Some(folder) = &given.folder {
            marks = marks_below(folder);
            overlay = read_folder(folder)?;
        }
        let mut blueprint = Blueprint::of(&overlay, &given.base_path)?;
        let pieces = pieces(&given.scenario, &blueprint.library)?;
        marks.extend(paths(&pieces).filter_map(|path| Some((path.clone(), Mark::of(path)?))));
        let mut scenarios = Vec::new();
        for path in paths(&pieces) {
            scenarios.push((path.display().to_string(), read_text(path)?));
        }
        let texts = Texts { overlay, scenarios };
        let magic = Arc::clone(&blueprint.magic);
        let current = load(&mut blueprint, &texts, &pieces, &given)?;
        let served = texts.overlay.iter().filter(|file| !file.can_be_exchanged()).cloned().collect();
        let state = Mutex::new(State { texts, served, watch: Watch::from(marks) });
        Ok((Arc::new(Self { given, pieces, state }), magic, current))
    }

    /// Whether there are any.
    pub(super) fn has_files(&self) -> bool {
        self.given.folder.is_some() || paths(&self.pieces).next().is_some()
    }

    /// What reads them again, and what looks after them if that is asked for.
    pub(super) fn files(self: &Arc<Self>, watch: bool) -> Files {
        let (reader, looker) = (Arc::clone(self), Arc::clone(self));
        let read = move |registry: &Registry, real| {
            let reloaded = reader.reload(registry, real).map_err(|error| error.to_string());
            tell(&reloaded);
            reloaded
        };
        let look = move |registry: &Registry, real| {
            let marks = looker.marks();
            let is_time = looker.state.lock().watch.is_time(marks);
            if is_time {
                // What is wrong has been told, and is remembered.
                let _ = registry.reload(real);
            }
        };
        Files { read: Box::new(read), look: watch.then(|| Box::new(look) as _) }
    }

    fn reload(&self, registry: &Registry, real: Moment) -> Result<Reloaded, Error> {
        let mut state = self.state.lock();
        let marks = self.marks();
        let again = self.read_again(&state.texts);
        // Good or bad, it has been looked at: it is tried again once it changes.
        state.watch = Watch::from(marks);
        let (texts, missing) = again?;
        let fixed: Vec<&OverlayFile> = texts.overlay.iter().filter(|file| !file.can_be_exchanged()).collect();
        let needs_restart: Vec<String> =
            fixed.iter().filter(|file| !state.served.contains(file)).map(|file| file.name.clone()).collect();
        if !needs_restart.is_empty() {
            // They are not taken, and still have to be good: the next start would fail otherwise.
            Blueprint::of(&texts.overlay, &self.given.base_path)?;
        }
        let changed = texts.changed_since(&state.texts);
        if changed.is_empty() {
            state.texts = texts;
            return Ok(Reloaded { missing, needs_restart, ..Reloaded::default() });
        }
        let mut overlay: Vec<OverlayFile> =
            texts.overlay.iter().filter(|file| file.can_be_exchanged()).cloned().collect();
        overlay.extend(state.served.iter().cloned());
        overlay.sort_by(|a, b| a.place.cmp(&b.place));
        let loading = Blueprint::of(&overlay, &self.given.base_path)
            .and_then(|mut blueprint| load(&mut blueprint, &texts, &self.pieces, &self.given));
        let current = loading.map_err(|error| match &needs_restart[..] {
            [] => error,
            files => {
                let files = files.join(", ");
                let message =
                    format!("{error}\n\nnote: {files} changed as well, and counts from the next start on");
                Error::new(ErrorKind::InvalidFile, message)
            }
        })?;
        let concerns =
            texts.concerns(&state.texts, &registry.plan().loaded().library, &current.loaded().library);
        state.texts = texts;
        let sessions = registry.exchange(current, &concerns, real);
        Ok(Reloaded { changed, missing, needs_restart, sessions, ..Reloaded::default() })
    }

    /// All texts as they are now; of a file that is gone, what it last held. The names of those that are gone.
    fn read_again(&self, last: &Texts) -> Result<(Texts, Vec<String>), Error> {
        let mut missing = Vec::new();
        let mut overlay = match &self.given.folder {
            Some(folder) if folder.exists() => read_folder(folder)?,
            _ => Vec::new(),
        };
        for file in &last.overlay {
            if !overlay.iter().any(|other| other.place == file.place) {
                missing.push(file.name.clone());
                overlay.push(file.clone());
            }
        }
        overlay.sort_by(|a, b| a.place.cmp(&b.place));
        let mut scenarios = Vec::new();
        for (path, (name, text)) in paths(&self.pieces).zip(&last.scenarios) {
            // Only a file can be read a second time: a pipe would be waited for.
            let text = if Mark::of(path).is_some() {
                read_text(path)?
            } else {
                missing.push(name.clone());
                text.clone()
            };
            scenarios.push((name.clone(), text));
        }
        Ok((Texts { overlay, scenarios }, missing))
    }

    fn marks(&self) -> Marks {
        let mut marks = self.given.folder.as_deref().map(marks_below).unwrap_or_default();
        marks.extend(paths(&self.pieces).filter_map(|path| Some((path.clone(), Mark::of(path)?))));
        marks
    }
}

impl Texts {
    /// The names of files that are others than they were, of those that can be exchanged.
    fn changed_since(&self, last: &Self) -> Vec<String> {
        let overlay = self.overlay.iter().filter(|file| file.can_be_exchanged());
        let overlay = overlay.filter(|file| !last.overlay.contains(file)).map(|file| file.name.clone());
        let scenarios = self.scenarios.iter().filter(|scenario| !last.scenarios.contains(scenario));
        overlay.chain(scenarios.map(|(name, _)| name.clone())).collect()
    }

    /// Whom the change concerns.
    fn concerns(&self, last: &Self, old: &Library, new: &Library) -> Concerns {
        let is_of_all = |file: &OverlayFile| file.can_be_exchanged() && !file.place.starts_with(SCENARIOS);
        if self.overlay.iter().any(|file| is_of_all(file) && !last.overlay.contains(file)) {
            return Concerns::All;
        }
        let differs = |name: &&str| {
            let text = |library: &Library| library.find(name).map(|entry| entry.text.clone());
            text(old) != text(new)
        };
        let names = old.all().chain(new.all()).map(|(name, _)| name);
        Concerns::Those(names.filter(differs).map(str::to_owned).collect::<BTreeSet<_>>())
    }
}

/// Adds the scenario files to what the folder gave, judges all of it, and reads the scenario of sessions that name none.
fn load(blueprint: &mut Blueprint, texts: &Texts, pieces: &[Piece], given: &Given) -> Result<Current, Error> {
    for (name, text) in &texts.scenarios {
        blueprint.add(name, text);
    }
    blueprint.judge()?;
    let mut files = texts.scenarios.iter();
    let names = pieces.iter().filter_map(|piece| match piece {
        Piece::Name(name) => Some(name.clone()),
        Piece::File(_) => files.next().and_then(|(name, text)| name_of(name, text)),
    });
    let scenario = names.collect::<Vec<_>>().join(",");
    Current::of(Loaded {
        catalogue: Arc::clone(&blueprint.catalogue),
        stock: Arc::clone(&blueprint.stock),
        library: blueprint.library.clone(),
        scenario,
        vendor: given.vendor.clone(),
        scripts: Mutex::default(),
    })
    .map_err(unfit)
}

/// Reads `a,./b.json`: what names a scenario is a name, what looks like a path is a file.
fn pieces(scenario: &str, library: &Library) -> Result<Vec<Piece>, Error> {
    let piece = |text: &str| {
        let path = Path::new(text);
        if library.find(text).is_some() {
            return Ok(Piece::Name(text.to_owned()));
        }
        if text.contains(['/', '\\']) || path.extension().is_some() || path.exists() {
            return Ok(Piece::File(path.to_owned()));
        }
        let names: Vec<&str> = library.all().map(|(name, _)| name).collect();
        let help = match nearest(text, names.iter().copied()) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("there are {}; a file needs its path, such as ./{text}.json", names.join(", ")),
        };
        Err(Error::new(ErrorKind::Usage, format!("no scenario is called {text:?}: {help}")))
    };
    // A comma may stand in the name of a file as well.
    if Path::new(scenario).is_file() {
        return piece(scenario).map(|piece| vec![piece]);
    }
    scenario.split(',').map(|text| piece(text.trim())).collect()
}

fn paths(pieces: &[Piece]) -> impl Iterator<Item = &PathBuf> {
    pieces.iter().filter_map(|piece| match piece {
        Piece::File(path) => Some(path),
        Piece::Name(_) => None,
    })
}

/// The marks of a folder's files; none of a folder that cannot be read.
fn marks_below(folder: &Path) -> Marks {
    let files = walk(folder).unwrap_or_default();
    files.into_iter().filter_map(|(_, path)| Some((path.clone(), Mark::of(&path)?))).collect()
}

/// What came of it, on the log.
fn tell(reloaded: &Result<Reloaded, String>) {
    match reloaded {
        Err(drawn) => tracing::warn!("files could not be read again; the last good ones are kept:\n{drawn}"),
        Ok(Reloaded { changed, missing, needs_restart, sessions }) => {
            if !changed.is_empty() {
                let session = |renewed: &Renewed| match renewed.not_taken[..] {
                    [] => renewed.name.clone(),
                    _ => format!("{} (after a reset: {})", renewed.name, renewed.not_taken.join(", ")),
                };
                let names = sessions.iter().map(session).collect::<Vec<_>>().join(", ");
                let changed = changed.join(", ");
                tracing::info!("read again: {changed}; sessions with new rules: {names}");
            }
            if !missing.is_empty() {
                tracing::warn!("gone, and kept as last read: {}", missing.join(", "));
            }
            if !needs_restart.is_empty() {
                tracing::warn!("taken at the next start only: {}", needs_restart.join(", "));
            }
        }
    }
}
