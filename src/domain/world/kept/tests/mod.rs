//! A world with something of everything, random verbs, and a store of rows beside it.

mod damage;
mod life;
mod pinned;
mod stock;
mod verbs;

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::{Damaged, Rows};
use crate::domain::dice::Seed;
use crate::domain::language::Language;
use crate::domain::mail::MailOrdinal;
use crate::domain::moment::{Moment, Span};
use crate::domain::money::Money;
use crate::domain::order::{Buyer, Esim, OrderOrdinal, Wish};
use crate::domain::package::{Bilingual, Coverage, Package, Period};
use crate::domain::payment::{Due, Notification};
use crate::domain::policy::Policy;
use crate::domain::profile::{Installation, Supply};
use crate::domain::sim::batch::{Batch, Mix};
use crate::domain::sim::event::{Happening, Message};
use crate::domain::sim::fleet::{Fleet, NamedOrder, Stands};
use crate::domain::sim::order::{OrderKind, Payment, PlanOrderOrdinal};
use crate::domain::sim::plan::{Plan, PlanKind};
use crate::domain::sim::{BaseLife, Sim, SimOrdinal};
use crate::domain::stage::Report;
use crate::domain::stock::{Currency, Stock};
use crate::domain::user::{Credentials, Partner, User};
use crate::domain::world::sims::order::{OtaWish, PlanWish, Start};
use crate::domain::world::{Advanced, Beginning, Notice, World};
use stock::stock;
use verbs::{VERBS, Verb, advance, commands, obey};

const SIMS: [&str; 4] =
    ["89852022018041800192", "89852022018041800193", "89852022018041800194", "89852022018041800195"];
const PLANS: [&str; 4] = ["DAY", "MONTH", "YEAR", "OTA"];
const PEOPLE: [&str; 4] = ["demo@b.example", "Anna@b.example", "bo@b.example", "cy@b.example"];

fn beginning(stock: &Arc<Stock>, seed: u64, supply: Supply) -> Beginning {
    Beginning {
        session: "test".to_owned(),
        epoch: 1,
        seed: Seed(seed),
        policy: Policy::default(),
        stock: Arc::clone(stock),
        numbers: None,
        supply,
        order_limit: 10_000,
        now: Moment::from_millis(1_700_000_000_000),
    }
}

/// A whole world.
fn small() -> World {
    World::new(beginning(&stock(), 7, Supply::Free(9)))
}

/// Rows of a world in which much has happened: some of every table.
fn rich() -> (Arc<Stock>, Store) {
    let stock = stock();
    let mut world = World::new(beginning(&stock, 7, Supply::Free(40)));
    world.keep();
    // An order that is paid three seconds later, and a top-up of it; a failed one.
    let first = [
        (Verb::Order, 0, 0),
        (Verb::Setting, 2, 0),
        (Verb::Pay, 0, 1),
        (Verb::Advance, 0, 2),
        (Verb::TopUp, 0, 0),
        (Verb::Pay, 1, 1),
        (Verb::Order, 2, 0),
        (Verb::Pay, 2, 0),
    ];
    for command in first {
        obey(&mut world, command);
    }
    for (at, verb) in VERBS.iter().chain(VERBS).chain(VERBS).enumerate() {
        obey(&mut world, (*verb, at % 5, i64::try_from(at % 11).expect("small")));
    }
    // One that waits, and is asked about.
    obey(&mut world, (Verb::Order, 3, 0));
    let last = world.orders().len() - 1;
    obey(&mut world, (Verb::Poll, last, 0));
    let mut store = Store::default();
    store.write(&world.take_rest());
    (stock, store)
}

/// What a store keeps.
#[derive(Clone, Debug, Default)]
struct Store(Kept);

type Kept = BTreeMap<Vec<u8>, Vec<u8>>;

impl Store {
    fn write(&mut self, rows: &Rows) {
        let keys: Vec<&[u8]> = rows.iter().map(|(key, _)| key).collect();
        assert!(keys.windows(2).all(|pair| pair[0] < pair[1]), "in the order of keys, no key twice");
        for (key, value) in rows.iter() {
            match value {
                Some(value) => {
                    self.0.insert(key.to_vec(), value.to_vec());
                }
                // What came and went in between was never here.
                None => {
                    self.0.remove(key);
                }
            }
        }
    }

    fn restore(&self, stock: &Arc<Stock>) -> Result<World, Damaged> {
        // All but the stock and the limit is to come from the rows.
        let beginning = Beginning {
            session: "another".to_owned(),
            epoch: 99,
            policy: Policy { pre_order_limit: Span::default(), ..Policy::default() },
            now: Moment::EPOCH,
            ..beginning(stock, 99, Supply::Free(1))
        };
        World::restore(beginning, self.0.iter())
    }
}

/// The first line in which two worlds differ; what is of one turn, and what was drawn last, is left out.
fn difference(one: &World, other: &World) -> Option<String> {
    let [one, other] = [one, other].map(|world| {
        let mut world = world.clone();
        world.steps = Default::default();
        world.fired.clear();
        world.steps_taken = None;
        world
    });
    if one == other {
        return None;
    }
    let [one, other] = [one, other].map(|world| format!("{world:#?}"));
    let lines = one.lines().zip(other.lines()).enumerate();
    let (at, (left, right)) =
        lines.into_iter().find(|(_, (left, right))| left != right).unwrap_or((0, ("longer", "or shorter")));
    let before: Vec<&str> = one.lines().take(at).collect();
    let before = before.iter().rev().take(12).rev().copied().collect::<Vec<_>>().join("\n");
    Some(format!("{before}\n-{left}\n+{right}"))
}
