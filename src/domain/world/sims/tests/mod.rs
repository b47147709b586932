//! A small fleet, for the rules one by one and for random commands.

mod life;
mod rules;

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
