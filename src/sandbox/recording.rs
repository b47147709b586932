//! A session that was recorded, made to happen again in a sandbox of its own: no socket, no waiting.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use parking_lot::Mutex;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::blueprint::read_up_to;
use super::builder::Builder;
use super::differ::difference;
use super::error::{Error, ErrorKind};
use super::handle::steering;
use super::limit::Limit;
use super::options::unfit;
use crate::document::{Diagnostic, Document, Size, draw};
use crate::scenario::file::RecordedSpec;
use crate::scenario::library::Library;
use crate::scenario::{Lowered, lower};
use crate::session::clock::real_now;
use crate::session::loaded::Loaded;
use crate::session::plan::Current;
use crate::session::registry::{DEFAULT, Order, Registry};
use crate::session::reload::Concerns;
use crate::session::session::Session;
use crate::session::view::EntryView;
use crate::session::{name, rehearsal};

/// The largest file: a journal and its calls fit several times.
const LARGEST_FILE: u64 = 64 << 20;

/// A session that was recorded: what [`SessionHandle::recorded`](crate::SessionHandle::recorded) wrote.
#[derive(Debug)]
pub struct Recording {
    file: String,
    /// The scenario; the journal is taken out of it, for it may be larger than what a person writes.
    text: String,
    head: RecordedSpec,
    /// The journal's entries, to the character.
    journal: Vec<String>,
}

/// What came of playing a recording.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Replayed {
    /// The journal's entries, each a line of JSON.
    pub journal: Vec<String>,
    /// The first entry that is not as it was recorded, field by field; `None` if the journal is the same.
    pub difference: Option<String>,
    /// What could not be done as it was recorded, such as moving the clock.
    pub troubles: Vec<String>,
}

#[derive(Deserialize)]
struct Peek<'a> {
    #[serde(borrow)]
    recorded: Inner<'a>,
}

#[derive(Deserialize)]
struct Inner<'a> {
    #[serde(borrow)]
    journal: &'a RawValue,
}

impl Recording {
    /// Reads a file.
    pub fn read(file: &Path) -> Result<Self, Error> {
        Self::parse(&file.display().to_string(), read_up_to(file, LARGEST_FILE)?)
    }

    /// Reads a text; `file` is what messages call it.
    pub fn parse(file: &str, text: impl Into<String>) -> Result<Self, Error> {
        let (text, journal) = without_journal(text.into());
        let invalid = |found: &[Diagnostic]| Error::new(ErrorKind::InvalidFile, draw(found, &text));
        let document =
            Document::parse_within(Size::Recorded, file, &text).map_err(|found| invalid(&found))?;
        let head: Option<RecordedSpec> = document.read_at("/recorded").map_err(|found| invalid(&found))?;
        let Some(head) = head else {
            let message = format!(
                "{file} is no recording: it has no `recorded`, as `ctl record` writes it; `demo --scenario` makes the calls of \
                 any scenario"
            );
            return Err(Error::new(ErrorKind::Usage, message));
        };
        let journal = journal.unwrap_or_else(|| head.journal.iter().map(Value::to_string).collect());
        Ok(Self { file: file.to_owned(), text, head, journal })
    }

    /// The number of the sandbox that recorded it. Another one than [`Sandbox::generator`](crate::Sandbox::generator) means that
    /// generated values may be others.
    pub fn generator(&self) -> u32 {
        self.head.generator
    }

    /// The version of the sandbox that recorded it.
    pub fn version(&self) -> &str {
        &self.head.version
    }

    /// Makes it happen again. `fixtures` is the folder of the server that recorded it, if it had one.
    pub fn replay(&self, fixtures: Option<&Path>) -> Result<Replayed, Error> {
        let registry = self.registry(fixtures)?;
        let (session, unmet) = self.play(&registry)?;
        let (entries, _) = session.journal();
        let entry = |entry| serde_json::to_string(&EntryView::of(entry)).unwrap_or_default();
        let journal: Vec<String> = entries.iter().map(|one| entry(one)).collect();
        let troubles =
            unmet.into_iter().map(|unmet| format!("{}: {}", unmet.pointer, unmet.message)).collect();
        Ok(Replayed { difference: difference(&self.journal, &journal), journal, troubles })
    }

