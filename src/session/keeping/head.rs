//! The rows of a session that are not its world's: what it is, and how far it has come.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Place;
use crate::domain::dice::Seed;
use crate::domain::moment::{Moment, Span};
use crate::scenario::script::Script;
use crate::session::claims::Claims;
use crate::session::clock::Clock;

/// Another number when the rows of this file or of deliveries are others.
pub(super) const FORMAT: u32 = 1;

/// Keys. The world's own rows have keys below all of these.
pub(in crate::session) mod key {
    /// Where these begin, and the world's end.
    pub(in crate::session) const OWN: &[u8] = &[0xf0];
    /// Where these end.
    pub(in crate::session) const END: &[u8] = &[0xff];
    pub(in crate::session) const HEAD: &[u8] = &[0xf0];
    pub(in crate::session) const PULSE: &[u8] = &[0xf1];
    pub(in crate::session) const CALLBACKS: &[u8] = &[0xf2];
    pub(in crate::session) const DELIVERY: u8 = 0xf3;
    pub(in crate::session) const PATCH: u8 = 0xf4;

    /// The key of one of many.
    pub(in crate::session) fn numbered(table: u8, number: u64) -> Vec<u8> {
        let mut key = vec![table];
        key.extend(number.to_be_bytes());
        key
    }
}

/// What a session is.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) name: String,
    pub(super) epoch: u64,
    pub(super) seed: u64,
    /// Its scenario.
    pub(super) script: Source,
    /// The one with which its world began.
    pub(super) began: Source,
    /// Tells the stock of that one from others.
    pub(super) stock: String,
    pub(super) claims: BTreeMap<String, Vec<String>>,
    /// In milliseconds.
    pub(super) idle: Option<u64>,
}

/// Where its scenario comes from.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Source {
    /// It has a name, or several.
    Named(String),
    /// Somebody sent it.
    Document(String),
}

impl Source {
    fn of(script: &Script) -> Self {
        match &script.key {
            Some(key) => Self::Named(key.clone()),
            None => Self::Document(script.source.text.clone()),
        }
    }
}

impl Head {
    pub(super) fn of(
        name: &str,
        seed: Seed,
        epoch: u64,
        (began, script): (&Script, &Script),
        place: &Place,
    ) -> Self {
        Self {
            name: name.to_owned(),
            epoch,
            seed: seed.0,
            script: Source::of(script),
            began: Source::of(began),
            stock: began.stock_digest().to_owned(),
            claims: place.claims.by_word(),
            idle: place.idle.map(Span::millis),
        }
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        // Texts and numbers: there is nothing in it that JSON could not say.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// What the registry is to know of it.
    pub(super) fn place(&self) -> Option<Place> {
        let mut claims = Claims::default();
        for (word, values) in &self.claims {
            for value in values {
                claims.add(word, value).ok()?;
            }
        }
        let idle = match self.idle {
            None => None,
            Some(millis) => Some(Span::from_millis(millis)?),
        };
        Some(Place { claims, idle })
    }
}

/// How far a session has come.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Pulse {
    pub(super) turn: u64,
    pub(super) opened: i64,
    clock: Kept,
}

/// A clock. Moments are milliseconds.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Kept {
    Real { offset: i64 },
    Scaled { from: i64, shown: i64, factor: u32 },
    Frozen { at: i64 },
}

impl Pulse {
    pub(super) fn of(turn: u64, clock: Clock, opened: Moment) -> Self {
        let clock = match clock {
            Clock::Real { offset } => Kept::Real { offset },
            Clock::Scaled { from, shown, factor } => {
                Kept::Scaled { from: from.millis(), shown: shown.millis(), factor }
            }
            Clock::Frozen { at } => Kept::Frozen { at: at.millis() },
        };
        Self { turn, opened: opened.millis(), clock }
    }

    pub(super) fn clock(&self) -> Clock {
        let at = Moment::from_millis;
        match self.clock {
            Kept::Real { offset } => Clock::Real { offset },
            Kept::Scaled { from, shown, factor } => {
                Clock::Scaled { from: at(from), shown: at(shown), factor }
            }
            Kept::Frozen { at: stands } => Clock::Frozen { at: at(stands) },
        }
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}
