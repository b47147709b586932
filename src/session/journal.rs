//! The journal: what was asked and what was answered, in turn order, within bounds. What falls out is counted.

use std::collections::VecDeque;
use std::sync::Arc;

use http::{Method, StatusCode};

use super::archive::Archive;
use crate::contract::call::{Call, InTheNameOf, Reply, SessionGone};
use crate::contract::code::Code;
use crate::contract::fields::Notes;
use crate::domain::moment::Moment;
use crate::scenario::fault::Fault;
use crate::scenario::why::Why;

/// The record of one turn: what everything that looks back reads.
#[derive(Debug)]
pub(crate) struct Exchange {
    /// Its number, from 1.
    pub turn: u64,
    /// When, on the session's clock.
    pub at: Moment,
    /// Who made the call, and what was known of it before it was read.
    pub origin: Origin,
    /// What was asked, and what was answered.
    pub kept: Kept,
    /// The endpoint's id; `None` if the path or method is not known.
    pub endpoint: Option<&'static str>,
    /// The endpoint's place in the catalogue.
    pub endpoint_at: Option<usize>,
    /// The answer's status.
    pub status: StatusCode,
    /// The answer's business code, if it has one.
    pub code: Option<Code>,
    /// The rule that decided, if one did.
    pub rule: Option<Arc<str>>,
    /// What happens to the answer on the wire.
    pub wire: Vec<Fault>,
    /// What was accepted although it is not as documented.
    pub notes: Vec<String>,
    /// Whether anything was changed by it.
    pub carried: Carried,
    /// Which rules were looked at, if there were any.
    pub why: Option<Box<Why>>,
}

/// Whether a call was carried out, whatever its client was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carried {
    /// It was.
    Out,
    /// It was refused, and changed nothing.
    Refused,
    /// A rule answered in its place, or it only looked as if: nothing is stored.
    Not,
}

/// A request and the body of its answer, copied out of the connection's buffers, so that an entry holds no more than itself.
/// One allocation: target, headers, body and answer stand behind each other.
#[derive(Debug)]
pub(crate) struct Kept {
    /// Method.
    pub method: Method,
    /// How long the request's body was.
    pub body_length: usize,
    /// How long the answer's body was.
    pub answer_length: usize,
    text: Box<[u8]>,
    target_end: usize,
    head_end: usize,
    body_end: usize,
}

/// Who made a call, and what was known of it before it was read: what it takes to make it again.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A client.
    Client {
        /// How many of the notes came with it: how its session was found.
        noted: usize,
        /// Whether its token is of a session that is gone.
        of_gone_session: bool,
    },
    /// A client, whose call was refused in these words before it was whole.
    Refused(Arc<str>),
    /// The sandbox itself, in the place of a partner's server.
    Sandbox,
}

/// Put into the extensions of a reply to a call that was refused before it was whole: in which words.
#[derive(Clone, Debug)]
pub(super) struct RefusedUnread(pub(super) Arc<str>);

/// How much is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Entries.
    pub entries: usize,
    /// Bytes of all entries together.
    pub bytes: usize,
    /// Bytes of one body.
    pub body: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { entries: 1_000, bytes: 4 << 20, body: 16 << 10 }
    }
}

/// The entries of one session.
#[derive(Debug)]
pub(crate) struct Journal {
    bounds: Bounds,
    /// What it weighs counts there too.
    archive: Arc<Archive>,
    epoch: u64,
    entries: VecDeque<Arc<Exchange>>,
    bytes: usize,
    dropped: u64,
}

impl Journal {
    /// An empty one.
    pub(super) fn new(bounds: Bounds, epoch: u64, archive: Arc<Archive>) -> Self {
        Self { bounds, archive, epoch, entries: VecDeque::new(), bytes: 0, dropped: 0 }
    }

    fn anew(&mut self, epoch: u64) -> Self {
        let empty = Self::new(self.bounds, epoch, Arc::clone(&self.archive));
        std::mem::replace(self, empty)
    }

    /// Begins anew for a later epoch; what was kept of the old one, for somebody to drop where nobody waits.
    pub(crate) fn begin(&mut self, epoch: u64) -> Option<Self> {
        (epoch > self.epoch).then(|| self.anew(epoch))
    }

