//! What an order of a plan asks for: the fields that three calls share.

use super::request::Request;
use crate::domain::money::Money;
use crate::domain::sim::order::Payment;
use crate::domain::sim::plan::PlanKind;
use crate::domain::world::sims::order::{PlanWish, Start};

impl Request<'_> {
    /// What is ordered; `plan` is `package_code`.
    pub(super) fn wish<'p>(&self, plan: &'p str) -> PlanWish<'p> {
        let is_on = |field: &str| self.integer(field) == Some(1);
        let test = self.integer("test_flow").and_then(|bytes| u64::try_from(bytes).ok());
        let amount = self.sent("pay_amount").and_then(|sent| Money::parse(sent.trim_matches('"')));
        PlanWish {
            plan,
            kind: self.number("package_type").and_then(PlanKind::of_number),
            periods: self.integer("order_period").unwrap_or(1),
            start: if is_on("is_open") { Start::Now } else { Start::Later },
            test: is_on("test_flow_flag").then(|| test.unwrap_or(0)),
            payment: Payment {
                amount: amount.unwrap_or_default(),
                is_paid: self.integer("pay_rst") == Some(2),
                by: self.number("pay_type"),
            },
        }
    }
}
