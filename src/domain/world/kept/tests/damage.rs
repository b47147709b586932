//! Rows that are not what a world wrote are refused by table and key, and never with a panic.

use super::*;
use crate::domain::world::kept::place::Place;

fn key(place: &Place) -> Vec<u8> {
    let mut key = Vec::new();
    place.write(&mut key);
    key
}

#[track_caller]
fn refused(store: &Store, stock: &Arc<Stock>, said: &str) {
    assert_eq!(store.restore(stock).expect_err("damaged rows").to_string(), said);
}

#[test]
fn damage_is_named() {
    let (stock, whole) = rich();
    whole.restore(&stock).expect("whole rows");
    let with = |change: &dyn Fn(&mut Kept)| {
        let mut store = whole.clone();
        change(&mut store.0);
        store
    };
    let without = |place: Place| {
        with(&|rows| {
            rows.remove(&key(&place)).expect("a row to lose");
        })
    };
    refused(&without(Place::Head), &stock, "head: it is missing");
    refused(&without(Place::Birth), &stock, "birth: it is missing");
    refused(&without(Place::Policy), &stock, "policy: it is missing");
    refused(&without(Place::Order(0)), &stock, "order 1: the one before it is missing");
    refused(&without(Place::Text(1)), &stock, "text 2: the one before it is missing");
    refused(&without(Place::PlanOrder(0)), &stock, "plan order 1: the one before it is missing");
    refused(
        &without(Place::Code("cy@b.example".to_owned())),
        &stock,
        "head: it counts other rows than there are",
    );
    let last = whole.0.keys().rfind(|key| key[0] == 9).expect("an order").clone();
    let lost = with(&|rows| {
        rows.remove(&last);
    });
    assert!(lost.restore(&stock).is_err());
    let cut = with(&|rows| rows.get_mut(&key(&Place::Order(1))).expect("an order").truncate(9));
    refused(&cut, &stock, "order 1: it cannot be read");
    let long = with(&|rows| rows.get_mut(&key(&Place::Order(1))).expect("an order").push(0));
    refused(&long, &stock, "order 1: it goes on behind its end");
    let foreign = with(&|rows| {
        rows.insert(vec![200, 1], Vec::new());
    });
    refused(&foreign, &stock, "table [c8, 01]: there is no such table");
    let odd = with(&|rows| {
        rows.insert(vec![9, 1], Vec::new());
    });
    refused(&odd, &stock, "order [09, 01]: its key is not one of this table");
    let twice = with(&|rows| {
        let other = rows.get(&key(&Place::Order(0))).expect("an order").clone();
        rows.insert(key(&Place::Order(1)), other);
    });
    refused(&twice, &stock, "order 1: its number is not above the one before it");
    refused(&Store::default(), &stock, "head: it is missing");
}

#[test]
fn rows_of_other_world_files_are_refused() {
    let (_, whole) = rich();
    let other = Arc::new(Stock::default());
    refused(&whole, &other, "head: it counts other SIMs than the world files name");
}

#[test]
fn no_row_but_a_few_can_be_missing() {
    let (stock, whole) = rich();
    let mut quiet = Vec::new();
    for gone in whole.0.keys() {
        let mut store = whole.clone();
        store.0.remove(gone);
        if store.restore(&stock).is_ok() {
            quiet.push(gone[0]);
        }
    }
    quiet.dedup();
    // Profiles and SIMs of which there is nothing to tell have no row either: nothing else counts them.
    assert!(quiet.iter().all(|table| [13, 15].contains(table)), "{quiet:?}");
}

#[test]
fn keys_read_as_they_were_written_and_sort_as_places_do() {
    let (_, store) = rich();
    let places: Vec<Place> = store.0.keys().map(|key| Place::parse(key).expect("a key")).collect();
    assert!(places.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(places.iter().zip(store.0.keys()).all(|(place, written)| key(place) == *written));
    let tables: std::collections::BTreeSet<u8> = store.0.keys().map(|key| key[0]).collect();
    assert_eq!(tables, (1..=19).collect(), "something of every table");
    let far =
        [Place::Order(255), Place::Order(256), Place::SimEvent(u64::MAX), Place::Timer(Moment::LAST, 0)];
    assert!(far.windows(2).all(|pair| pair[0] < pair[1] && key(&pair[0]) < key(&pair[1])));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_rows_never_panic(
        damages in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..4)
    ) {
        use std::sync::OnceLock;
        static RICH: OnceLock<(Arc<Stock>, Store)> = OnceLock::new();
        let (stock, whole) = RICH.get_or_init(rich);
        let mut store = whole.clone();
        for (which, at, byte, how) in damages {
            let key = which.get(&store.0.keys().cloned().collect::<Vec<_>>()).clone();
            let mut value = store.0.remove(&key).expect("a row");
            match how {
                0 if !value.is_empty() => {
                    let at = at.index(value.len());
                    value[at] ^= byte | 1;
                    store.0.insert(key, value);
                }
                1 => {
                    value.truncate(at.index(value.len() + 1));
                    store.0.insert(key, value);
                }
                2 => {
                    let mut key = key;
                    let at = at.index(key.len());
                    key[at] ^= byte | 1;
                    store.0.insert(key, value);
                }
                _ => {}
            }
        }
        // What was damaged in a way that still reads as a world is one that lives on.
        if let Ok(mut world) = store.restore(stock) {
            let later = world.now().plus(Span::from_millis(1_000).expect("short")).unwrap_or(Moment::LAST);
            world.poll(OrderOrdinal(0));
            world.advance_to(later);
        }
    }

    #[test]
    fn foreign_rows_never_panic(rows in proptest::collection::btree_map(
        proptest::collection::vec(any::<u8>(), 0..20), proptest::collection::vec(any::<u8>(), 0..40), 0..12)
    ) {
        let known: BTreeMap<Vec<u8>, Vec<u8>> = rows.into_iter().map(|(mut key, value)| {
            if let Some(table) = key.first_mut() { *table = *table % 19 + 1; }
            (key, value)
        }).collect();
        prop_assert!(Store(known).restore(&stock()).is_err());
    }
}