    /// Forgets what is kept, within the epoch.
    pub(crate) fn clear(&mut self) -> Self {
        self.anew(self.epoch)
    }

    /// Puts an exchange in its place. Two calls may come here in another order than their turns; what is late from an epoch
    /// that is over is left out, and what is first of a new one begins it.
    pub(crate) fn push(&mut self, epoch: u64, exchange: Arc<Exchange>) {
        if epoch < self.epoch {
            return;
        }
        drop(self.begin(epoch));
        let before = self.bytes;
        self.bytes += exchange.weight();
        let later = self.entries.iter().rev().take_while(|entry| entry.turn > exchange.turn).count();
        self.entries.insert(self.entries.len() - later, exchange);
        while self.entries.len() > self.bounds.entries || self.bytes > self.bounds.bytes {
            if !self.drop_oldest() {
                break;
            }
        }
        self.archive.weigh(self.bytes, before);
    }

    /// Makes room for other journals: the oldest entry goes, and is counted. Whether there was one.
    pub(super) fn shed(&mut self) -> bool {
        let before = self.bytes;
        let was_there = self.drop_oldest();
        self.archive.weigh(self.bytes, before);
        was_there
    }

    fn drop_oldest(&mut self) -> bool {
        let Some(oldest) = self.entries.pop_front() else { return false };
        self.bytes -= oldest.weight();
        self.dropped += 1;
        true
    }

    /// What its entries weigh.
    pub(super) fn weight(&self) -> usize {
        self.bytes
    }

    /// What is kept, oldest first. Cheap: the entries are shared.
    pub(crate) fn entries(&self) -> Vec<Arc<Exchange>> {
        self.entries.iter().cloned().collect()
    }

    /// How many entries it may hold.
    pub(crate) fn room(&self) -> usize {
        self.bounds.entries
    }

    /// How many fell out.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.archive.weigh(0, self.bytes);
    }
}

impl Origin {
    /// Of a call, by what was put into it and into its reply.
    pub(super) fn of(call: &Call, reply: &Reply, notes: &Notes) -> Self {
        if let Some(RefusedUnread(text)) = reply.extensions().get() {
            return Self::Refused(Arc::clone(text));
        }
        let put = call.extensions();
        if put.get::<InTheNameOf>().is_some() {
            return Self::Sandbox;
        }
        let noted = put.get::<Notes>().map_or(0, |put| put.noted.len().min(notes.noted.len()));
        Self::Client { noted, of_gone_session: put.get::<SessionGone>().is_some() }
    }
}

impl Exchange {
    /// What it weighs against the bound, its own frame included.
    fn weight(&self) -> usize {
        let notes: usize = self.notes.iter().map(String::len).sum();
        let why = self.why.as_ref().map_or(0, |why| why.weight());
        size_of::<Self>() + self.kept.text.len() + notes + why
    }
}

impl Kept {
    /// Copies a call and the body of its answer, each body up to `bound`.
    pub(crate) fn copy(call: &Call, answer: &[u8], bound: usize) -> Self {
        let target = call.uri().path_and_query().map_or("", http::uri::PathAndQuery::as_str);
        let (body_length, answer_length) = (call.body().len(), answer.len());
        let (body, answer) = (&call.body()[..body_length.min(bound)], &answer[..answer_length.min(bound)]);
        let headers = call.lines().length + 3 * call.lines().count;
        let mut text = Vec::with_capacity(target.len() + headers + body.len() + answer.len());
        text.extend_from_slice(target.as_bytes());
        let target_end = text.len();
        for (name, value) in call.headers() {
            text.extend_from_slice(name.as_str().as_bytes());
            text.extend_from_slice(b": ");
            text.extend_from_slice(value.as_bytes());
            text.push(b'\n');
        }
        let head_end = text.len();
        text.extend_from_slice(body);
        let body_end = text.len();
        text.extend_from_slice(answer);
        let (method, text) = (call.method().clone(), text.into_boxed_slice());
        Self { method, body_length, answer_length, text, target_end, head_end, body_end }
    }

    /// Path and query.
    pub(crate) fn target(&self) -> &str {
        std::str::from_utf8(&self.text[..self.target_end]).unwrap_or_default()
    }

