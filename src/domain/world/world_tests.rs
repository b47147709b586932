//! The world's invariants under random commands and jumps of the clock.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;

use super::{Advanced, Beginning, Notice, What, World};
use crate::domain::dice::Seed;
use crate::domain::language::Language;
use crate::domain::moment::{Moment, Span};
use crate::domain::money::Money;
use crate::domain::order::{Buyer, Esim, Order, OrderOrdinal, Wish};
use crate::domain::package::{Bilingual, Coverage, Package, Period};
use crate::domain::payment::{Due, Notification};
use crate::domain::policy::Policy;
use crate::domain::profile::Supply;
use crate::domain::stage::{EDGES, Report, Stage};
use crate::domain::stock::{Currency, Stock};

fn world(seed: u64, supply: Supply, policy: Policy) -> World {
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
        policy,
        stock: Arc::new(stock),
        numbers: None,
        supply,
        order_limit: 10_000,
        now: Moment::from_millis(1_700_000_000_000),
    })
}

fn buyer() -> Buyer<'static> {
    Buyer { partner: "P", account: "a@b.example", mail_to: "c@d.example", language: Language::Printed }
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
    TopUp { of: usize },
    Report { order: usize, report: Report, cents: i64 },
    Poll { order: usize },
    TimeOut { order: usize },
    Withdraw { order: usize },
    PayLater { order: usize, after: u64 },
    Advance { millis: i64 },
}

fn commands() -> impl Strategy<Value = Vec<Command>> {
    let which = || 0..12_usize;
    let report = prop_oneof![3 => Just(Report::Succeeded), 1 => Just(Report::Failed)];
    // The right amount most of the time, else a wrong one, in either unit.
    let cents = prop_oneof![3 => Just(499_i64), 1 => Just(4_i64), 1 => Just(-499_i64)];
    let command = prop_oneof![
        6 => (0..5_i64).prop_map(|periods| Command::Order { periods }),
        1 => which().prop_map(|of| Command::TopUp { of }),
        6 => (which(), report, cents).prop_map(|(order, report, cents)| Command::Report { order, report, cents }),
        2 => which().prop_map(|order| Command::Poll { order }),
        1 => which().prop_map(|order| Command::TimeOut { order }),
        1 => which().prop_map(|order| Command::Withdraw { order }),
        1 => (which(), 0..5_000_000_u64).prop_map(|(order, after)| Command::PayLater { order, after }),
        // An hour and a bit, and back: the world must not follow a clock that runs backwards.
        3 => (-1_000_i64..4_000_000).prop_map(|millis| Command::Advance { millis }),
    ];
    proptest::collection::vec(command, 0..40)
}

fn policies() -> impl Strategy<Value = Policy> {
    let settle = prop_oneof![Just("off"), Just("3s"), Just("2polls")];
    let unit = prop_oneof![Just("either"), Just("major"), Just("minor")];
    (any::<bool>(), settle, unit, prop_oneof![Just("60m"), Just("10m")]).prop_map(
        |(pay_on, settle, unit, limit)| {
            let mut policy = Policy::default();
            for (key, value) in [
                ("payAfterFailure", if pay_on { "true" } else { "false" }),
                ("settle", settle),
                ("payAmountUnit", unit),
                ("preOrderLimit", limit),
            ] {
                assert!(policy.set(key, value).is_ok(), "{key} {value}");
            }
            policy
        },
    )
}

/// Lets time pass; payments that fall due are reported truthfully.
fn advance(world: &mut World, to: Moment) {
    loop {
        match world.advance_to(to) {
            Advanced::There => return,
            Advanced::Noticed => see(world),
            Advanced::Pay(due) => {
                let (id, partner, report, currency, amount) = world.truthful(due).expect("its order");
                let (order, currency) = (id.to_string(), currency);
                let notification = Notification {
                    order: &order,
                    partner: &partner,
                    report,
                    currency: &currency,
                    amount,
                    is_ours: false,
                };
                let _ = world.report(&notification);
            }
        }
    }
}

