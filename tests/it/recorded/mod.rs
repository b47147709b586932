//! A session as one file: what is recorded, played again, is the same journal to the byte.

mod story;
mod together;
mod untold;
mod walk;

use linksfield_sandbox::{Recording, Replayed, SessionHandle};
use serde_json::Value;

/// The session's file, played in a sandbox of its own.
fn replayed(session: &SessionHandle) -> Replayed {
    let text = session.recorded().expect("a recording");
    let recording =
        Recording::parse("recorded.json", text.clone()).unwrap_or_else(|error| panic!("{error}\n{text}"));
    recording.replay(None).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// What is recorded of the session is what happens again.
fn assert_repeats(session: &SessionHandle) {
    let replayed = replayed(session);
    assert_eq!((replayed.difference, replayed.troubles), (None, Vec::new()));
    let journal: Vec<Value> =
        replayed.journal.iter().map(|entry| serde_json::from_str(entry).expect("an entry")).collect();
    // Nothing was left out of the recording: the first that is missing is shown whole.
    assert_eq!(session.journal().get(journal.len()), None);
    assert_eq!(journal, session.journal());
}