    /// The headers, by name and value; bytes that are no UTF-8 are shown as such.
    pub(crate) fn headers(&self) -> Vec<(String, String)> {
        let text = String::from_utf8_lossy(&self.text[self.target_end..self.head_end]);
        let lines = text.lines().filter_map(|line| line.split_once(": "));
        lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// The request's body, or its beginning.
    pub(crate) fn body(&self) -> &[u8] {
        &self.text[self.head_end..self.body_end]
    }

    /// The answer's body, or its beginning.
    pub(crate) fn answer(&self) -> &[u8] {
        &self.text[self.body_end..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn exchange(turn: u64, body: &str) -> Arc<Exchange> {
        let call = http::Request::post("/x").header("accept-language", "").body(Bytes::from(body.to_owned()));
        Arc::new(Exchange {
            turn,
            at: Moment::EPOCH,
            origin: Origin::Sandbox,
            kept: Kept::copy(&Call::from(call.expect("a request")), b"", 10),
            endpoint: None,
            endpoint_at: None,
            status: StatusCode::OK,
            code: None,
            rule: None,
            wire: Vec::new(),
            notes: Vec::new(),
            carried: Carried::Out,
            why: None,
        })
    }

    fn journal(bounds: Bounds) -> Journal {
        Journal::new(bounds, 1, Arc::default())
    }

    fn turns(journal: &Journal) -> Vec<u64> {
        journal.entries().iter().map(|entry| entry.turn).collect()
    }

    #[test]
    fn entries_stand_in_turn_order_whatever_order_they_come_in() {
        let mut journal = journal(Bounds::default());
        for turn in [1, 3, 2, 5, 4] {
            journal.push(1, exchange(turn, ""));
        }
        assert_eq!(turns(&journal), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn what_falls_out_is_counted() {
        let mut journal = journal(Bounds { entries: 2, ..Bounds::default() });
        for turn in 1..=5 {
            journal.push(1, exchange(turn, ""));
        }
        assert_eq!((turns(&journal), journal.dropped()), (vec![4, 5], 3));
    }

    #[test]
    fn bytes_are_bounded_too_and_long_bodies_are_cut() {
        let bytes = 2 * exchange(1, "0123456789ab").weight();
        let mut journal = journal(Bounds { bytes, ..Bounds::default() });
        for turn in 1..=5 {
            journal.push(1, exchange(turn, "0123456789ab"));
        }
        assert_eq!((turns(&journal), journal.dropped()), (vec![4, 5], 3));
        let kept = &journal.entries()[0].kept;
        assert_eq!((kept.body(), kept.body_length), (&b"0123456789"[..], 12));
    }

    #[test]
    fn empty_headers_are_kept_as_such() {
        let headers = exchange(1, "").kept.headers();
        assert_eq!(headers, [("accept-language".to_owned(), String::new())]);
    }

    #[test]
    fn over_the_bound_of_all_journals_the_oldest_of_the_largest_go_and_are_counted() {
        let weight = exchange(1, "x").weight();
        // Sixteen fit; then a sixteenth is freed, so that fifteen are left.
        let archive = Arc::new(Archive::new(16 * weight));
        let open = || archive.open(Bounds::default(), 1);
        let (large, small, gone) = (open(), open(), open());
        let fill = |journal: &parking_lot::Mutex<Journal>, turns: std::ops::RangeInclusive<u64>| {
            for turn in turns {
                journal.lock().push(1, exchange(turn, "x"));
                archive.keep_within();
            }
        };
        let seen = |journal: &parking_lot::Mutex<Journal>| {
            let journal = journal.lock();
            (turns(&journal), journal.dropped())
        };
        fill(&gone, 1..=4);
        drop(gone);
        fill(&small, 1..=3);
        fill(&large, 1..=13);
        assert_eq!((seen(&small).1, seen(&large).1), (0, 0), "what is gone holds no room");
        fill(&small, 4..=4);
        assert_eq!((seen(&small), seen(&large)), ((vec![1, 2, 3, 4], 0), ((3..=13).collect(), 2)));
        // A journal that is cleared gives its room back at once.
        drop(large.lock().clear());
        fill(&small, 5..=16);
        assert_eq!(seen(&small), ((1..=16).collect(), 0));
        fill(&small, 17..=17);
        assert_eq!(seen(&small), ((3..=17).collect(), 2));
    }
}