/// Mails arrive at once; nobody pays by himself.
fn see(world: &mut World) {
    while let Some(notice) = world.next_notice() {
        match notice {
            Notice::Written(mail) => world.deliver_mail(mail),
            Notice::Sim(_) | Notice::Callback(_) | Notice::Emission(_) => {}
        }
    }
}

/// Carries a command out; whether it was refused.
fn obey(world: &mut World, command: &Command) -> bool {
    let at = |order: usize| super::ordinal(order);
    let refused = match *command {
        Command::Advance { millis } => {
            let then = Moment::from_millis(world.now().millis() + millis);
            let reached = world.now().max(then);
            advance(world, then);
            assert_eq!(world.now(), reached);
            false
        }
        Command::Order { periods } => match world.judge(&wish(periods)) {
            Err(_) => true,
            Ok(quote) => world.pre_order(quote, buyer()).is_err(),
        },
        Command::TopUp { of } => {
            let is_paid = world
                .order_at(at(of))
                .is_some_and(|order| order.stage.is_paid() && matches!(order.esim, Esim::New(_)));
            match world.judge(&wish(1)) {
                Ok(quote) if is_paid => world.top_up(quote, buyer(), at(of)).is_err(),
                Ok(_) | Err(_) => true,
            }
        }
        Command::Report { order, report, cents } => {
            let (id, periods) = world.order_at(at(order)).map_or((0, 1), |order| (order.id, order.periods));
            let total = cents.abs() * i64::from(periods);
            let amount =
                if cents < 0 { total.to_string() } else { format!("{}.{:02}", total / 100, total % 100) };
            let order = id.to_string();
            let notification = Notification {
                order: &order,
                partner: "P",
                report,
                currency: "USD",
                amount: Money::parse(&amount).expect("an amount"),
                is_ours: false,
            };
            world.report(&notification).is_err()
        }
        Command::Poll { order } => world.poll(at(order)).is_none(),
        Command::TimeOut { order } => !world.time_out_now(at(order)),
        Command::Withdraw { order } => {
            let profile = world.order_at(at(order)).and_then(|order| world.profile_of(order));
            profile.is_none_or(|profile| !world.withdraw_profile(profile))
        }
        Command::PayLater { order, after } => {
            if world.order_at(at(order)).is_some() {
                let due = Due { order: at(order), report: Report::Succeeded, amount: None };
                world.pay_later(due, Span::from_millis(after).expect("short"));
            }
            false
        }
    };
    see(world);
    refused
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn orders_live_as_their_state_machine_says_whatever_happens_in_which_order(
        seed in any::<u64>(), free in 0_u32..8, policy in policies(), commands in commands()
    ) {
        let mut world = world(seed, Supply::Free(free), policy);
        let mut twin = world.clone();
        let mut paid_at: BTreeMap<u32, Moment> = BTreeMap::new();
        let (mut released, mut gone) = (BTreeSet::new(), BTreeSet::new());
        for command in &commands {
            let before = world.clone();
            let refused = obey(&mut world, command);
            if refused {
                // A refusal changes nothing at all.
                prop_assert!(world == before, "{command:?}");
            }
            // Free, reserved and assigned profiles are what the pool began with; one that was withdrawn is lost when released.
            let Supply::Free(left) = world.pool().free() else { panic!("a bounded pool") };
            for (place, order) in world.orders().iter().enumerate() {
                let place = u32::try_from(place).expect("few");
                if let Esim::New(profile) = order.esim
                    && world.pool().is_withdrawn(profile)
                    && world.pool().holder(profile) == Some(OrderOrdinal(place))
                    && !order.stage.is_open()
                    && !order.stage.is_paid()
                {
                    gone.insert(profile);
                }
                // Nobody is paid twice, and whoever was paid stays so.
                if order.stage.is_paid() {
                    let since = world.history(OrderOrdinal(place)).iter().find(|(_, word)| ["settling", "paid"].contains(word))
                        .map(|(at, _)| *at).expect("when it was paid");
                    prop_assert_eq!(*paid_at.entry(place).or_insert(since), since);
                }
                prop_assert_eq!(paid_at.contains_key(&place), order.stage.is_paid());
                // It has come so by steps that coverage knows of.
                let words: Vec<&str> = world.history(OrderOrdinal(place)).into_iter().map(|(_, word)| word).collect();
                prop_assert!(words.windows(2).all(|pair| EDGES.contains(&(pair[0], pair[1]))), "{words:?}");
                // An order that timed out had its limit, or was ended by hand, and stays so.
                if matches!(order.stage, Stage::TimedOut { .. }) {
                    released.insert(place);
                }
                prop_assert_eq!(released.contains(&place), matches!(order.stage, Stage::TimedOut { .. }));
                // Nobody waits beyond the limit.
                if order.stage.is_open() {
                    let ends = order.created.plus(world.policy().pre_order_limit).expect("within the calendar");
                    prop_assert!(world.now() < ends);
                }
            }
            let lost = u32::try_from(gone.len()).expect("few");
            prop_assert_eq!(left + world.pool().reserved() + world.pool().assigned() + lost, free);
            let is_own = |order: &&Order| matches!(order.esim, Esim::New(_));
            let count = |is: fn(Stage) -> bool| world.orders().iter().filter(is_own).filter(|order| is(order.stage)).count();
            prop_assert_eq!(count(Stage::is_open), world.pool().reserved() as usize);
            prop_assert_eq!(count(Stage::is_paid), world.pool().assigned() as usize);
            // One mail for each paid order that polls show, never a second one.
            let shown = count(|stage| matches!(stage, Stage::Paid { .. }));
            prop_assert_eq!(world.outbox().len(), shown);
        }
        let orders: Vec<_> = world.orders().iter().cloned().collect();
        prop_assert!(orders.windows(2).all(|pair| pair[0].id < pair[1].id && pair[0].number < pair[1].number));
        prop_assert!(orders.windows(2).all(|pair| pair[0].created <= pair[1].created));
        let held: Vec<_> = orders.iter().filter(|order| order.stage.is_open() || order.stage.is_paid())
            .filter_map(|order| if let Esim::New(profile) = order.esim { Some(profile) } else { None }).collect();
        prop_assert_eq!(held.iter().collect::<BTreeSet<_>>().len(), held.len(), "no profile belongs to two orders");
        // The same commands once more: the same world, and the same events in the same order.
        for command in &commands {
            obey(&mut twin, command);
        }
        prop_assert!(twin == world);
        prop_assert_eq!(twin.take_fired(), world.take_fired());
    }
}

