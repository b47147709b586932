//! The rules of SIMs, one by one.

use super::*;

#[test]
fn a_sleeping_fleet_has_no_timers_and_wakes_to_the_same_whenever_it_is_asked() {
    let mut asleep = world_of(fleet(), 7, Policy::default(), 1_700_000_000_000);
    let mut awake = asleep.clone();
    assert!(asleep.timers.is_empty() && asleep.sims.is_none());
    awake.wake_fleet();
    let then = later(&asleep, "70d");
    assert!(advance(&mut asleep, then).is_empty());
    assert!(!advance(&mut awake, then).is_empty());
    asleep.wake_fleet();
    assert_eq!(asleep.sim_events().count(), 0, "what was before is not told");
    let first = asleep.find_plan_order(FIRST).expect("the order");
    for world in [&asleep, &awake] {
        assert_eq!(world.plan_order(first).map(|order| order.status), Some(Status::Ended));
    }
    let used = |world: &World| world.used_between(SimOrdinal(0), Moment::EPOCH, then);
    assert!(used(&asleep) > 0);
    assert_eq!(used(&asleep), used(&awake));
}

#[test]
fn the_printed_order_is_in_use_whatever_the_clock_says() {
    for now in [0, 86_400_000, 1_675_180_799_999, 1_709_222_399_999, 253_402_000_000_000] {
        for seed in 0..20 {
            let mut world = world_of(fleet(), seed, Policy::default(), now);
            world.wake_fleet();
            let at = world.find_plan_order(FIRST).expect("the order");
            let order = world.plan_order(at).expect("the order");
            assert_eq!((order.status, &*world.plan_order_id(at)), (Status::InUse, FIRST), "{now}");
            assert!(order.enabled <= Some(world.now()) && order.made <= order.enabled.expect("enabled"));
            assert!(order.is_carrying());
            assert_eq!(world.order_in_effect(order.sim), Some(at));
        }
    }
}

#[test]
fn an_older_order_carries_the_data_if_the_newer_one_is_over_when_the_fleet_wakes() {
    let mut fleet = fleet();
    for stands in [Stands::Expired { periods: 1, days: 1 }, Stands::InUse { behind: 0, ahead: 0 }] {
        let (sim, plan, kind) = (ONE.into(), "DAY".into(), OrderKind::Periods);
        fleet.put_order(NamedOrder { sim, plan, id: None, kind, stands });
    }
    let mut world = world_of(fleet, 7, Policy::default(), 1_700_000_000_000);
    let then = later(&world, "1d");
    let mut late = world.clone();
    advance(&mut late, then);
    late.wake_fleet();
    world.wake_fleet();
    let carriers = |world: &World| {
        let orders = world.orders_of_sim(SimOrdinal(0)).iter();
        let carrying = |at: &&PlanOrderOrdinal| world.plan_order(**at).is_some_and(PlanOrder::is_carrying);
        orders.filter(carrying).map(|at| at.0).collect::<Vec<_>>()
    };
    assert_eq!((carriers(&world), carriers(&late)), (vec![2], vec![0]));
}

