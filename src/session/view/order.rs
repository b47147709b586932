//! An order.

use serde::Serialize;

use crate::domain::money::Money;
use crate::domain::order::{Esim, OrderOrdinal};
use crate::domain::world::World;

/// An order.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderView {
    /// Its id.
    pub id: u32,
    /// Its number.
    pub order_no: String,
    /// How far the payment has come: `waiting`, `settling` (paid, polls still say 0), `paid`, `failed`, `timedOut`.
    pub pay_status: &'static str,
    /// What a poll says: 0 waiting, 1 complete, 2 not successful, 3 cancelled.
    pub order_pay_status: u8,
    /// The profile that it reserved, or that it tops up.
    pub iccid: Option<String>,
    /// The text of its QR code.
    pub qr_text: Option<String>,
    /// What a phone has made of the eSIM.
    pub installation: Option<&'static str>,
    /// What is to be paid, in units of the currency.
    pub amount: Money,
    /// The currency's abbreviation.
    pub currency: String,
    /// The package.
    pub package_id: u32,
    /// The package's code.
    pub package_code: String,
    /// The partner code as it was sent.
    pub partner_code: String,
    /// The account that ordered.
    pub buyer: String,
    /// Periods asked for.
    pub period_num: u16,
    /// Packages asked for.
    pub package_num: u16,
    /// When it was made: RFC 3339 in UTC, on the session's clock.
    pub created_at: String,
    /// Where the QR code is to be mailed to.
    pub mail_to: String,
    /// The order whose eSIM it tops up.
    pub top_up_of: Option<u32>,
    /// Paid orders that top its eSIM up.
    pub top_ups: Vec<u32>,
    /// When the sandbox itself is going to report its payment.
    pub payment_due_at: Option<String>,
    /// What has happened to it, oldest first.
    pub history: Vec<Step>,
}

/// A step in an order's history.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Step {
    /// When.
    pub at: String,
    /// What the payment status became.
    pub pay_status: &'static str,
}

impl OrderView {
    /// Shows the order at a place of this world.
    pub(crate) fn of(world: &World, at: OrderOrdinal) -> Option<Self> {
        let order = world.order_at(at)?;
        let stock = world.stock();
        let history = world.history(at).into_iter();
        let top_up_of = if let Esim::TopUpOf(base) = order.esim { world.order_at(base) } else { None };
        Some(Self {
            id: order.id,
            order_no: order.number.text().as_str().to_owned(),
            pay_status: order.stage.word(),
            order_pay_status: order.stage.pay_status().number(),
            iccid: world.iccid(order),
            qr_text: world.qr_text(order),
            installation: world
                .profile_of(order)
                .filter(|_| order.stage.is_paid())
                .map(|profile| world.pool().installation(profile).word()),
            amount: order.amount,
            currency: stock.currencies.get(&order.currency).map(|c| c.abbr.to_string()).unwrap_or_default(),
            package_id: order.package,
            package_code: stock.packages.get(&order.package).map(|p| p.code.clone()).unwrap_or_default(),
            partner_code: world.text(order.partner).to_owned(),
            buyer: world.text(order.buyer).to_owned(),
            period_num: order.periods,
            package_num: order.packages,
            created_at: order.created.to_string(),
            mail_to: world.text(order.mail_to).to_owned(),
            top_up_of: top_up_of.map(|order| order.id),
            top_ups: world.top_ups_of(at).map(|order| order.id).collect(),
            payment_due_at: world.payment_due(at).map(|at| at.to_string()),
            history: history.map(|(at, pay_status)| Step { at: at.to_string(), pay_status }).collect(),
        })
    }

    /// Orders of a world, oldest first: so many, after the first so many.
    pub(crate) fn page(world: &World, after: usize, limit: usize) -> Vec<Self> {
        let places = (after..world.orders().len()).take(limit).filter_map(|at| u32::try_from(at).ok());
        places.filter_map(|at| Self::of(world, OrderOrdinal(at))).collect()
    }
}
