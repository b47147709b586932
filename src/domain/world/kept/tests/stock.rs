//! What the worlds of these tests begin with.

use super::*;

fn name() -> Bilingual {
    Bilingual { zh: "包".into(), en: "pack".into() }
}

fn fleet() -> Fleet {
    let mut fleet = Fleet::default();
    for (code, kind) in
        PLANS.into_iter().zip([PlanKind::Daily, PlanKind::Monthly, PlanKind::Yearly, PlanKind::Daily])
    {
        fleet.put_plan(Plan {
            code: code.into(),
            name: name(),
            kind,
            quota: 500_000_000,
            price: Money::ZERO,
            currency: "CNY".into(),
            is_ota: code == "OTA",
            countries: vec![460],
            sold_to: Vec::new(),
        });
    }
    for (at, iccid) in SIMS.into_iter().enumerate() {
        fleet.put_sim(Sim {
            iccid: iccid.into(),
            imsi: "454001".into(),
            partner: "P".into(),
            is_ota: at == 0,
            has_sms: at != 1,
            test_quota: 100_000,
            life: if at == 3 { BaseLife::Idle(40) } else { BaseLife::New },
        });
    }
    fleet.put_order(NamedOrder {
        sim: SIMS[0].into(),
        plan: "MONTH".into(),
        id: Some("2021070616255607".into()),
        kind: OrderKind::Periods,
        stands: Stands::InUse { behind: 1, ahead: 1 },
    });
    fleet.add_batch(Batch { count: 9, seed: Seed(3), partners: vec!["P".into()], mix: Mix::AllStates });
    fleet
}

pub(super) fn stock() -> Arc<Stock> {
    let mut stock = Stock { fleet: Arc::new(fleet()), demo_user: PEOPLE[0].into(), ..Stock::default() };
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
    stock.packages.insert(7, package);
    let dollar =
        Currency { id: 2, abbr: "USD".into(), name: String::new(), symbol: "$".to_owned(), digits: 2 };
    stock.currencies.insert(2, dollar);
    let partner = Partner {
        code: "P".to_owned(),
        name: String::new(),
        client_id: None,
        secret: None,
        notify_secret: None,
    };
    stock.partners.insert("P".to_owned(), partner);
    let demo = User {
        email: PEOPLE[0].to_owned(),
        partner: "P".to_owned(),
        passwd: None,
        password: None,
        name: Some(name()),
    };
    stock.users.insert(User::key(PEOPLE[0]), demo);
    Arc::new(stock)
}