#[test]
fn an_order_is_made_enabled_paused_resumed_renewed_and_ended() {
    let mut world = world();
    let at = world.order_plan("P1", TWO, &wish("DAY", 2, Start::Later)).expect("an order");
    let id = world.plan_order_id(at);
    assert_eq!(world.find_plan_order(&id), Some(at));
    let sim = world.find_sim(TWO).expect("a SIM");
    assert_eq!(world.sim_life(sim), Life::PreActivation);
    world.renew_order("P1", &id, 1).expect("not yet in use: renewed, and not told");
    world.enable_order("P1", &id).expect("enabled");
    assert_eq!(world.sim_life(sim), Life::Activation);
    // The 15th, 16th and 17th at UTC+8.
    let ends = world.plan_order(at).and_then(PlanOrder::expires).expect("an end");
    assert_eq!(ends.to_string(), "2023-11-17T15:59:59.000Z");
    world.pause_sim("P1", TWO).expect("paused");
    assert_eq!(world.sim_life(sim), Life::Paused);
    assert!(matches!(refused(world.pause_sim("P1", TWO)), SimRefusal::NothingTo { .. }));
    world.resume_order("P1", &id).expect("resumed");
    world.renew_order("P1", &id, 2).expect("renewed");
    let ends = world.plan_order(at).and_then(PlanOrder::expires).expect("an end");
    assert_eq!(ends.to_string(), "2023-11-19T15:59:59.000Z");
    assert!(matches!(refused(world.reduce_cycles(at, 5).map(|()| 0)), SimRefusal::CyclesBegun { left: 4 }));
    world.reduce_cycles(at, 4).expect("reduced");
    world.end_order("P1", &id).expect("ended");
    assert!(matches!(
        refused(world.cancel_order("P1", &id)),
        SimRefusal::WrongStatus { is: Status::Ended, .. }
    ));
    assert_eq!(world.sim_life(sim), Life::PreDeactivation);
    assert_eq!(told(&world), [1000, 1005, 1003, 1004, 1009, 1010, 1001]);
    let moments: [(&str, Life); 2] = [("30d", Life::Expired), ("180d", Life::Terminated)];
    let since = world.clone();
    for (text, life) in moments {
        let mut world = since.clone();
        let then = later(&world, text);
        advance(&mut world, Moment::from_millis(then.millis() - 1));
        assert_ne!(world.sim_life(sim), life);
        advance(&mut world, then);
        assert_eq!(world.sim_life(sim), life);
    }
}

#[test]
fn an_order_lasts_through_the_last_millisecond_of_its_last_day() {
    let mut world = world();
    let at = world.order_plan("P1", TWO, &wish("DAY", 1, Start::Now)).expect("an order");
    let last = Moment::parse("2023-11-15T15:59:59.999Z").expect("RFC 3339");
    advance(&mut world, last);
    assert_eq!(world.plan_order(at).map(|order| order.status), Some(Status::InUse));
    advance(&mut world, Moment::from_millis(last.millis() + 1));
    assert_eq!(world.plan_order(at).map(|order| order.status), Some(Status::Ended));
    let (_, event) = world.sim_events().next_back().expect("an event");
    assert_eq!(event.at.to_string(), "2023-11-15T16:00:00.000Z");
    assert_eq!(event.what, Happening::Order { order: at, change: Change::Expired });
    assert!(world.take_fired().iter().any(|fired| fired.what == What::PlanOrderExpired(at)));
}

#[test]
fn the_order_enabled_last_carries_the_data_and_hands_it_back() {
    let mut world = world();
    let first = world.find_plan_order(FIRST).expect("the order");
    let at = world.order_plan("P1", ONE, &wish("DAY", 1, Start::Now)).expect("an order");
    let is_carrying = |world: &World, at| world.plan_order(at).is_some_and(PlanOrder::is_carrying);
    assert_eq!((is_carrying(&world, first), is_carrying(&world, at)), (false, true));
    assert_eq!(world.order_in_effect(SimOrdinal(0)), Some(at));
    let then = later(&world, "1d");
    advance(&mut world, then);
    assert_eq!((is_carrying(&world, first), is_carrying(&world, at)), (true, false));
    let test = PlanWish { test: Some(1_000_000), ..wish("DAY", 1, Start::Now) };
    let test = world.order_plan("P1", ONE, &test).expect("test data");
    assert!(!is_carrying(&world, test));
    assert_eq!(world.order_in_effect(SimOrdinal(0)), Some(first));
}

#[test]
fn a_bulk_order_is_all_or_nothing_unless_the_policy_says_otherwise() {
    let mut world = world();
    let before = world.clone();
    let sims = [ONE, "89000000000000000000", OTHERS, ONE, TWO];
    let rows = world.order_plans("P1", &sims, &wish("DAY", 1, Start::Later)).expect("rows");
    assert!(world == before);
    let rows: Vec<SimRefusal> = rows.into_iter().map(refused).collect();
    assert!(matches!(rows[0], SimRefusal::OthersRefused));
    assert!(matches!(rows[1], SimRefusal::UnknownSim { .. }));
    assert!(matches!(rows[2], SimRefusal::SimOfAnotherPartner { .. }));
    assert!(matches!(rows[3], SimRefusal::NamedTwice { .. }));
    let mut policy = Policy::default();
    assert!(policy.set("bulkOrder", "partial").is_ok());
    world.set_policy(policy);
    let rows = world.order_plans("P1", &sims, &wish("DAY", 1, Start::Later)).expect("rows");
    assert_eq!(rows.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, false, false, true]);
    let none: [&str; 0] = [];
    assert!(matches!(
        refused(world.order_plans("P1", &none, &wish("DAY", 1, Start::Later))),
        SimRefusal::ListTooLong { named: 0, .. }
    ));
}

