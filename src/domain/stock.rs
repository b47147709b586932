//! What a world starts with: packages, currencies, countries, partners, accounts. Shared by all sessions until one writes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::package::{Bilingual, Package};
use super::sim::fleet::Fleet;
use super::user::{Partner, User};

/// The starting stock.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(PartialEq))]
pub(crate) struct Stock {
    /// Packages by id.
    pub packages: BTreeMap<u32, Package>,
    /// Currencies by id.
    pub currencies: BTreeMap<u32, Currency>,
    /// Countries and regions by mobile country code.
    pub countries: BTreeMap<u16, Country>,
    /// Partners by code.
    pub partners: BTreeMap<String, Partner>,
    /// Accounts by [`User::key`].
    pub users: BTreeMap<String, User>,
    /// Packages with telling names that fail by themselves.
    pub magic: BTreeSet<u32>,
    /// The places that only these cover.
    pub magic_places: BTreeSet<u16>,
    /// The account that stands in for a caller without a token of ours, under the lenient policy.
    pub demo_user: Arc<str>,
    /// SIMs, their plans and orders.
    pub fleet: Arc<Fleet>,
}

/// A currency as the package pages list it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Currency {
    /// The vendor's `currencyId`.
    pub id: u32,
    /// `currencyAbbr`, such as `USD`.
    pub abbr: Arc<str>,
    /// `currencyName`.
    pub name: String,
    /// `currencySymbol`.
    pub symbol: String,
    /// Digits after the decimal point.
    pub digits: u8,
}

/// A country or region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Country {
    /// Mobile country code (ITU E.212).
    pub mcc: u16,
    /// ISO 3166-1 alpha-2.
    pub iso: String,
    /// Its name.
    pub name: Bilingual,
    /// Two letters: AS, EU, NA, SA, AF, OC.
    pub continent: String,
}

impl Stock {
    /// Takes the packages with telling names out, and the countries that have no others.
    pub(crate) fn hide_magic(&mut self) {
        for id in std::mem::take(&mut self.magic) {
            self.packages.remove(&id);
        }
        for mcc in std::mem::take(&mut self.magic_places) {
            self.countries.remove(&mcc);
        }
    }

    /// The currency with this abbreviation.
    pub(crate) fn currency(&self, abbr: &str) -> Option<&Currency> {
        self.currencies.values().find(|currency| *currency.abbr == *abbr)
    }
}
