//! A session as one scenario file that makes it happen again: its scenario, its calls to the byte, what steered it in between, and
//! the journal to compare with.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::journal::{Exchange, Origin};
use super::session::Session;
use super::steps::{Gap, Step, What, Words};
use super::view::EntryView;
use crate::document::{Document, Size};
use crate::domain::dice::GENERATOR;
use crate::domain::moment::Moment;
use crate::domain::payment::Payer;
use crate::domain::settings::{Kind, SETTINGS};
use crate::domain::stage::Report;
use crate::scenario::script::Script;

/// Why a session cannot be told as one file, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Untold {
    /// What is missing.
    pub message: String,
    /// What to do.
    pub help: &'static str,
}

/// A session at a moment.
struct Seen {
    script: Arc<Script>,
    gap: Option<Gap>,
    steps: Vec<Step>,
    turn: u64,
    epoch: u64,
    opened: Moment,
    now: Moment,
}

/// One of `calls`.
#[derive(Default, Serialize)]
struct Line<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    raw: Option<Raw<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    control: Option<Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Raw<'a> {
    method: &'a str,
    target: &'a str,
    headers: Vec<(String, String)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    notes: &'a [String],
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    token_of_gone_session: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<Value>,
}

impl Session {
    /// The file, as the session is now.
    pub(crate) fn recorded(&self, real: Moment) -> Result<String, Untold> {
        // Nobody steers it meanwhile, and no epoch begins.
        let _one_at_a_time = (self.recording.lock(), self.steering.lock());
        let seen = self.look_at_core(real, |core| Seen {
            script: Arc::clone(&core.steps.script),
            gap: core.steps.gap,
            steps: core.steps.list.clone(),
            turn: core.turn,
            epoch: core.epoch,
            opened: core.opened,
            now: core.world.now(),
        });
        let entries = self.whole_journal(&seen)?;
        let calls = self.lines(&seen, &entries)?;
        let mut file = document(&seen.script, self.shared.auto_pay);
        // Invented people follow the file's seed, so that one stays as it is beside them.
        if file.get("world").is_none_or(|world| world.get("generate").is_none()) {
            file.insert("seed".to_owned(), self.seed.0.into());
        }
        file.insert("clock".to_owned(), json!({ "start": seen.opened.to_string(), "mode": "frozen" }));
        let journal: Vec<String> = entries.iter().map(|entry| text_of(&EntryView::of(entry))).collect();
        let mut text = "{\n".to_owned();
        for (key, value) in &file {
            let _ = writeln!(text, "  {}: {value},", Value::from(key.as_str()));
        }
        let _ = writeln!(text, "  \"calls\": {},", list(&calls, 4));
        text.push_str("  \"recorded\": {\n");
        for (key, value) in self.head(&seen)? {
            let _ = writeln!(text, "    \"{key}\": {value},");
        }
        let _ = write!(text, "    \"journal\": {}\n  }}\n}}\n", list(&journal, 6));
        Ok(text)
    }

    /// Every exchange of the epoch, or why they are not all there.
    fn whole_journal(&self, seen: &Seen) -> Result<Vec<Arc<Exchange>>, Untold> {
        let untold = |message: String, help| Err(Untold { message, help });
        match seen.gap {
            Some(Gap::Copied) => {
                let message = "the session began as a copy: what happened before it was forked or restored is not known";
                return untold(
                    message.to_owned(),
                    "record the session that it is a copy of; reset begins anew",
                );
            }
            Some(Gap::Restarted) => {
                let message =
                    "the server was started again since the session began: calls before that are not kept";
                return untold(message.to_owned(), "reset the session, then do again what you want to show");
            }
            Some(Gap::TooMany) => {
                let message = "the session was steered more often than is kept (1,000 steps, 1 MiB)";
                return untold(message.to_owned(), "reset the session before what you want to show");
            }
            None => {}
        }
        let (mut entries, dropped) = self.journal();
        entries.retain(|entry| entry.turn <= seen.turn);
        if entries.len() as u64 == seen.turn {
            return Ok(entries);
        }
        let is_full = entries.len() >= self.journal.lock().room();
        if dropped > 0 && is_full {
            let message = format!("{dropped} journal entries fell out");
            return untold(message, "start the server with a larger --journal, or reset the session before");
        }
        if dropped > 0 {
            let message = format!(
                "{dropped} journal entries fell out: those of a session may have 4 MiB, those of all sessions 128 MiB"
            );
            return untold(
                message,
                "reset the session before what you want to show, and drop sessions that nobody needs",
            );
        }
        if entries.first().is_none_or(|entry| entry.turn > 1) {
            let message = "the journal was cleared: the calls before that are not known";
            return untold(message.to_owned(), "reset the session instead of clearing its journal");
        }
        untold("a call is under way".to_owned(), "ask again once it is answered")
    }

