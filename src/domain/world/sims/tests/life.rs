//! Large fleets, and the life of SIMs under random commands and jumps of the clock.

use super::*;

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

#[test]
fn what_runs_on_a_sim_is_known_from_the_beginning() {
    let mut fleet = fleet();
    let partners = vec!["P1".into(), "P2".into()];
    fleet.add_batch(Batch { count: 480, seed: Seed(5), partners, mix: Mix::AllStates });
    let mut world = world_of(fleet, 7, Policy::default(), 1_700_000_000_000);
    world.wake_fleet();
    let wrong = |world: &World| {
        let counted = |sim: &SimOrdinal| world.standing(*sim) == Some(&world.recount(*sim));
        (0..485).map(SimOrdinal).find(|sim| !counted(sim))
    };
    assert_eq!(wrong(&world), None);
    let then = later(&world, "90d");
    advance(&mut world, then);
    assert_eq!(wrong(&world), None);
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
                prop_assert_eq!(world.standing(sim), Some(&world.recount(sim)), "{:?}", command);
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
