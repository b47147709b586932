//! The fixtures of the CSSS group's world: data plans, SIMs, and the orders that sessions begin with. Whole entries: one with a known
//! key takes its place.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::generate::add_sims;
use super::misfit::Misfit;
use crate::domain::dice::Seed;
use crate::domain::money::Money;
use crate::domain::package::Bilingual;
use crate::domain::sim::batch::Mix;
use crate::domain::sim::fleet::{Fleet, NamedOrder, Stands};
use crate::domain::sim::order::OrderKind;
use crate::domain::sim::plan::{Plan, PlanKind};
use crate::domain::sim::{BaseLife, Sim};
use crate::domain::stock::Stock;

/// The chance of the SIMs of `world/sims.json`: another one than any file's small seed, so that ICCIDs do not meet.
const SEED: Seed = Seed(0x5349_4d73);

/// `world/plans.json`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlansFile {
    /// Plans, whole entries.
    plans: Vec<PlanSpec>,
}

/// `world/sims.json`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SimsFile {
    /// SIMs, whole entries.
    #[serde(default)]
    sims: Vec<SimSpec>,
    /// So many invented SIMs in several states of life, spread over the partners that have a secret.
    #[schemars(range(max = 100_000))]
    generate: Option<u32>,
}

/// A data plan.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PlanSpec {
    /// The vendor's code, such as `DP20190726001274`.
    #[schemars(length(min = 1, max = 64))]
    code: String,
    /// Name in Chinese, as the vendor prints it.
    zh: String,
    /// Name in English.
    en: String,
    /// The vendor's `package_type`: 0 unlimited daily, 1 daily, 2 monthly, 3 quarterly, 4 half-yearly, 5 yearly.
    #[serde(rename = "type")]
    #[schemars(range(max = 5))]
    kind: u8,
    /// High-speed data of one period, in megabytes of a million bytes.
    #[schemars(range(min = 1, max = 100_000_000))]
    quota_mb: u64,
    /// Price of one period.
    price: f64,
    /// The abbreviation of its currency; without it, CNY.
    currency: Option<String>,
    /// Whether it is ordered over the air; without it, it is not.
    ota: Option<bool>,
    /// Mobile country codes.
    #[serde(default)]
    countries: Vec<u16>,
    /// The partners it is sold to; without any, all.
    #[serde(default)]
    sold_to: Vec<String>,
}

/// A SIM, and what is ordered for it when a session begins.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SimSpec {
    /// Nineteen or twenty digits.
    iccid: String,
    /// Up to fifteen digits.
    imsi: String,
    /// The code of its partner.
    partner: String,
    /// Whether it can load plans over the air; without it, it cannot.
    ota: Option<bool>,
    /// Whether texts can be sent to it and come from it; without it, they can.
    sms: Option<bool>,
    /// Test data that came with it, in kilobytes; without it, 100.
    #[schemars(range(max = 100_000_000))]
    test_kb: Option<u64>,
    /// What it is if nothing runs on it; without it, new.
    life: Option<LifeSpec>,
    /// What is ordered for it when a session begins.
    #[serde(default)]
    orders: Vec<OrderSpec>,
}

/// What a SIM is if nothing runs on it.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum LifeSpec {
    New,
    Terminated,
    /// Its last order ended so many days before the session began.
    Idle(u16),
}

/// An order of the beginning; its dates follow the session's first moment.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OrderSpec {
    /// The plan's code.
    plan: String,
    /// Its id; without it, one like those of the session.
    id: Option<String>,
    /// How it stands.
    state: OrderState,
    /// Of a running one: periods that have passed; without it, none.
    behind: Option<u16>,
    /// Of a running one: periods to come after the present one; without it, none.
    ahead: Option<u16>,
    /// Of any other: periods; without it, one.
    #[schemars(range(min = 1, max = 120))]
    periods: Option<u16>,
    /// Of any other: days since it was made, cancelled, or over; without it, one.
    days: Option<u16>,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum OrderState {
    NotEnabled,
    InUse,
    Paused,
    Expired,
    Cancelled,
}

impl PlansFile {
    /// Lays the file over the stock.
    pub(crate) fn apply(self, stock: &mut Stock) -> Vec<Misfit> {
        let plans = self.plans.into_iter().enumerate();
        let apply = |(at, plan): (usize, PlanSpec)| Some(plan.apply(stock)?.below(&format!("/plans/{at}")));
        plans.filter_map(apply).collect()
    }
}

impl SimsFile {
    /// Lays the file over the stock.
    pub(crate) fn apply(self, stock: &mut Stock) -> Vec<Misfit> {
        let mut misfits = Vec::new();
        for (at, sim) in self.sims.into_iter().enumerate() {
            let found = sim.apply(stock);
            misfits.extend(found.map(|misfit| misfit.below(&format!("/sims/{at}"))));
        }
        if let Some(count) = self.generate {
            add_sims(stock, count, SEED, Mix::AllStates);
        }
        misfits
    }
}

