//! What an order of a plan asks for: the fields that three calls share.

use std::borrow::Cow;

use crate::contract::endpoint::Visit;
use crate::contract::fields::Reading;
use crate::domain::money::Money;
use crate::domain::refusal::{Refusal, Wanted};
use crate::domain::sim::order::Payment;
use crate::domain::sim::plan::PlanKind;
use crate::domain::world::sims::order::{PlanWish, Start};

/// The fields, read.
pub(super) struct PlanRequest<'a> {
    reading: Reading<'a>,
    code: Cow<'a, str>,
    kind: Option<PlanKind>,
}

impl<'a> PlanRequest<'a> {
    /// Reads and checks them.
    pub(super) fn read(visit: &mut Visit<'a>) -> Result<Self, Refusal> {
        let mut reading = visit.read()?;
        let kind = reading
            .integer("package_type")
            .and_then(|number| PlanKind::of_number(u8::try_from(number).ok()?));
        if reading.integer("package_type").is_some() && kind.is_none() {
            reading.complain("package_type", Wanted::Integer { min: Some(0), max: Some(5) });
        }
        if !reading.is_clean() {
            return Err(Refusal::BadFields(reading.into_complaints()));
        }
        let code = reading.text("package_code").unwrap_or_default();
        Ok(Self { reading, code, kind })
    }

    /// A text that is not empty, or nothing.
    pub(super) fn text(&self, field: &str) -> Cow<'a, str> {
        self.reading.text(field).unwrap_or_default()
    }

    /// A whole number.
    pub(super) fn integer(&self, field: &str) -> Option<i64> {
        self.reading.integer(field)
    }

    /// What was sent for a field, as JSON text.
    pub(super) fn sent(&self, field: &str) -> Option<&str> {
        self.reading.sent(field)
    }

    /// What is ordered.
    pub(super) fn wish(&self) -> PlanWish<'_> {
        let is_on = |field: &str| self.integer(field) == Some(1);
        let number = |field: &str| self.integer(field).and_then(|number| u8::try_from(number).ok());
        PlanWish {
            plan: &self.code,
            kind: self.kind,
            periods: self.integer("order_period").unwrap_or(1),
            start: if is_on("is_open") { Start::Now } else { Start::Later },
            test: is_on("test_flow_flag")
                .then(|| self.integer("test_flow").and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or(0)),
            payment: Payment {
                amount: self
                    .sent("pay_amount")
                    .and_then(|sent| Money::parse(sent.trim_matches('"')))
                    .unwrap_or_default(),
                is_paid: self.integer("pay_rst") == Some(2),
                by: number("pay_type"),
            },
        }
    }
}
