//! A package of the catalogue: what it covers, for how long, and what it costs.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::language::Language;
use super::moment::Moment;
use super::money::Money;

/// One package.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Package {
    /// The vendor's id, seven digits.
    pub id: u32,
    /// The vendor's code, `LP` + date + six digits.
    pub code: String,
    /// Its name.
    pub name: Bilingual,
    /// A short name: the places it covers.
    pub short: Bilingual,
    /// A sentence about it.
    pub about: Bilingual,
    /// One country or several.
    pub kind: Coverage,
    /// Mobile country codes.
    pub countries: Vec<u16>,
    /// Data volume in megabytes; `None` is unlimited.
    pub volume_mb: Option<u32>,
    /// What one period is.
    pub period: Period,
    /// Fewest and most periods in an order.
    pub periods: (u16, u16),
    /// Prices of one period, by currency id, in the order of the catalogue.
    pub prices: Vec<(u32, Money)>,
}

/// A text as the vendor keeps it, in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Bilingual {
    /// Chinese: the language in which the vendor prints it.
    pub zh: Arc<str>,
    /// English.
    pub en: Arc<str>,
}

impl Bilingual {
    /// In a language; what the vendor prints, it prints in Chinese.
    pub(crate) fn text(&self, language: Language) -> &Arc<str> {
        match language {
            Language::English => &self.en,
            Language::Printed | Language::Chinese => &self.zh,
        }
    }
}

/// Whether a package is for one country or for several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Coverage {
    /// One country.
    Country,
    /// Several countries.
    Region,
}

/// The length of one period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Period {
    /// A day.
    Day,
    /// A week.
    Week,
    /// A month.
    Month,
}

impl Package {
    /// Whether it can be bought for the eSIM of a package: it covers one of its countries.
    pub(crate) fn tops_up(&self, other: &Self) -> bool {
        self.countries.iter().any(|country| other.countries.contains(country))
    }

    /// The price of one period in a currency, if it is sold in it.
    pub(crate) fn price_in(&self, currency: u32) -> Option<Money> {
        self.prices.iter().find(|(id, _)| *id == currency).map(|(_, price)| *price)
    }

    /// How often it was sold before the world began. Invented: a number below 9,437 that its id decides, so that it is the
    /// same in each session.
    pub(crate) fn sold(&self) -> u32 {
        u32::try_from(u64::from(self.id) * 48_271 % 9_437).unwrap_or(0)
    }

    /// When it was last changed: the day that stands in its code, else the day in the documented package's code.
    pub(crate) fn updated(&self) -> Moment {
        const DOCUMENTED: i64 = 1_648_166_400_000;
        let day = self.code.get(2..10).filter(|day| day.bytes().all(|byte| byte.is_ascii_digit()));
        let written = day.map(|day| format!("{}-{}-{}T00:00:00Z", &day[..4], &day[4..6], &day[6..]));
        let moment = written.and_then(|text| Moment::parse(&text));
        moment.unwrap_or_else(|| Moment::from_millis(DOCUMENTED))
    }
}
