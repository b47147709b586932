//! The life of SIMs under random commands and jumps of the clock, and the rules one by one.

use std::sync::Arc;

use proptest::prelude::*;

use super::World;
use super::look::OrderFilter;
use super::order::{OtaWish, PlanWish, Start};
use crate::domain::dice::Seed;
use crate::domain::moment::{Moment, Span};
use crate::domain::money::Money;

use crate::domain::package::Bilingual;
use crate::domain::policy::Policy;
use crate::domain::profile::Supply;
use crate::domain::refusal::Refusal;
use crate::domain::sim::batch::{Batch, Mix};
use crate::domain::sim::calendar::LocalDay;
use crate::domain::sim::event::{Change, EventOrdinal, Happening, Message};
use crate::domain::sim::fleet::{Fleet, NamedOrder, Stands};
use crate::domain::sim::order::{OrderKind, Payment, PlanOrder, PlanOrderOrdinal, Status};
use crate::domain::sim::page::Page;
use crate::domain::sim::plan::{Plan, PlanKind};
use crate::domain::sim::refusal::SimRefusal;
use crate::domain::sim::sms::Outcome;
use crate::domain::sim::{BaseLife, Life, Sim, SimOrdinal};
use crate::domain::stock::Stock;
use crate::domain::world::{Advanced, Beginning, Notice, What};

const ONE: &str = "89852022018041800192";
const TWO: &str = "89852022018041800193";
const OTHERS: &str = "89852022018041800194";
const FIRST: &str = "202107061625560742397";

fn plan(code: &str, kind: PlanKind, quota: u64) -> Plan {
    Plan {
        code: code.into(),
        name: Bilingual { zh: "套餐".into(), en: "plan".into() },
        kind,
        quota,
        price: Money::ZERO,
        currency: "CNY".into(),
        is_ota: code == "OTA",
        countries: vec![460],
        sold_to: if code == "OURS" { vec!["P1".into()] } else { Vec::new() },
    }
}

fn fleet() -> Fleet {
    let mut fleet = Fleet::default();
    fleet.put_plan(plan("DAY", PlanKind::Daily, 500_000_000));
    fleet.put_plan(plan("FREE", PlanKind::UnlimitedDaily, 100_000_000));
    fleet.put_plan(plan("MONTH", PlanKind::Monthly, 1_000_000_000));
    fleet.put_plan(plan("OTA", PlanKind::Daily, 100_000_000_000));
    fleet.put_plan(plan("OURS", PlanKind::Quarterly, 3_000_000_000));
    for (iccid, partner, life) in [
        (ONE, "P1", BaseLife::New),
        (TWO, "P1", BaseLife::New),
        (OTHERS, "P2", BaseLife::New),
        ("89852022018041800195", "P1", BaseLife::Idle(40)),
        ("89852022018041800196", "P1", BaseLife::Terminated),
    ] {
        fleet.put_sim(Sim {
            iccid: iccid.into(),
            imsi: "454001".into(),
            partner: partner.into(),
            is_ota: iccid == ONE,
            has_sms: iccid != TWO,
            test_quota: 100_000,
            life,
        });
    }
    fleet.put_order(NamedOrder {
        sim: ONE.into(),
        plan: "MONTH".into(),
        id: Some(FIRST.into()),
        kind: OrderKind::Periods,
        stands: Stands::InUse { behind: 1, ahead: 1 },
    });
    fleet
}

fn world_of(fleet: Fleet, seed: u64, policy: Policy, now: i64) -> World {
    World::new(Beginning {
        session: "test".to_owned(),
        epoch: 1,
        seed: Seed(seed),
        policy,
        stock: Arc::new(Stock { fleet: Arc::new(fleet), ..Stock::default() }),
        numbers: None,
        supply: Supply::Unbounded,
        order_limit: 1_000,
        now: Moment::from_millis(now),
    })
}

fn world() -> World {
    // 2023-11-15 06:13:20 at UTC+8.
    let mut world = world_of(fleet(), 7, Policy::default(), 1_700_000_000_000);
    world.wake_fleet();
    world
}

fn wish(plan: &str, periods: i64, start: Start) -> PlanWish<'_> {
    PlanWish { plan, kind: None, periods, start, test: None, payment: Payment::default() }
}

/// Lets time pass; what was noticed on the way.
fn advance(world: &mut World, to: Moment) -> Vec<EventOrdinal> {
    let mut noticed = Vec::new();
    loop {
        let reached = world.advance_to(to);
        while let Some(notice) = world.next_notice() {
            if let Notice::Sim(event) = notice {
                noticed.push(event);
            }
        }
        if reached == Advanced::There {
            return noticed;
        }
    }
}

