//! The world's invariants under random commands and jumps of the clock.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::{Beginning, World};
use crate::domain::dice::Seed;
use crate::domain::moment::{Moment, Zone};
use crate::domain::money::Money;
use crate::domain::order::{Objection, Wish};
use crate::domain::package::{Bilingual, Coverage, Package, Period};
use crate::domain::policy::Policy;
use crate::domain::profile::Supply;
use crate::domain::refusal::Refusal;
use crate::domain::stock::{Currency, Stock};

fn world(seed: u64, supply: Supply) -> World {
    let name = || Bilingual { zh: "包".into(), en: "pack".into() };
    let package = Package {
        id: 7,
        code: "LP7".to_owned(),
        name: name(),
        short: name(),
        about: name(),
        kind: Coverage::Country,
        countries: vec![502],
        volume_mb: None,
        period: Period::Day,
        periods: (1, 3),
        prices: vec![(2, Money::from_number(4.99).expect("a price"))],
    };
    let dollar =
        Currency { id: 2, abbr: "USD".into(), name: String::new(), symbol: "$".to_owned(), digits: 2 };
    let mut stock = Stock::default();
    stock.packages.insert(7, package);
    stock.currencies.insert(2, dollar);
    World::new(Beginning {
        session: "test".to_owned(),
        epoch: 1,
        seed: Seed(seed),
        policy: Policy::default(),
        stock: Arc::new(stock),
        numbers: None,
        supply,
        order_limit: 10_000,
        now: Moment::from_millis(1_700_000_000_000),
    })
}

fn wish(periods: i64) -> Wish<'static> {
    Wish {
        package: Some(7),
        code: Some("LP7"),
        currency: Some("USD"),
        currency_id: None,
        periods: Some(periods),
        packages: Some(1),
        partner: Some("P"),
    }
}

#[derive(Clone, Debug)]
enum Command {
    Order { periods: i64 },
    Advance { millis: i64 },
}

fn commands() -> impl Strategy<Value = Vec<Command>> {
    let order = (0..5_i64).prop_map(|periods| Command::Order { periods });
    // Two days at most, and back: the world must not follow a clock that runs backwards.
    let advance = (-1_000_i64..200_000_000).prop_map(|millis| Command::Advance { millis });
    proptest::collection::vec(prop_oneof![3 => order, 1 => advance], 0..120)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn numbers_rise_profiles_are_reserved_once_and_a_refusal_changes_nothing(
        seed in any::<u64>(), free in 0_u32..40, commands in commands()
    ) {
        let mut world = world(seed, Supply::Free(free));
        for command in commands {
            let before = format!("{world:?}");
            match command {
                Command::Advance { millis } => {
                    let then = Moment::from_millis(world.now().millis() + millis);
                    let reached = world.now().max(then);
                    world.advance_to(then);
                    prop_assert_eq!(world.now(), reached);
                }
                Command::Order { periods } => match world.judge(&wish(periods)) {
                    Err(objections) => {
                        prop_assert_eq!(objections, vec![Objection::PeriodsOutOfRange { min: 1, max: 3 }]);
                        prop_assert_eq!(format!("{world:?}"), before);
                    }
                    Ok(quote) => match world.pre_order(quote, "P", "a@b.example").cloned() {
                        Ok(order) => {
                            prop_assert_eq!(world.order_by_id(order.id).map(|found| found.number), Some(order.number));
                            prop_assert_eq!(order.number.day, order.created.civil(Zone::Utc).day);
                        }
                        Err(refusal) => {
                            prop_assert_eq!(refusal, Refusal::PoolEmpty);
                            prop_assert_eq!(format!("{world:?}"), before);
                        }
                    },
                },
            }
        }
        let orders: Vec<_> = world.orders().iter().cloned().collect();
        prop_assert!(orders.windows(2).all(|pair| pair[0].id < pair[1].id && pair[0].number < pair[1].number));
        prop_assert!(orders.windows(2).all(|pair| pair[0].created <= pair[1].created));
        let iccids: BTreeSet<String> = orders.iter().map(|order| world.iccid(order)).collect();
        prop_assert_eq!(iccids.len(), orders.len());
        prop_assert!(orders.len() <= free as usize);
    }
}

#[test]
fn a_copy_of_a_world_goes_its_own_way() {
    let mut one = world(1, Supply::Unbounded);
    let order = |world: &mut World| {
        let quote = world.judge(&wish(1)).expect("a good wish");
        world.pre_order(quote, "P", "a@b.example").expect("an order").number
    };
    for _ in 0..3_000 {
        order(&mut one);
    }
    let mut other = one.clone();
    assert_eq!(order(&mut one), order(&mut other));
    order(&mut other);
    assert_eq!((one.orders().len(), other.orders().len()), (3_001, 3_002));
}