    /// What `calls` holds, each as a line of JSON.
    fn lines(&self, seen: &Seen, entries: &[Arc<Exchange>]) -> Result<Vec<String>, Untold> {
        let mut lines = Vec::new();
        // Said only where it is news: moving the clock, even by nothing, lets happen what is due.
        let mut shown = Some(seen.opened);
        let mut steps = seen.steps.iter().peekable();
        let moved_to =
            |shown: &mut Option<Moment>, at: Moment| (shown.replace(at) != Some(at)).then(|| at.to_string());
        let step = |step: &Step, at| {
            text_of(&Line { at, control: Some(self.control(&step.what)), ..Line::default() })
        };
        for entry in entries {
            while let Some(next) = steps.next_if(|step| step.mark.turn < entry.turn) {
                lines.push(step(next, moved_to(&mut shown, next.mark.at)));
            }
            if entry.origin == Origin::Sandbox {
                // It comes by itself, as it did: before whatever is next.
                shown = None;
                continue;
            }
            let (at, raw) = (moved_to(&mut shown, entry.at), Some(Raw::of(entry)?));
            lines.push(text_of(&Line { at, raw, ..Line::default() }));
        }
        for next in steps {
            lines.push(step(next, moved_to(&mut shown, next.mark.at)));
        }
        if let Some(at) = moved_to(&mut shown, seen.now) {
            lines.push(text_of(&Line { at: Some(at), ..Line::default() }));
        }
        Ok(lines)
    }

    /// A step as a call of the control surface.
    fn control(&self, what: &What) -> Value {
        match what {
            What::Words(words) => {
                let Words { method, path, body } = &**words;
                let mut control = json!({ "method": method.as_str(), "path": path });
                if let Some(body) = parsed(body) {
                    control["body"] = Value::Object(body);
                }
                control
            }
            What::Scenario(script) => {
                let document = document(script, self.shared.auto_pay);
                let body = json!({ "document": document, "world": "keep" });
                json!({ "method": "PUT", "path": "scenario", "body": body })
            }
        }
    }

    /// Whose recording it is, and what it takes to play it.
    fn head(&self, seen: &Seen) -> Result<Vec<(&'static str, Value)>, Untold> {
        let mut beside: BTreeMap<&str, &str> = BTreeMap::new();
        let laid = seen.steps.iter().filter_map(|step| match &step.what {
            What::Scenario(script) => Some(script),
            What::Words(_) => None,
        });
        for (file, text) in std::iter::once(&seen.script).chain(laid).flat_map(|script| &script.source.beside)
        {
            if beside.insert(file, text).is_some_and(|other| other != text) {
                let message =
                    format!("{file}, which the scenario uses, was read again while the session ran");
                return Err(Untold {
                    message,
                    help: "reset the session: it then begins with the file as it is",
                });
            }
        }
        let first = self.catalogue.endpoints.first();
        let base_path = first.and_then(|served| served.path.strip_suffix(&*served.card.path));
        let mut head = vec![
            ("session", Value::from(self.name())),
            ("epoch", seen.epoch.into()),
            ("seed", self.seed.0.into()),
            ("generator", GENERATOR.into()),
            ("version", env!("CARGO_PKG_VERSION").into()),
        ];
        if let Some(base_path) = base_path.filter(|path| !path.is_empty()) {
            head.push(("basePath", base_path.into()));
        }
        if !beside.is_empty() {
            head.push(("scenarios", beside.values().filter_map(|text| parsed(text)).collect()));
        }
        Ok(head)
    }
}