#[test]
fn ten_thousand_open_orders_time_out_in_order_and_once() {
    let mut one = world(7, Supply::Unbounded, Policy::default());
    for _ in 0..10_000 {
        let quote = one.judge(&wish(1)).expect("a good wish");
        one.pre_order(quote, buyer()).expect("an order");
        see(&mut one);
    }
    let month = Span::parse("30d").and_then(|month| one.now().plus(month)).expect("within the calendar");
    advance(&mut one, month);
    let fired = one.take_fired();
    assert_eq!((fired.len(), one.pool().reserved()), (10_000, 0));
    assert!(
        fired.iter().enumerate().all(|(at, fired)| fired.what == What::OrderTimedOut(super::ordinal(at)))
    );
    advance(&mut one, month);
    assert!(one.take_fired().is_empty());
}

#[test]
fn a_copy_of_a_world_goes_its_own_way() {
    let mut one = world(1, Supply::Unbounded, Policy::default());
    let order = |world: &mut World| {
        let quote = world.judge(&wish(1)).expect("a good wish");
        world.pre_order(quote, buyer()).expect("an order").number
    };
    for _ in 0..3_000 {
        order(&mut one);
    }
    let mut other = one.clone();
    assert_eq!(order(&mut one), order(&mut other));
    order(&mut other);
    assert_eq!((one.orders().len(), other.orders().len()), (3_001, 3_002));
}