impl PlanSpec {
    /// Puts the plan into the stock, or says what does not fit.
    pub(crate) fn apply(self, stock: &mut Stock) -> Option<Misfit> {
        let Self { code, zh, en, kind, quota_mb, price, currency, ota, countries, sold_to } = self;
        let Some(price) = Money::from_number(price) else {
            let help = "from 0 to a thousand million, at most four decimal places";
            return Some(Misfit::new("/price", format!("{price} is no price"), help));
        };
        let Some(kind) = PlanKind::of_number(kind) else {
            return Some(Misfit::new("/type", format!("{kind} is no package_type"), "0 to 5"));
        };
        if let Some((at, unknown)) =
            sold_to.iter().enumerate().find(|(_, code)| !stock.partners.contains_key(*code))
        {
            return Some(no_partner(format!("/soldTo/{at}"), unknown));
        }
        Arc::make_mut(&mut stock.fleet).put_plan(Plan {
            code: code.into(),
            name: Bilingual { zh: zh.into(), en: en.into() },
            kind,
            quota: quota_mb * 1_000_000,
            price,
            currency: currency.as_deref().unwrap_or("CNY").into(),
            is_ota: ota.unwrap_or(false),
            countries,
            sold_to: sold_to.into_iter().map(Into::into).collect(),
        });
        None
    }
}

impl SimSpec {
    /// Puts the SIM and its orders into the stock, or says what does not fit.
    pub(crate) fn apply(self, stock: &mut Stock) -> Option<Misfit> {
        let Self { iccid, imsi, partner, ota, sms, test_kb, life, orders } = self;
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(&iccid) || !(19..=20).contains(&iccid.len()) {
            return Some(Misfit::new(
                "/iccid",
                format!("{iccid:?} is no ICCID"),
                "nineteen or twenty digits",
            ));
        }
        if !is_digits(&imsi) || !(6..=15).contains(&imsi.len()) {
            return Some(Misfit::new("/imsi", format!("{imsi:?} is no IMSI"), "six to fifteen digits"));
        }
        if !stock.partners.contains_key(&partner) {
            return Some(no_partner("/partner".to_owned(), &partner));
        }
        let fleet: &Fleet = &stock.fleet;
        let fault = orders
            .iter()
            .enumerate()
            .find_map(|(at, order)| order.judge(fleet).map(|misfit| misfit.below(&format!("/orders/{at}"))));
        if fault.is_some() {
            return fault;
        }
        let fleet = Arc::make_mut(&mut stock.fleet);
        let iccid: Arc<str> = iccid.into();
        for order in orders {
            fleet.put_order(order.of_sim(&iccid, fleet));
        }
        fleet.put_sim(Sim {
            iccid,
            imsi: imsi.into(),
            partner: partner.into(),
            is_ota: ota.unwrap_or(false),
            has_sms: sms.unwrap_or(true),
            test_quota: test_kb.unwrap_or(100) * 1_000,
            life: match life {
                None | Some(LifeSpec::New) => BaseLife::New,
                Some(LifeSpec::Terminated) => BaseLife::Terminated,
                Some(LifeSpec::Idle(days)) => BaseLife::Idle(days),
            },
        });
        None
    }
}

impl OrderSpec {
    fn judge(&self, fleet: &Fleet) -> Option<Misfit> {
        if fleet.plan(&self.plan).is_none() {
            let message = format!("no plan has the code {:?}", self.plan);
            return Some(Misfit::new("/plan", message, "add it to `plans`"));
        }
        let id = self.id.as_deref().filter(|id| fleet.has_order(id))?;
        let help = "give each order an id of its own, or none";
        Some(Misfit::new("/id", format!("another order has the id {id:?}"), help))
    }

    fn of_sim(self, iccid: &Arc<str>, fleet: &Fleet) -> NamedOrder {
        let Self { plan, id, state, behind, ahead, periods, days } = self;
        let (behind, ahead) = (behind.unwrap_or(0), ahead.unwrap_or(0));
        let (periods, days) = (periods.unwrap_or(1), days.unwrap_or(1));
        // A plan over the air lasts its own days; one that says none, a year.
        let kind = match fleet.plan(&plan) {
            Some(plan) if plan.is_ota => {
                OrderKind::Ota { days: 364, mcc: String::new(), timing: "1".to_owned() }
            }
            Some(_) | None => OrderKind::Periods,
        };
        NamedOrder {
            sim: Arc::clone(iccid),
            plan: plan.into(),
            id: id.map(Into::into),
            kind,
            stands: match state {
                OrderState::NotEnabled => Stands::NotEnabled { periods, made: days },
                OrderState::InUse => Stands::InUse { behind, ahead },
                OrderState::Paused => Stands::Paused { behind, ahead },
                OrderState::Expired => Stands::Expired { periods, days },
                OrderState::Cancelled => Stands::Cancelled { days },
            },
        }
    }
}