impl<'a> Raw<'a> {
    fn of(entry: &'a Exchange) -> Result<Self, Untold> {
        let kept = &entry.kept;
        let body = kept.body();
        if body.len() < kept.body_length {
            let message = format!(
                "the body of turn {} has {} bytes, of which the journal keeps {}",
                entry.turn,
                kept.body_length,
                body.len()
            );
            return Err(Untold { message, help: "reset the session, and leave that call out" });
        }
        let (noted, token_of_gone_session) = match entry.origin {
            Origin::Client { noted, of_gone_session } => (noted, of_gone_session),
            Origin::Refused(_) | Origin::Sandbox => (0, false),
        };
        let refused = match &entry.origin {
            Origin::Refused(text) => Some(json!({ "status": entry.status.as_u16(), "text": &**text })),
            Origin::Client { .. } | Origin::Sandbox => None,
        };
        let text = std::str::from_utf8(body);
        Ok(Self {
            method: kept.method.as_str(),
            target: kept.target(),
            headers: kept.headers(),
            body: text.ok().filter(|text| !text.is_empty()),
            base64: text.is_err().then(|| BASE64_STANDARD.encode(body)),
            notes: entry.notes.get(..noted).unwrap_or_default(),
            token_of_gone_session,
            refused,
        })
    }
}

/// A scenario as it was written, with what the process says before it.
fn document(script: &Script, auto_pay: Option<Payer>) -> Map<String, Value> {
    let mut document = parsed(&script.source.text).unwrap_or_default();
    // What somebody expected, and called to try it, is not what happened.
    for key in ["$schema", "calls", "expect", "recorded"] {
        document.shift_remove(key);
    }
    for (key, value) in &script.source.vendor {
        let vendor = document.entry("vendor").or_insert_with(|| json!({}));
        let Value::Object(vendor) = vendor else { continue };
        match setting(key, value) {
            Some(value) => vendor.insert(key.clone(), value),
            None => vendor.shift_remove(key),
        };
    }
    if let Some(Payer { after, report }) = auto_pay {
        let outcome = if report == Report::Succeeded { "succeed" } else { "fail" };
        document.insert("payer".to_owned(), json!({ "after": after.to_string(), "outcome": outcome }));
    }
    document
}

/// A setting as a scenario spells what a flag said; `None` if a scenario says it by saying nothing.
fn setting(key: &str, value: &str) -> Option<Value> {
    let kind = SETTINGS.iter().find(|setting| setting.key == key).map(|setting| setting.kind);
    Some(match kind {
        Some(Kind::Truth) => (value == "true").into(),
        Some(Kind::Settling) => {
            match value.strip_suffix("polls").and_then(|polls| polls.parse::<u32>().ok()) {
                Some(polls) => json!({ "polls": polls }),
                None if value == "off" => return None,
                None => json!({ "after": value }),
            }
        }
        Some(Kind::Words | Kind::Span | Kind::OffOrSpan | Kind::Text) | None => value.into(),
    })
}

/// An object that was written with comments or without; `None` if there is none.
fn parsed(text: &str) -> Option<Map<String, Value>> {
    Document::parse_within(Size::Recorded, "recorded", text).ok()?.read().ok()
}

fn text_of(value: &impl Serialize) -> String {
    // Our views have text keys and finite numbers: what serde_json could refuse does not occur in them.
    serde_json::to_string(value).unwrap_or_default()
}

/// A list with an element a line.
fn list(lines: &[String], indent: usize) -> String {
    if lines.is_empty() {
        return "[]".to_owned();
    }
    let (inner, outer) = (" ".repeat(indent), " ".repeat(indent - 2));
    format!("[\n{inner}{}\n{outer}]", lines.join(&format!(",\n{inner}")))
}
