//! What our own surfaces show of a session: orders and journal entries as JSON.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::journal::Exchange;
use crate::domain::money::Money;
use crate::domain::order::Order;
use crate::domain::package::{Package, Period};
use crate::domain::stock::Stock;
use crate::domain::world::World;

/// An order.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderView {
    /// Its id.
    pub id: u32,
    /// Its number.
    pub order_no: String,
    /// How far the payment has come: `waiting`.
    pub pay_status: &'static str,
    /// The reserved profile.
    pub iccid: String,
    /// The text of its QR code.
    pub qr_text: String,
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
    /// Periods asked for.
    pub period_num: u16,
    /// Packages asked for.
    pub package_num: u16,
    /// When it was made: RFC 3339 in UTC, on the session's clock.
    pub created_at: String,
    /// Where the QR code is to be mailed to.
    pub mail_to: String,
    /// What has happened to it.
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
    /// Shows an order of this world.
    pub(crate) fn of(world: &World, order: &Order) -> Self {
        let stock = world.stock();
        let created_at = order.created.to_string();
        Self {
            id: order.id,
            order_no: order.number.text().as_str().to_owned(),
            pay_status: order.pay_status.word(),
            iccid: world.iccid(order),
            qr_text: world.qr_text(order),
            amount: order.amount,
            currency: stock.currencies.get(&order.currency).map(|c| c.abbr.to_string()).unwrap_or_default(),
            package_id: order.package,
            package_code: stock.packages.get(&order.package).map(|p| p.code.clone()).unwrap_or_default(),
            partner_code: world.text(order.partner).to_owned(),
            period_num: order.periods,
            package_num: order.packages,
            mail_to: world.text(order.mail_to).to_owned(),
            history: vec![Step { at: created_at.clone(), pay_status: order.pay_status.word() }],
            created_at,
        }
    }

    /// Orders of a world, oldest first: so many, after the first so many.
    pub(crate) fn page(world: &World, after: usize, limit: usize) -> Vec<Self> {
        let orders = (after..world.orders().len()).take(limit);
        orders.filter_map(|at| world.orders().get(at)).map(|order| Self::of(world, order)).collect()
    }
}

/// A journal entry.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EntryView<'a> {
    /// Its number, as in `x-sandbox-turn`.
    pub turn: u64,
    /// When, on the session's clock.
    pub at: String,
    /// The endpoint, or null.
    pub endpoint: Option<&'static str>,
    /// The rule that decided, or null.
    pub rule: Option<&'a str>,
    /// What was asked.
    pub request: RequestView<'a>,
    /// What was answered.
    pub response: ResponseView,
    /// What happens to the answer on the wire.
    pub wire: Vec<String>,
    /// What was accepted although it is not as documented.
    pub notes: &'a [String],
}

/// What was asked.
#[derive(Debug, Serialize)]
pub(crate) struct RequestView<'a> {
    /// Method.
    pub method: &'a str,
    /// Path and query.
    pub target: &'a str,
    /// Headers in the order of their coming.
    pub headers: Vec<(String, String)>,
    /// Body: JSON as it is, anything else as text.
    pub body: BodyView,
}

/// What was answered.
#[derive(Debug, Serialize)]
pub(crate) struct ResponseView {
    /// HTTP status.
    pub status: u16,
    /// Business code, or null.
    pub code: Option<i64>,
    /// Body.
    pub body: BodyView,
}

/// A body: JSON to the character if it is JSON, else text; null if it is empty.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum BodyView {
    /// JSON.
    Json(Box<RawValue>),
    /// Text, or what was kept of it.
    Text(Value),
}

impl<'a> EntryView<'a> {
    /// Shows an exchange.
    pub(crate) fn of(exchange: &'a Exchange) -> Self {
        let kept = &exchange.kept;
        Self {
            turn: exchange.turn,
            at: exchange.at.to_string(),
            endpoint: exchange.endpoint,
            rule: exchange.rule.as_deref(),
            request: RequestView {
                method: kept.method.as_str(),
                target: kept.target(),
                headers: kept.headers(),
                body: BodyView::of(kept.body(), kept.body_length),
            },
            response: ResponseView {
                status: exchange.status.as_u16(),
                code: exchange.code,
                body: BodyView::of(kept.answer(), kept.answer_length),
            },
            wire: exchange.wire.iter().map(ToString::to_string).collect(),
            notes: &exchange.notes,
        }
    }
}

impl BodyView {
    /// Shows what was kept of a body that was so long.
    fn of(kept: &[u8], length: usize) -> Self {
        let is_whole = kept.len() == length;
        if length == 0 {
            return Self::Text(Value::Null);
        }
        // What has no place in a JSON tree, such as 1e999 or half a surrogate pair, is shown as text.
        if is_whole
            && serde_json::from_slice::<Value>(kept).is_ok()
            && let Ok(raw) = serde_json::from_slice::<Box<RawValue>>(kept)
        {
            return Self::Json(raw);
        }
        let text = String::from_utf8_lossy(kept);
        let text = if is_whole { text.into_owned() } else { format!("{text}… ({length} bytes in all)") };
        Self::Text(Value::String(text))
    }
}

/// A reserved eSIM profile.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProfileView {
    /// Its ICCID, 20 digits.
    pub iccid: String,
    /// The text of its QR code.
    pub qr_text: String,
    /// What has become of it: `reserved`.
    pub state: &'static str,
    /// The order that reserved it.
    pub order_id: u32,
}

impl ProfileView {
    /// Shows the profile of an order.
    pub(crate) fn of(world: &World, order: &Order) -> Self {
        let (iccid, qr_text) = (world.iccid(order), world.qr_text(order));
        Self { iccid, qr_text, state: "reserved", order_id: order.id }
    }
}

/// A package.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PackageView {
    id: u32,
    code: String,
    /// Names by language.
    name: BTreeMap<&'static str, String>,
    /// Mobile country codes.
    countries: Vec<u16>,
    /// Megabytes; null is unlimited.
    volume_mb: Option<u32>,
    /// What one period is.
    period: &'static str,
    /// Fewest and most periods in an order.
    periods: BTreeMap<&'static str, u16>,
    /// Price of one period by currency.
    price: BTreeMap<String, Money>,
}

impl PackageView {
    /// Shows a package of this stock.
    pub(crate) fn of(stock: &Stock, package: &Package) -> Self {
        let abbr = |id: &u32| stock.currencies.get(id).map(|currency| currency.abbr.to_string());
        Self {
            id: package.id,
            code: package.code.clone(),
            name: [("zh", package.name.zh.to_string()), ("en", package.name.en.to_string())].into(),
            countries: package.countries.clone(),
            volume_mb: package.volume_mb,
            period: match package.period {
                Period::Day => "day",
                Period::Week => "week",
                Period::Month => "month",
            },
            periods: [("min", package.periods.0), ("max", package.periods.1)].into(),
            price: package.prices.iter().filter_map(|(id, price)| Some((abbr(id)?, *price))).collect(),
        }
    }
}