#[test]
fn what_does_not_fit_is_refused_with_its_data() {
    let mut world = world();
    let before = world.clone();
    let mut order =
        |partner: &str, sim: &str, wish: &PlanWish<'_>| refused(world.order_plan(partner, sim, wish));
    let day = wish("DAY", 1, Start::Now);
    assert!(matches!(order("P1", "x", &day), SimRefusal::UnknownSim { .. }));
    assert!(matches!(order("P2", ONE, &day), SimRefusal::SimOfAnotherPartner { .. }));
    assert!(matches!(
        order("P1", ONE, &wish("X", 1, Start::Now)),
        SimRefusal::UnknownPlan { example: Some(_), .. }
    ));
    assert!(matches!(order("P2", OTHERS, &wish("OURS", 1, Start::Now)), SimRefusal::PlanNotSold { .. }));
    let yearly = PlanWish { kind: Some(PlanKind::Yearly), ..day };
    assert!(matches!(order("P1", ONE, &yearly), SimRefusal::WrongPlanKind { is: 1, .. }));
    for periods in [0, -1, 3_661, i64::MAX, i64::MIN] {
        assert!(matches!(
            order("P1", ONE, &wish("DAY", periods, Start::Now)),
            SimRefusal::WrongPeriods { .. }
        ));
    }
    assert!(matches!(order("P1", "89852022018041800196", &day), SimRefusal::SimTerminated { .. }));
    let ota = OtaWish { days: 30, mcc: "", timing: "1" };
    for (sim, plan) in [(TWO, "OTA"), (ONE, "DAY")] {
        let result = world.order_ota_plan("P1", sim, &wish(plan, 1, Start::Now), &ota);
        assert!(matches!(refused(result), SimRefusal::NotOta { .. }));
    }
    assert!(matches!(refused(world.enable_order("P2", FIRST)), SimRefusal::PlanOrderOfAnotherPartner { .. }));
    assert!(matches!(refused(world.enable_order("P1", "ORDER_1")), SimRefusal::UnknownPlanOrder { .. }));
    assert!(matches!(refused(world.cancel_order("P1", FIRST)), SimRefusal::WrongStatus { .. }));
    assert!(matches!(refused(world.send_sms("P1", TWO, "hi")), SimRefusal::NoSms { .. }));
    assert!(matches!(refused(world.send_sms("P1", ONE, "")), SimRefusal::WrongText { .. }));
    let today = LocalDay::of(world.now());
    let dates = world.daily_usage("P1", ONE, today.plus(-60).date(), today.date());
    assert!(matches!(refused(dates), SimRefusal::WrongDates { .. }));
    assert!(world == before);
    assert_eq!(world.next_notice(), None);
}

#[test]
fn a_plan_over_the_air_lasts_its_days_and_has_a_code_of_its_own() {
    let mut world = world();
    let ota = OtaWish { days: 364, mcc: "", timing: "1" };
    let at = world.order_ota_plan("P1", ONE, &wish("OTA", 1, Start::Now), &ota).expect("an order");
    let order = world.plan_order(at).expect("the order");
    assert_eq!(order.expires().expect("an end").to_string(), "2024-11-12T15:59:59.000Z");
    assert_eq!(order.cycle_at(world.now()).map(|cycle| cycle.until), order.ends);
    world.download_imsi(at).expect("downloaded");
    assert_eq!(told(&world), [1000, 1007, 1012]);
    assert_eq!(world.imsi_loads(SimOrdinal(0)), 1);
}

