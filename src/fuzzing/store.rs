//! Rows of a store that was damaged. Either one is named, or they make a world that lives on and can be kept again; nothing panics.
//!
//! The first byte says whose rows: 0, those of the input alone; else those of a world in which much has happened, and the input damages them.
//! Then entries: `how`, which row, where in it, a byte; or for a row of the input's own: lengths of key and value, key, value.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::dispatch::{self, Bench, now};
use crate::domain::dice::Seed;
use crate::domain::moment::{Moment, Span};
use crate::domain::policy::Policy;
use crate::domain::profile::Supply;
use crate::domain::stock::Stock;
use crate::domain::world::kept::Rows;
use crate::domain::world::{Advanced, Beginning, World};

type Kept = BTreeMap<Vec<u8>, Vec<u8>>;

const MOST_DAMAGES: usize = 16;

pub(super) fn run(input: &[u8]) {
    static LIVED: OnceLock<Kept> = OnceLock::new();
    let Some((first, rest)) = input.split_first() else { return };
    let mut rows = if *first == 0 { Kept::new() } else { LIVED.get_or_init(lived).clone() };
    damage(&mut rows, rest);
    let is_whole = *first != 0 && rest.is_empty();
    match World::restore(beginning(), rows.iter()) {
        Err(damaged) => {
            assert!(!is_whole, "whole rows are refused: {damaged}");
            assert!(!damaged.table.is_empty() && !damaged.why.is_empty());
        }
        Ok(mut world) => live_on(&mut world),
    }
}

/// Time passes; what it comes to can be kept and read again.
fn live_on(world: &mut World) {
    assert!(world.take_changed().is_empty(), "a world that was read counts as changed");
    let later = Span::parse("40d").and_then(|span| world.now().plus(span)).unwrap_or(Moment::LAST);
    for _ in 0..1_000 {
        match world.advance_to(later) {
            Advanced::There => break,
            Advanced::Noticed => while world.next_notice().is_some() {},
            Advanced::Pay(due) => drop(world.truthful(due)),
        }
    }
    world.keep();
    let mut again = Kept::new();
    write(&mut again, &world.take_rest());
    let read = World::restore(beginning(), again.iter());
    assert!(read.is_ok(), "what a world keeps cannot be read: {:?}", read.err());
}

fn damage(rows: &mut Kept, mut rest: &[u8]) {
    for _ in 0..MOST_DAMAGES {
        let [how, which, at, byte, behind @ ..] = rest else { return };
        rest = behind;
        let (which, at) = (usize::from(*which), usize::from(*at));
        if how % 4 == 3 {
            // A row of the input's own.
            let Some((key, behind)) = rest.split_at_checked(which % 20) else { return };
            let Some((value, behind)) = behind.split_at_checked(at) else { return };
            rest = behind;
            rows.insert(key.to_vec(), value.to_vec());
            continue;
        }
        if rows.is_empty() {
            continue;
        }
        let Some(key) = rows.keys().nth(which % rows.len()).cloned() else { return };
        let Some(mut value) = rows.remove(&key) else { return };
        match how % 4 {
            0 if !value.is_empty() => {
                let at = at % value.len();
                value[at] = *byte;
                rows.insert(key, value);
            }
            1 => {
                value.truncate(at);
                rows.insert(key, value);
            }
            _ => {}
        }
    }
}

/// Rows of a world that has sold something.
fn lived() -> Kept {
    let mut rows = Kept::new();
    let mut world = dispatch::lived();
    world.keep();
    write(&mut rows, &world.take_rest());
    rows
}

fn write(rows: &mut Kept, changed: &Rows) {
    for (key, value) in changed.iter() {
        if let Some(value) = value {
            rows.insert(key.to_vec(), value.to_vec());
        }
    }
}

/// Stock and limit count, all else comes from the rows.
fn beginning() -> Beginning {
    static STOCK: OnceLock<Arc<Stock>> = OnceLock::new();
    Beginning {
        session: "another".to_owned(),
        epoch: 99,
        seed: Seed(99),
        policy: Policy::default(),
        stock: Arc::clone(STOCK.get_or_init(|| Arc::clone(&Bench::new().loaded().stock))),
        numbers: None,
        supply: Supply::Unbounded,
        order_limit: 10_000,
        now: now(),
    }
}
