//! Countries, packages and currencies as the browsing calls list them. Keys come in the alphabetical order in which the
//! page "detail" prints its own; what no page explains has a value of ours, which the cards name.

use std::sync::Arc;

use serde::Serialize;

use super::format::{Written, order_time};
use crate::domain::browse::continent_name;
use crate::domain::language::Language;
use crate::domain::money::Money;
use crate::domain::package::{Coverage, Package, Period};
use crate::domain::stock::{Country, Currency, Stock};

/// A country of a list.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CountryItem {
    continents_code: String,
    country_code: u16,
    country_name: Arc<str>,
    iso_country_code: String,
    iso_country_name: Arc<str>,
}

/// A continent of a list.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ContinentItem {
    continents_code: String,
    continents_name: String,
}

/// A package of a list: what a shop shows of it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PackageItem {
    cover_countrys: u16,
    currency_infos: Vec<CurrencyInfo>,
    id: u32,
    max_order_period: u16,
    min_order_period: u16,
    package_code: String,
    package_flow: i64,
    package_short_desc: Arc<str>,
    package_show_name: Arc<str>,
    package_type: u8,
    period: u16,
    period_unit: &'static str,
    sale_count: String,
}

/// A package as `detail` answers it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PackageDetail {
    buy_type: u8,
    config_flag: &'static str,
    cover_countrys: u16,
    currency_ids: String,
    currency_infos: Vec<CurrencyInfo>,
    id: u32,
    logo: &'static str,
    max_order_period: u16,
    min_order_period: u16,
    package_code: String,
    package_desc: Arc<str>,
    package_flow: i64,
    package_id: String,
    package_short_desc: Arc<str>,
    package_show_name: Arc<str>,
    package_type: u8,
    period: u16,
    period_unit: &'static str,
    price_type: u8,
    sale_count: String,
    surplus_flow: String,
    update_time: Written<28>,
}

/// What a package costs in one currency.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CurrencyInfo {
    currency_abbr: Arc<str>,
    currency_id: u32,
    currency_name: String,
    currency_symbol: String,
    digits_num: String,
    price: Money,
    unit: Arc<str>,
}

impl CountryItem {
    /// Its name in the caller's language, beside the English one.
    pub(super) fn of(country: &Country, language: Language) -> Self {
        Self {
            continents_code: country.continent.clone(),
            country_code: country.mcc,
            country_name: Arc::clone(country.name.text(language)),
            iso_country_code: country.iso.clone(),
            iso_country_name: Arc::clone(&country.name.en),
        }
    }
}

impl ContinentItem {
    /// Its name in the caller's language.
    pub(super) fn of(code: &str, language: Language) -> Self {
        let name = continent_name(code, language).to_owned();
        Self { continents_code: code.to_owned(), continents_name: name }
    }
}

impl PackageItem {
    /// Its texts in the caller's language.
    pub(super) fn of(package: &Package, stock: &Stock, language: Language) -> Self {
        Self {
            cover_countrys: first_country(package),
            currency_infos: currency_infos(package, stock),
            id: package.id,
            max_order_period: package.periods.1,
            min_order_period: package.periods.0,
            package_code: package.code.clone(),
            package_flow: flow(package),
            package_short_desc: Arc::clone(package.short.text(language)),
            package_show_name: Arc::clone(package.name.text(language)),
            package_type: kind(package),
            period: package.periods.0,
            period_unit: period_unit(package),
            sale_count: package.sold().to_string(),
        }
    }
}

impl PackageDetail {
    /// Its texts in the caller's language.
    pub(super) fn of(package: &Package, stock: &Stock, language: Language) -> Self {
        let ids: Vec<String> = package.prices.iter().map(|(currency, _)| currency.to_string()).collect();
        Self {
            buy_type: 2,
            config_flag: "1",
            cover_countrys: first_country(package),
            currency_ids: ids.join(","),
            currency_infos: currency_infos(package, stock),
            id: package.id,
            logo: "",
            max_order_period: package.periods.1,
            min_order_period: package.periods.0,
            package_code: package.code.clone(),
            package_desc: Arc::clone(package.about.text(language)),
            package_flow: flow(package),
            package_id: package.id.to_string(),
            package_short_desc: Arc::clone(package.short.text(language)),
            package_show_name: Arc::clone(package.name.text(language)),
            package_type: kind(package),
            period: package.periods.0,
            period_unit: period_unit(package),
            price_type: 2,
            sale_count: package.sold().to_string(),
            surplus_flow: flow(package).to_string(),
            update_time: order_time(package.updated()),
        }
    }
}

/// One entry for each currency that the package is sold in.
fn currency_infos(package: &Package, stock: &Stock) -> Vec<CurrencyInfo> {
    let info = |currency: &Currency, price: Money| CurrencyInfo {
        currency_abbr: Arc::clone(&currency.abbr),
        currency_id: currency.id,
        currency_name: currency.name.clone(),
        currency_symbol: currency.symbol.clone(),
        digits_num: currency.digits.to_string(),
        price,
        unit: Arc::clone(&currency.abbr),
    };
    let prices = package.prices.iter();
    prices.filter_map(|(id, price)| Some(info(stock.currencies.get(id)?, *price))).collect()
}

/// The page types the covered countries as one number, whose printed example is a country code.
fn first_country(package: &Package) -> u16 {
    package.countries.first().copied().unwrap_or(0)
}

/// Megabytes of one period; -1 is unlimited.
fn flow(package: &Package) -> i64 {
    package.volume_mb.map_or(-1, i64::from)
}

/// As the page "general" numbers them.
fn kind(package: &Package) -> u8 {
    match package.kind {
        Coverage::Country => 1,
        Coverage::Region => 2,
    }
}

fn period_unit(package: &Package) -> &'static str {
    match package.period {
        Period::Day => "day",
        Period::Week => "week",
        Period::Month => "month",
    }
}