#[test]
fn texts_go_down_and_come_up_within_a_day() {
    let mut world = world();
    let sim = world.find_sim(ONE).expect("a SIM");
    let up = || Message::Text("hello".into());
    assert!(matches!(refused(world.receive_sms(sim, up())), SimRefusal::OutsideWindow { last: None, .. }));
    let one = world.send_sms("P1", ONE, "你好").expect("sent");
    let then = later(&world, "10s");
    advance(&mut world, then);
    assert_eq!(world.sms(one).and_then(|sms| sms.outcome), Some(Outcome::Delivered));
    world.pause_sim("P1", ONE).expect("paused");
    let two = world.send_sms("P1", ONE, "again").expect("sent");
    let then = later(&world, "10s");
    advance(&mut world, then);
    assert_eq!(world.sms(two).and_then(|sms| sms.outcome), Some(Outcome::Failed));
    world.resume_sim("P1", ONE).expect("resumed");
    world.receive_sms(sim, up()).expect("within a day");
    let then = later(&world, "24h");
    advance(&mut world, then);
    assert!(matches!(refused(world.receive_sms(sim, up())), SimRefusal::OutsideWindow { last: Some(_), .. }));
    let mut policy = Policy::default();
    assert!(policy.set("smsWindow", "off").is_ok());
    world.set_policy(policy);
    world.receive_sms(sim, up()).expect("the window is off");
}

#[test]
fn usage_grows_with_the_clock_and_every_view_of_it_agrees() {
    let mut world = world();
    let before = world.usage_of("P1", ONE).expect("a SIM");
    let then = later(&world, "3d");
    advance(&mut world, then);
    let after = world.usage_of("P1", ONE).expect("a SIM");
    assert!(after.used > before.used);
    assert_eq!(after.used + after.balance, 1_000_000_000);
    // The order began in October; its cycle is November, and nothing else was used then.
    let today = LocalDay::of(world.now());
    let november = today.plus(1 - i64::from(today.date().day));
    let days = world.daily_usage("P1", ONE, november.date(), today.date()).expect("days");
    assert_eq!((days.len(), days.iter().map(|(_, used)| used).sum::<u64>()), (18, after.used));
    let months = world.monthly_usage("P1", ONE).expect("months");
    let written: Vec<(i16, i8)> = months.iter().map(|month| (month.year, month.month)).collect();
    assert_eq!(written, [(2023, 6), (2023, 7), (2023, 8), (2023, 9), (2023, 10), (2023, 11)]);
    assert_eq!((months[3].used, months[4].used > 0, months[5].used), (0, true, after.used));
    let operator = world.operator_view("P1", ONE).expect("a SIM");
    assert!(operator.remaining >= after.balance && &*operator.imsi == "454001");
    let none = world.usage_of("P1", TWO).expect("a SIM");
    assert_eq!((none.order, none.used, none.balance), (None, 0, 0));
}

#[test]
fn orders_are_listed_newest_first_and_filtered() {
    let mut world = world();
    for _ in 0..5 {
        world.order_plan("P1", TWO, &wish("DAY", 1, Start::Later)).expect("an order");
    }
    world.order_plan("P2", OTHERS, &wish("DAY", 1, Start::Now)).expect("another partner's");
    let page = |size| Page::of(1, size).expect("a page");
    let list = |filter: &OrderFilter<'_>| world.plan_orders_of("P1", filter, page(2));
    let all = list(&OrderFilter::default());
    assert_eq!((all.total, all.pages, all.items), (6, 3, vec![PlanOrderOrdinal(5), PlanOrderOrdinal(4)]));
    assert_eq!(list(&OrderFilter { sim: Some(ONE), ..OrderFilter::default() }).total, 1);
    assert_eq!(list(&OrderFilter { sim: Some(OTHERS), ..OrderFilter::default() }).total, 0);
    assert_eq!(list(&OrderFilter { id: Some(FIRST), ..OrderFilter::default() }).total, 1);
    assert_eq!(list(&OrderFilter { id: Some(FIRST), sim: Some(TWO), ..OrderFilter::default() }).total, 0);
    assert_eq!(list(&OrderFilter { status: Some(Status::InUse), ..OrderFilter::default() }).total, 1);
    assert_eq!(list(&OrderFilter { kind: Some(PlanKind::Daily), ..OrderFilter::default() }).total, 5);
    assert_eq!(world.sims_of("P1", page(100)).total, 4);
    assert_eq!(world.sims_in_use("P1").len(), 1);
    assert_eq!(world.plans_of("P2", page(100)).total, 4);
}
