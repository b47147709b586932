//! A package.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::money::Money;
use crate::domain::package::{Package, Period};
use crate::domain::stock::Stock;

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