    /// All sessions of a sandbox that serves nobody.
    fn registry(&self, fixtures: Option<&Path>) -> Result<Registry, Error> {
        let head = &self.head;
        let entries = Limit::Journal(self.journal.len().max(1_000));
        let mut builder = Builder::default().seed(head.seed).base_path(head.base_path.clone()).limit(entries);
        if let Some(folder) = fixtures {
            builder = builder.fixtures(folder);
        }
        let registry = builder.assemble()?.registry;
        if !head.scenarios.is_empty() {
            let loaded = registry.plan().loaded();
            let current = Current::of(Loaded {
                catalogue: Arc::clone(&loaded.catalogue),
                stock: Arc::clone(&loaded.stock),
                library: self.library(&loaded.library),
                scenario: loaded.scenario.clone(),
                vendor: Vec::new(),
                scripts: Mutex::default(),
            });
            registry.exchange(current.map_err(unfit)?, &Concerns::Those(BTreeSet::new()), real_now());
        }
        Ok(registry)
    }

    /// The library with the files that the scenario used.
    fn library(&self, library: &Library) -> Library {
        let mut library = library.clone();
        for scenario in &self.head.scenarios {
            // One that the fixtures folder brings goes before: it is the same file.
            let _ = library.add(&self.file, &Value::Object(scenario.clone()).to_string());
        }
        library
    }

    /// The session as it was, once all of its calls are made; and what stood against them.
    fn play(&self, registry: &Registry) -> Result<(Arc<Session>, Vec<rehearsal::Unmet>), Error> {
        let (head, real) = (&self.head, real_now());
        let invalid = |found: &[Diagnostic]| Error::new(ErrorKind::InvalidFile, draw(found, &self.text));
        let document = Document::parse_within(Size::Recorded, &self.file, &self.text);
        let document = document.map_err(|found| invalid(&found))?;
        let loaded = registry.plan().loaded();
        let lowered = lower(&document, &loaded.catalogue, &loaded.stock, &loaded.library);
        let Lowered { script, .. } = lowered.map_err(|found| invalid(&found))?;
        let script = Arc::new(script);
        let session = if head.session == DEFAULT {
            Arc::clone(registry.default_session())
        } else {
            let order =
                Order { seed: Some(head.seed), script: Some(Arc::clone(&script)), ..Order::default() };
            let name = name::fold(&head.session).filter(|name| *name == head.session);
            let made = name.and_then(|name| registry.make(&name, order, real).ok());
            made.ok_or_else(|| {
                let message = format!("{}: no session can be called {:?}", self.file, head.session);
                Error::new(ErrorKind::InvalidFile, message)
            })?
        };
        registry.sweep_up(session.begin_in(head.epoch, Arc::clone(&script), real));
        let unmet = rehearsal::play(&session, &script, &steering(registry), real);
        Ok((session, unmet))
    }
}

/// Takes the journal out of a recording, so that every other thing stays in its line; the entries to the character. Nothing is
/// taken out of a text that a person has put comments into.
fn without_journal(text: String) -> (String, Option<Vec<String>>) {
    let Ok(Peek { recorded: Inner { journal } }) = serde_json::from_str(&text) else { return (text, None) };
    let Ok(entries) = serde_json::from_str::<Vec<&RawValue>>(journal.get()) else { return (text, None) };
    let entries = entries.into_iter().map(|entry| entry.get().to_owned()).collect();
    let start = journal.get().as_ptr().addr() - text.as_ptr().addr();
    let end = start + journal.get().len();
    let lines = "\n".repeat(journal.get().matches('\n').count());
    (format!("{}[{lines}]{}", &text[..start], &text[end..]), Some(entries))
}
