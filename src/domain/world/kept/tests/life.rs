//! Whatever is done to a world, its rows make it again, and it goes on as if nothing had been.

use super::*;

fn supplies() -> impl Strategy<Value = Supply> {
    prop_oneof![Just(Supply::Unbounded), (0_u32..8).prop_map(Supply::Free)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_world_that_is_made_of_its_rows_now_and_then_lives_as_one_that_never_stops(
        seed in any::<u64>(), supply in supplies(), every in 1_usize..7, commands in commands(80)
    ) {
        let stock = stock();
        let mut twin = World::new(beginning(&stock, seed, supply));
        let mut world = twin.clone();
        let mut store = Store::default();
        world.keep();
        store.write(&world.take_changed());
        for (at, command) in commands.iter().enumerate() {
            prop_assert_eq!(obey(&mut world, *command), obey(&mut twin, *command));
            store.write(&world.take_changed());
            prop_assert!(world.take_changed().is_empty(), "a second time nothing has changed");
            if at % every != 0 {
                continue;
            }
            // Killed: what was never written is time that passed, and how often somebody asked.
            let mut killed = store.restore(&stock).map_err(|damaged| TestCaseError::fail(damaged.to_string()))?;
            advance(&mut killed, world.now());
            let mut lived = world.clone();
            advance(&mut lived, world.now());
            killed.unpaid_polls.clone_from(&lived.unpaid_polls);
            prop_assert_eq!(difference(&lived, &killed), None);
            // Ended: nothing is missing.
            store.write(&world.take_rest());
            let ended = store.restore(&stock).map_err(|damaged| TestCaseError::fail(damaged.to_string()))?;
            prop_assert_eq!(difference(&world, &ended), None);
            // All rows of it, written at once, are what was written bit by bit.
            let (mut copy, mut whole) = (world.clone(), Store::default());
            prop_assert!(copy.take_changed().is_empty(), "a copy marks nothing");
            copy.keep();
            whole.write(&copy.take_changed());
            prop_assert_eq!(difference(&world, &whole.restore(&stock).expect("whole rows")), None);
            world = ended;
        }
        prop_assert_eq!(difference(&world, &twin), None);
    }
}

#[test]
fn what_nobody_keeps_is_not_marked() {
    let mut world = small();
    for at in 0..50 {
        obey(&mut world, (VERBS[at % VERBS.len()], at % 12, 7));
    }
    assert!(world.take_changed().is_empty());
    assert!(world.take_rest().is_empty());
}

#[test]
fn looking_and_asking_are_worth_no_write_of_their_own() {
    let mut world = small();
    world.keep();
    let mut store = Store::default();
    obey(&mut world, (Verb::Order, 0, 0));
    store.write(&world.take_changed());
    assert_eq!(world.poll(OrderOrdinal(0)).expect("an order").unpaid_polls, 1);
    let later = Span::parse("5m").and_then(|span| world.now().plus(span)).expect("within the calendar");
    advance(&mut world, later);
    assert!(world.take_changed().is_empty());
    obey(&mut world, (Verb::Login, 0, 0));
    store.write(&world.take_changed());
    let mut restored = store.restore(&stock()).expect("whole rows");
    assert_eq!(restored.now(), later);
    assert_eq!(restored.poll(OrderOrdinal(0)).expect("an order").unpaid_polls, 2);
}

#[test]
fn a_call_writes_what_it_changed_and_no_more() {
    let mut world = small();
    world.keep();
    world.take_changed();
    for at in 0..100 {
        obey(&mut world, (Verb::Login, 0, 0));
        obey(&mut world, (Verb::CallBack, 0, at));
    }
    let rows = world.take_changed();
    // Tokens, timers, the head, and the account that the first one made.
    assert!((201..=203).contains(&rows.len()), "{}", rows.len());
    obey(&mut world, (Verb::Order, 0, 0));
    // The order, its three texts, the head.
    assert_eq!(world.take_changed().len(), 5);
    obey(&mut world, (Verb::Order, 0, 0));
    assert_eq!(world.take_changed().len(), 2);
}

#[test]
fn a_mail_that_nobody_decided_on_is_noticed_again() {
    let mut world = small();
    world.keep();
    world.send_verification_code("a@b.example", Language::English).expect("room");
    let mut store = Store::default();
    store.write(&world.take_changed());
    let mut restored = store.restore(&stock()).expect("whole rows");
    assert_eq!(restored.next_notice(), Some(Notice::Written(MailOrdinal(0))));
    restored.deliver_mail(MailOrdinal(0));
    store.write(&restored.take_changed());
    assert_eq!(store.restore(&stock()).expect("whole rows").next_notice(), None);
}

#[test]
fn a_fleet_that_sleeps_has_no_rows_and_one_that_wakes_has_all_of_its_own() {
    let mut world = small();
    world.keep();
    let mut store = Store::default();
    store.write(&world.take_changed());
    let asleep = store.restore(&stock()).expect("whole rows");
    assert!(!asleep.is_fleet_awake());
    world.wake_fleet();
    store.write(&world.take_changed());
    let awake = store.restore(&stock()).expect("whole rows");
    assert!(awake.is_fleet_awake());
    assert_eq!(difference(&world, &awake), None);
}

#[test]
fn events_that_were_forgotten_lose_their_rows() {
    let stock = stock();
    let mut world = small();
    world.keep();
    let mut store = Store::default();
    for round in 0..3 {
        for _ in 0..6_000 {
            obey(&mut world, (Verb::Announce, 1, round));
        }
        store.write(&world.take_changed());
        assert_eq!(difference(&world, &store.restore(&stock).expect("whole rows")), None);
    }
    assert!(store.0.len() < 10_100, "{}", store.0.len());
}

#[test]
fn two_thousand_orders_come_back() {
    let stock = stock();
    let mut world = World::new(beginning(&stock, 7, Supply::Unbounded));
    world.keep();
    let mut store = Store::default();
    for at in 0..2_000 {
        obey(&mut world, (Verb::Order, at, 0));
        obey(&mut world, (Verb::Pay, at, 1));
        if at % 10 == 0 {
            store.write(&world.take_changed());
        }
    }
    store.write(&world.take_changed());
    let restored = store.restore(&stock).expect("whole rows");
    assert_eq!(difference(&world, &restored), None);
    // The file is as large as the state, and an order takes few bytes.
    let order = |(key, _): &(&Vec<u8>, &Vec<u8>)| key[0] == 9;
    let bytes: usize = store.0.iter().filter(order).map(|(key, value)| key.len() + value.len()).sum();
    assert!(bytes / 2_000 < 60, "{}", bytes / 2_000);
}
