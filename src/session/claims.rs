//! Claims: values of calls by which a call that names no session is one's all the same, such as a partner code or the addresses
//! of a test's customers. For a backend that runs for long, serves all tests, and cannot choose a session.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::RwLock;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::contract::fields::{FieldSpec, Format};
use crate::document::nearest;
use crate::scenario::glob;

/// What can be claimed.
pub(crate) struct Key {
    /// What it is called.
    pub word: &'static str,
    /// The fields that bear it, in the body or in the query.
    pub is_borne_by: fn(&FieldSpec) -> bool,
    /// Whether case counts for nothing, and `*` stands for any run of characters.
    is_address: bool,
}

/// All of it. A value of an earlier key goes before one of a later key: an address is one customer's, a partner code is a shop's.
pub(crate) const KEYS: [Key; 2] = [
    Key { word: "email", is_borne_by: |spec| spec.format == Some(Format::Email), is_address: true },
    Key { word: "partnerCode", is_borne_by: |spec| spec.name == "partnerCode", is_address: false },
];

/// So many values a session may claim.
const MOST: usize = 100;
/// The longest value, in bytes: no address is longer.
const LONGEST: usize = 254;

/// A claimed value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Claim {
    key: usize,
    value: String,
}

impl Claim {
    /// Its key's word.
    pub(crate) fn word(&self) -> &'static str {
        KEYS[self.key].word
    }

    fn is_glob(&self) -> bool {
        KEYS[self.key].is_address && self.value.contains('*')
    }
}

/// `email "*+w3@you.example"`.
impl std::fmt::Display for Claim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?}", self.word(), self.value)
    }
}

/// What one session claims.
#[derive(Clone, Debug, Default)]
pub(crate) struct Claims(Vec<Claim>);

/// Why something cannot be claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadClaim {
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: String,
}

impl Claims {
    /// Whether it claims nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All values under the word of their key.
    pub(super) fn by_word(&self) -> BTreeMap<String, Vec<String>> {
        let mut words = BTreeMap::<String, Vec<String>>::new();
        for claim in &self.0 {
            words.entry(claim.word().to_owned()).or_default().push(claim.value.clone());
        }
        words
    }

    /// Adds a value. Twice is once.
    pub(crate) fn add(&mut self, word: &str, value: &str) -> Result<(), BadClaim> {
        let bad = |message: String, help: &str| Err(BadClaim { message, help: help.to_owned() });
        let key = key(word)?;
        let is_address = KEYS[key].is_address;
        if value.trim().is_empty() || value.trim() != value || value.len() > LONGEST {
            let message = format!("{value:?} is no {word} that a call could have");
            return bad(message, "1 to 254 bytes, without spaces around them");
        }
        if is_address && !value.contains(['@', '*']) {
            let help = "write a whole address, or a pattern such as *+w3@you.example";
            return bad(format!("no address is {value:?}"), help);
        }
        if !is_address && value.contains('*') {
            let help = "name each one; only addresses take a pattern";
            return bad(format!("{value:?} is no {word}: it is claimed as a whole"), help);
        }
        let value = if is_address { value.to_ascii_lowercase() } else { value.to_owned() };
        let claim = Claim { key, value };
        if !self.0.contains(&claim) {
            if self.0.len() == MOST {
                return bad(
                    format!("a session claims {MOST} values at most"),
                    "a pattern stands for many addresses",
                );
            }
            self.0.push(claim);
        }
        Ok(())
    }
}

/// The place of a key in the table.
pub(crate) fn key(word: &str) -> Result<usize, BadClaim> {
    let words = || KEYS.iter().map(|key| key.word);
    KEYS.iter().position(|key| key.word == word).ok_or_else(|| {
        let help = match nearest(word, words()) {
            Some(near) => format!("did you mean {near:?}?"),
            None => format!("there are {}", words().collect::<Vec<_>>().join(", ")),
        };
        BadClaim { message: format!("{word:?} cannot be claimed"), help }
    })
}