fn no_partner(pointer: String, code: &str) -> Misfit {
    Misfit::new(pointer, format!("no partner has the code {code:?}"), "add it to `partners`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::world_file::PartnersFile;

    fn stock() -> Stock {
        let mut stock = Stock::default();
        let partners: PartnersFile =
            serde_json::from_str(include_str!("../../fixtures/world/partners.json")).expect("partners");
        let plans: PlansFile =
            serde_json::from_str(include_str!("../../fixtures/world/plans.json")).expect("plans");
        let sims: SimsFile =
            serde_json::from_str(include_str!("../../fixtures/world/sims.json")).expect("sims");
        partners.apply(&mut stock);
        assert_eq!(plans.apply(&mut stock), []);
        assert_eq!(sims.apply(&mut stock), []);
        stock
    }

    #[test]
    fn what_the_pages_print_is_there_and_belongs_to_the_partner_of_the_page() {
        let stock = stock();
        for (iccid, partner) in [
            ("89852022018041800192", "P000270"),
            ("89852022018041800193", "P000270"),
            ("89852420180910340793", "P000270"),
            ("89852202101130001670", "QY-000001"),
            ("89860220190123456789", "P123456"),
        ] {
            assert_eq!(stock.fleet.sim(iccid).map(|sim| &*sim.partner), Some(partner), "{iccid}");
        }
        for (code, partner) in [("DP20190726001274", "P000270"), ("DP20201218003915", "QY-000001")] {
            let plan = stock.fleet.plan(code).expect(code);
            assert!(plan.is_sold_to(partner) && !plan.is_sold_to("P012345"));
        }
        assert!(stock.fleet.has_order("202107061625560742397"));
        for code in ["P012345", "P000270", "P123456", "QY-000001"] {
            let partner = &stock.partners[code];
            assert_eq!(partner.secret.as_deref(), Some("replica-demo-secret"));
            assert_eq!(partner.notify_secret.as_deref(), Some("replica-notify-secret"));
        }
    }

    #[test]
    fn there_are_more_than_two_hundred_sims_and_each_partner_has_some() {
        let stock = stock();
        let roster = stock.fleet.roster();
        assert_eq!(roster.sims.len(), 245);
        assert!(roster.orders.len() > 150, "{}", roster.orders.len());
        assert!(roster.of_partner.values().all(|sims| sims.len() >= 60));
        assert_eq!(roster.of_partner.len(), 4);
        // The cards of the pages are five; all but one of them fail the check that ours pass.
        let made = roster.sims.iter().filter(|sim| stock.fleet.sim(&sim.iccid).is_none());
        let iccids: Vec<String> = made.map(|sim| sim.iccid.to_string()).collect();
        assert_eq!(iccids.len(), 240);
        for iccid in iccids {
            assert_eq!(crate::domain::ids::with_check_digit(iccid[..19].to_owned()), iccid);
        }
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let mut stock = stock();
        let mut misfit = |text: &str| {
            let sim: SimSpec = serde_json::from_str(text).expect("a SIM");
            sim.apply(&mut stock).map(|misfit| misfit.pointer)
        };
        let sim = |iccid: &str, rest: &str| {
            format!(r#"{{ "iccid": "{iccid}", "imsi": "454001234567890", "partner": "P000270"{rest} }}"#)
        };
        let good = "89852000000000000018";
        assert_eq!(misfit(&sim("12", "")).as_deref(), Some("/iccid"));
        let orders = r#", "orders": [{ "plan": "DP0", "state": "inUse" }]"#;
        assert_eq!(misfit(&sim(good, orders)).as_deref(), Some("/orders/0/plan"));
        let orders = r#", "orders": [{ "plan": "DP20190726001274", "state": "paused", "id": "202107061625560742397" }]"#;
        assert_eq!(misfit(&sim(good, orders)).as_deref(), Some("/orders/0/id"));
        let nobody = sim(good, "").replace("P000270", "P999999");
        assert_eq!(misfit(&nobody).as_deref(), Some("/partner"));
        assert_eq!(misfit(&sim(good, r#", "life": { "idle": 3 }"#)), None);
        let plan = r#"{ "code": "DP1", "zh": "套", "en": "p", "type": 9, "quotaMb": 1, "price": 1 }"#;
        let plan: PlanSpec = serde_json::from_str(plan).expect("a plan");
        assert_eq!(plan.apply(&mut stock).map(|misfit| misfit.pointer).as_deref(), Some("/type"));
    }
}