fn later(world: &World, text: &str) -> Moment {
    Span::parse(text).and_then(|span| world.now().plus(span)).expect("within the calendar")
}

fn told(world: &World) -> Vec<u16> {
    world
        .sim_events()
        .filter_map(|(_, event)| match event.what {
            Happening::Order { change, .. } => Some(change.code()),
            Happening::Usage { .. } | Happening::Downlink { .. } | Happening::Uplink { .. } => None,
        })
        .collect()
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, Refusal>) -> SimRefusal {
    match result {
        Err(Refusal::Sim(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

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

#[test]
fn ten_thousand_sims_with_running_plans_live_through_a_month() {
    let mut fleet = fleet();
    let partners = vec!["P1".into(), "P2".into()];
    fleet.add_batch(Batch { count: 10_000, seed: Seed(1), partners, mix: Mix::Running });
    let mut world = world_of(fleet, 7, Policy::default(), 1_700_000_000_000);
    world.wake_fleet();
    assert_eq!((world.roster().sims.len(), world.timers.len()), (10_005, 10_001));
    let then = later(&world, "30d");
    let noticed = advance(&mut world, then);
    assert!(noticed.len() > 10_000, "{}", noticed.len());
    assert!(noticed.windows(2).all(|pair| pair[0] < pair[1]));
    let kept = world.sim_events().count();
    assert_eq!(noticed.len(), usize::try_from(world.forgotten_sim_events()).expect("few") + kept);
    assert!(world.timers.len() <= 10_001);
}

#[test]
fn a_batch_has_every_state_of_life_and_keeps_what_a_smaller_one_gave() {
    let batch = |count| {
        let mut fleet = fleet();
        fleet.add_batch(Batch {
            count,
            seed: Seed(3),
            partners: vec!["P1".into(), "P2".into()],
            mix: Mix::AllStates,
        });
        fleet
    };
    let (small, large) = (batch(240), batch(480));
    let sims = &small.roster().sims;
    assert_eq!(sims.len(), 245);
    assert!(sims.iter().all(|sim| large.roster().sims.contains(sim)));
    let mut world = world_of(small, 7, Policy::default(), 1_700_000_000_000);
    world.wake_fleet();
    let mut lives = [0; 7];
    for at in 0..245 {
        lives[usize::from(world.sim_life(SimOrdinal(at)).number())] += 1;
    }
    assert!(lives[1..].iter().all(|count| *count >= 3), "{lives:?}");
    assert!(lives[2] > 100, "{lives:?}");
}

#[derive(Clone, Debug)]
enum Command {
    Order { sim: usize, plan: usize, periods: i64, start: bool },
    Act { act: usize, order: usize },
    Sim { act: usize, sim: usize },
    Reduce { order: u32, by: u16 },
    Terminate { sim: u32 },
    Text { sim: usize },
    Advance { millis: i64 },
}

const SIMS: [&str; 4] = [ONE, TWO, OTHERS, "89852022018041800195"];
const PLANS: [&str; 4] = ["DAY", "FREE", "MONTH", "OURS"];

fn commands() -> impl Strategy<Value = Vec<Command>> {
    let command = prop_oneof![
        4 => (0..4_usize, 0..4_usize, 0..4_i64, any::<bool>())
            .prop_map(|(sim, plan, periods, start)| Command::Order { sim, plan, periods, start }),
        8 => (0..6_usize, 0..8_usize).prop_map(|(act, order)| Command::Act { act, order }),
        2 => (0..2_usize, 0..4_usize).prop_map(|(act, sim)| Command::Sim { act, sim }),
        1 => (0..8_u32, 0..3_u16).prop_map(|(order, by)| Command::Reduce { order, by }),
        1 => (0..12_u32).prop_map(|sim| Command::Terminate { sim }),
        1 => (0..4_usize).prop_map(|sim| Command::Text { sim }),
        4 => (-1_000_i64..200_000_000).prop_map(|millis| Command::Advance { millis }),
        1 => (0_i64..9_000_000_000).prop_map(|millis| Command::Advance { millis }),
    ];
    proptest::collection::vec(command, 0..30)
}

/// Carries a command out; whether it was refused.
fn obey(world: &mut World, command: &Command) -> bool {
    match *command {
        Command::Order { sim, plan, periods, start } => {
            let start = if start { Start::Now } else { Start::Later };
            world.order_plan("P1", SIMS[sim], &wish(PLANS[plan], periods, start)).is_err()
        }
        Command::Act { act, order } => {
            let at = PlanOrderOrdinal(u32::try_from(order).expect("small"));
            let id = world.plan_order_id(at);
            let result = match act {
                0 => world.enable_order("P1", &id),
                1 => world.cancel_order("P1", &id),
                2 => world.end_order("P1", &id),
                3 => world.pause_order("P1", &id),
                4 => world.resume_order("P1", &id),
                _ => world.renew_order("P1", &id, 1),
            };
            result.is_err()
        }
        Command::Sim { act: 0, sim } => world.pause_sim("P1", SIMS[sim]).is_err(),
        Command::Sim { sim, .. } => world.resume_sim("P1", SIMS[sim]).is_err(),
        Command::Reduce { order, by } => world.reduce_cycles(PlanOrderOrdinal(order), by).is_err(),
        Command::Terminate { sim } => world.terminate_sim(SimOrdinal(sim)).is_err(),
        Command::Text { sim } => world.send_sms("P1", SIMS[sim], "text").is_err(),
        Command::Advance { millis } => {
            let then = Moment::from_millis(world.now().millis() + millis);
            advance(world, then);
            false
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sims_live_by_their_table_whatever_happens_in_which_order(seed in any::<u64>(), commands in commands()) {
        let mut world = world_of(fleet(), seed, Policy::default(), 1_700_000_000_000);
        world.wake_fleet();
        let mut twin = world.clone();
        for command in &commands {
            let before = world.clone();
            if obey(&mut world, command) {
                prop_assert!(world == before, "a refusal changes nothing: {command:?}");
            }
            while world.next_notice().is_some() {}
            let now = world.now();
            for at in (0..world.plan_order_count()).filter_map(|at| u32::try_from(at).ok()).map(PlanOrderOrdinal) {
                let order = world.plan_order(at).expect("an order");
                if let Some(old) = before.plan_order(at) {
                    let step = (old.status.number(), order.status.number());
                    let known = [(0, 1), (0, 4), (1, 2), (2, 1), (1, 3), (2, 3)];
                    prop_assert!(step.0 == step.1 || known.contains(&step), "{command:?} {step:?}");
                    // What was used stays used.
                    let used = |order: &PlanOrder, until| order.used_between(Moment::EPOCH, until);
                    prop_assert!(used(order, now) >= used(old, before.now()), "{command:?}");
                    prop_assert_eq!(used(order, before.now()), used(old, before.now()));
                }
                prop_assert!(!order.is_running() || order.ends.expect("an end") > now);
                prop_assert_eq!(order.is_running(), order.timer.is_some_and(|key| world.timers.contains_key(&key)));
                prop_assert!(!order.is_carrying() || order.status == Status::InUse);
                // Days add up to the cycle, to the byte.
                if let Some(cycle) = order.cycle_at(now) {
                    let until = now.min(cycle.until);
                    let (first, last) = (LocalDay::of(cycle.from).0, LocalDay::of(until).0);
                    let days: u64 = (first..=last).map(LocalDay)
                        .map(|day| order.used_between(day.starts().max(cycle.from), day.plus(1).starts().min(until))).sum();
                    prop_assert_eq!(days, order.used(cycle, until));
                }
            }
            for sim in (0..5).map(SimOrdinal) {
                let orders = || world.orders_of_sim(sim).iter().filter_map(|at| world.plan_order(*at));
                let carriers = orders().filter(|order| order.is_carrying()).count();
                prop_assert_eq!(carriers, usize::from(orders().any(|order| order.status == Status::InUse)));
            }
        }
        // Events stand in the order of their moments.
        let moments: Vec<Moment> = world.sim_events().map(|(_, event)| event.at).collect();
        prop_assert!(moments.windows(2).all(|pair| pair[0] <= pair[1]));
        // A warning is given once in a cycle, and when so much is used.
        for (_, event) in world.sim_events() {
            if let Happening::Usage { order, percent, used, quota } = event.what {
                prop_assert!(used >= quota * u64::from(percent) / 100);
                let cycle = world.plan_order(order).and_then(|order| order.cycle_at(event.at)).expect("its cycle");
                let same = world.sim_events().filter(|(_, other)| {
                    matches!(other.what, Happening::Usage { order: o, percent: p, .. } if o == order && p == percent)
                        && cycle.from <= other.at && other.at < cycle.until
                }).count();
                prop_assert_eq!(same, 1);
            }
        }
        // The same commands once more: the same world.
        for command in &commands {
            obey(&mut twin, command);
            while twin.next_notice().is_some() {}
        }
        prop_assert!(twin == world);
        prop_assert_eq!(twin.take_fired(), world.take_fired());
    }
}