/// `{"email":["*+w3@you.example"]}`.
impl Serialize for Claims {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut map = out.serialize_map(None)?;
        for (at, key) in KEYS.iter().enumerate() {
            let values: Vec<&str> =
                self.0.iter().filter(|claim| claim.key == at).map(|claim| claim.value.as_str()).collect();
            if !values.is_empty() {
                map.serialize_entry(key.word, &values)?;
            }
        }
        map.end()
    }
}

/// A claim that a session has already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    /// The session.
    pub holder: String,
    /// What it claims.
    pub claim: Claim,
}

/// Who claims what. While nobody claims anything, asking costs an atomic load.
#[derive(Default)]
pub(crate) struct Book {
    sessions: AtomicUsize,
    pages: RwLock<Pages>,
}

#[derive(Default)]
struct Pages {
    whole: BTreeMap<Claim, String>,
    /// Those that name most stand first.
    patterns: BTreeMap<(Reverse<usize>, Claim), String>,
    by_session: BTreeMap<String, Claims>,
}

impl Book {
    /// Whether anybody claims anything.
    pub(crate) fn is_in_use(&self) -> bool {
        self.sessions.load(Ordering::Relaxed) > 0
    }

    /// The sessions that claim something, by name.
    pub(crate) fn sessions(&self) -> Vec<String> {
        self.pages.read().by_session.keys().cloned().collect()
    }

    /// What a session claims.
    pub(crate) fn of(&self, session: &str) -> Claims {
        self.pages.read().by_session.get(session).cloned().unwrap_or_default()
    }

    /// The first of these claims that another session has.
    pub(super) fn clash(&self, claims: &Claims) -> Option<Held> {
        if claims.is_empty() { None } else { self.pages.read().clash(claims) }
    }

    /// Writes a session's claims in, all or none.
    pub(super) fn enter(&self, session: &str, claims: &Claims) -> Result<(), Held> {
        if claims.is_empty() {
            return Ok(());
        }
        let mut pages = self.pages.write();
        if let Some(held) = pages.clash(claims) {
            return Err(held);
        }
        for claim in &claims.0 {
            if claim.is_glob() {
                pages.patterns.insert(place(claim), session.to_owned());
            } else {
                pages.whole.insert(claim.clone(), session.to_owned());
            }
        }
        pages.by_session.insert(session.to_owned(), claims.clone());
        self.sessions.store(pages.by_session.len(), Ordering::Relaxed);
        Ok(())
    }

    /// Strikes a session's claims out.
    pub(super) fn strike(&self, session: &str) {
        if !self.is_in_use() {
            return;
        }
        let mut pages = self.pages.write();
        for claim in pages.by_session.remove(session).unwrap_or_default().0 {
            if claim.is_glob() {
                pages.patterns.remove(&place(&claim));
            } else {
                pages.whole.remove(&claim);
            }
        }
        self.sessions.store(pages.by_session.len(), Ordering::Relaxed);
    }

    /// The claims that a value meets: as a whole first, then by patterns, those that name most first.
    pub(crate) fn met_by(&self, key: usize, value: &str) -> Vec<Held> {
        let is_address = KEYS[key].is_address;
        let value = if is_address { value.to_ascii_lowercase() } else { value.to_owned() };
        let claim = Claim { key, value };
        let pages = self.pages.read();
        let whole =
            pages.whole.get(&claim).map(|holder| Held { holder: holder.clone(), claim: claim.clone() });
        let fits = |pattern: &Claim| pattern.key == key && glob::matches(&pattern.value, &claim.value);
        let patterns = pages.patterns.iter().filter(|((_, pattern), _)| fits(pattern));
        let patterns =
            patterns.map(|((_, pattern), holder)| Held { holder: holder.clone(), claim: pattern.clone() });
        whole.into_iter().chain(patterns).collect()
    }
}

impl Pages {
    fn clash(&self, claims: &Claims) -> Option<Held> {
        let holder = |claim: &Claim| {
            if claim.is_glob() { self.patterns.get(&place(claim)) } else { self.whole.get(claim) }
        };
        claims.0.iter().find_map(|claim| Some(Held { holder: holder(claim)?.clone(), claim: claim.clone() }))
    }
}

fn place(claim: &Claim) -> (Reverse<usize>, Claim) {
    (Reverse(claim.value.chars().filter(|c| *c != '*').count()), claim.clone())
}
