//! What a buyer finds before an order: countries, the packages under a country or on a continent, what sells best.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::language::Language;
use super::package::{Coverage, Package};
use super::policy::{Auth, PackageType, Policy};
use super::stock::{Country, Stock};

/// Which of the packages that cover a country are shown under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// All of them.
    Covering,
    /// Those that cover no other country.
    CoveringOnly,
    /// Those that are sold as packages of one country.
    OfCountry,
    /// Those that are sold as packages of a region.
    OfRegion,
}

/// How many packages sell best: ours, no page says what makes a package hot.
const BEST: usize = 10;
/// How many countries are named to somebody who asked for one that is not there.
const NEAR: usize = 3;

/// Code, Chinese and English name of each continent.
const CONTINENTS: [(&str, &str, &str); 6] = [
    ("AF", "非洲", "Africa"),
    ("AS", "亚洲", "Asia"),
    ("EU", "欧洲", "Europe"),
    ("NA", "北美洲", "North America"),
    ("OC", "大洋洲", "Oceania"),
    ("SA", "南美洲", "South America"),
];

impl Shown {
    /// What the vendor's number stands for, by one of the two readings; `None` for a number that has none.
    pub(crate) fn by_number(number: i64, meaning: PackageType) -> Option<Self> {
        match (number, meaning) {
            (1, PackageType::Coverage) => Some(Self::Covering),
            (2, PackageType::Coverage) => Some(Self::CoveringOnly),
            (1, PackageType::Kind) => Some(Self::OfCountry),
            (2, PackageType::Kind) => Some(Self::OfRegion),
            _ => None,
        }
    }

    fn fits(self, package: &Package, mcc: u16) -> bool {
        package.countries.contains(&mcc)
            && match self {
                Self::Covering => true,
                Self::CoveringOnly => package.countries.iter().all(|covered| *covered == mcc),
                Self::OfCountry => package.kind == Coverage::Country,
                Self::OfRegion => package.kind == Coverage::Region,
            }
    }
}

impl Stock {
    /// The packages under a country, by id.
    pub(crate) fn packages_under(&self, mcc: u16, shown: Shown) -> impl Iterator<Item = &Package> {
        self.packages.values().filter(move |package| shown.fits(package, mcc))
    }

    /// All countries, by code; those that only packages which fail by themselves cover stand last.
    pub(crate) fn all_countries(&self) -> impl Iterator<Item = &Country> {
        let is_real = |country: &&Country| !self.magic_places.contains(&country.mcc);
        let made_up = self.countries.values().filter(move |country| !is_real(country));
        self.countries.values().filter(is_real).chain(made_up)
    }

    /// The countries under which something is shown, in the same order.
    pub(crate) fn countries_with(&self, shown: Shown) -> impl Iterator<Item = &Country> {
        self.all_countries().filter(move |country| self.packages_under(country.mcc, shown).next().is_some())
    }

    /// The country with this mobile country code.
    pub(crate) fn country_by_code(&self, mcc: i64) -> Option<&Country> {
        self.countries.get(&u16::try_from(mcc).ok()?)
    }

    /// The country with this English name, whatever the case.
    pub(crate) fn country_by_name(&self, name: &str) -> Option<&Country> {
        self.countries.values().find(|country| country.name.en.eq_ignore_ascii_case(name))
    }

    /// The countries whose codes are nearest to one that is not there. Codes are given out by continent, so that they are
    /// not far from what was meant either.
    pub(crate) fn countries_near(&self, mcc: i64) -> Vec<&Country> {
        let real = self.countries.values().filter(|country| !self.magic_places.contains(&country.mcc));
        let mut all: Vec<&Country> = real.collect();
        all.sort_by_key(|country| i64::from(country.mcc).abs_diff(mcc));
        all.truncate(NEAR);
        all
    }

    /// The codes of the continents on which something can be bought.
    pub(crate) fn continents(&self) -> BTreeSet<&str> {
        self.countries_with(Shown::Covering).map(|country| country.continent.as_str()).collect()
    }

    /// The packages that cover a country of this continent, by id.
    pub(crate) fn packages_on(&self, continent: &str) -> impl Iterator<Item = &Package> {
        let there = self.countries.values().filter(|country| country.continent == continent);
        let there: BTreeSet<u16> = there.map(|country| country.mcc).collect();
        self.packages.values().filter(move |package| package.countries.iter().any(|mcc| there.contains(mcc)))
    }

    /// The packages that can be bought for the eSIM of a package, by id; never what fails by itself.
    pub(crate) fn top_ups_for(&self, base: &Package) -> impl Iterator<Item = &Package> {
        let real = self.packages.values().filter(|package| !self.magic.contains(&package.id));
        real.filter(move |package| package.tops_up(base))
    }

    /// What was sold most, the best first; never what fails by itself.
    pub(crate) fn best_sellers(&self) -> Vec<&Package> {
        let real = self.packages.values().filter(|package| !self.magic.contains(&package.id));
        let mut all: Vec<&Package> = real.collect();
        all.sort_by_key(|package| (Reverse(package.sold()), package.id));
        all.truncate(BEST);
        all
    }

    /// Whether the catalogue is open to a partner: to each under the lenient policy, else to registered ones.
    pub(crate) fn is_open_to(&self, partner: &str, policy: &Policy) -> bool {
        policy.auth == Auth::Lenient || self.partners.contains_key(partner)
    }
}

/// A continent's name; one that we do not know is called by its code.
pub(crate) fn continent_name(code: &str, language: Language) -> &str {
    match (CONTINENTS.iter().find(|(known, ..)| *known == code), language) {
        (None, _) => code,
        (Some((_, _, en)), Language::English) => en,
        (Some((_, zh, _)), Language::Printed | Language::Chinese) => zh,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Money;
    use crate::domain::package::{Bilingual, Period};
    use crate::domain::user::Partner;

    fn named(name: &str) -> Bilingual {
        Bilingual { zh: format!("{name}-zh").into(), en: name.into() }
    }

    fn package(id: u32, kind: Coverage, countries: &[u16]) -> Package {
        Package {
            id,
            code: format!("LP20220325{id:06}"),
            name: named("package"),
            short: named("short"),
            about: named("about"),
            kind,
            countries: countries.to_vec(),
            volume_mb: None,
            period: Period::Day,
            periods: (1, 30),
            prices: vec![(2, Money::from_number(1.0).expect("a price"))],
        }
    }

    /// Malaysia, Thailand, Germany, and Kenya, where nothing is sold. Package 4 is a region of one country.
    fn stock() -> Stock {
        let mut stock = Stock::default();
        for (mcc, name, continent) in
            [(502, "Malaysia", "AS"), (520, "Thailand", "AS"), (262, "Germany", "EU"), (639, "Kenya", "AF")]
        {
            let country =
                Country { mcc, iso: String::new(), name: named(name), continent: continent.to_owned() };
            stock.countries.insert(mcc, country);
        }
        for package in [
            package(1, Coverage::Region, &[502, 520]),
            package(2, Coverage::Country, &[502]),
            package(3, Coverage::Region, &[520, 262]),
            package(4, Coverage::Region, &[502]),
        ] {
            stock.packages.insert(package.id, package);
        }
        stock
    }

    fn ids<'a>(packages: impl IntoIterator<Item = &'a Package>) -> Vec<u32> {
        packages.into_iter().map(|package| package.id).collect()
    }

    #[track_caller]
    fn check(number: i64, meaning: PackageType, under_malaysia: &[u32], countries: &[u16]) {
        let (stock, shown) = (stock(), Shown::by_number(number, meaning).expect("1 or 2"));
        assert_eq!(ids(stock.packages_under(502, shown)), under_malaysia);
        let found: Vec<u16> = stock.countries_with(shown).map(|country| country.mcc).collect();
        assert_eq!(found, countries);
    }

    #[test]
    fn the_two_readings_of_type() {
        check(1, PackageType::Coverage, &[1, 2, 4], &[262, 502, 520]);
        check(2, PackageType::Coverage, &[2, 4], &[502]);
        check(1, PackageType::Kind, &[2], &[502]);
        check(2, PackageType::Kind, &[1, 4], &[262, 502, 520]);
        for meaning in [PackageType::Coverage, PackageType::Kind] {
            for number in [0, 3, -1, i64::MAX] {
                assert_eq!(Shown::by_number(number, meaning), None);
            }
        }
    }

    #[test]
    fn a_country_is_found_by_code_or_whole_name_and_what_is_near_is_told() {
        let stock = stock();
        assert_eq!(stock.country_by_code(520).map(|country| country.mcc), Some(520));
        assert_eq!(stock.country_by_name("thAILand").map(|country| country.mcc), Some(520));
        for code in [0, -502, 521, 66_056] {
            assert_eq!(stock.country_by_code(code), None, "{code}");
        }
        for name in ["", "Thai", "Thailand ", "Thailand-zh"] {
            assert_eq!(stock.country_by_name(name), None, "{name:?}");
        }
        let near: Vec<u16> = stock.countries_near(519).into_iter().map(|country| country.mcc).collect();
        assert_eq!(near, [520, 502, 639]);
        assert_eq!(stock.countries_near(i64::MIN).len(), 3);
    }

    #[test]
    fn continents_are_those_with_something_to_buy() {
        let stock = stock();
        assert_eq!(stock.continents().into_iter().collect::<Vec<_>>(), ["AS", "EU"]);
        assert_eq!(ids(stock.packages_on("EU")), [3]);
        assert_eq!(ids(stock.packages_on("AS")), [1, 2, 3, 4]);
        assert_eq!(ids(stock.packages_on("AF")), [0_u32; 0]);
        assert_eq!(continent_name("AS", Language::Printed), "亚洲");
        assert_eq!(continent_name("AS", Language::English), "Asia");
        assert_eq!(continent_name("XX", Language::English), "XX");
    }

    #[test]
    fn the_best_sellers_are_ten_in_falling_order_and_always_the_same() {
        let mut stock = stock();
        for id in 1_000_000..1_000_030 {
            stock.packages.insert(id, package(id, Coverage::Country, &[502]));
        }
        let best = stock.best_sellers();
        assert_eq!(best.len(), 10);
        assert!(best.is_sorted_by_key(|package| Reverse(package.sold())));
        assert_eq!(ids(best), ids(stock.clone().best_sellers()));
    }

    #[test]
    fn what_fails_by_itself_is_listed_last_and_recommended_to_nobody() {
        let mut stock = stock();
        stock.magic = [4].into();
        stock.magic_places = [262].into();
        let countries: Vec<u16> = stock.countries_with(Shown::Covering).map(|country| country.mcc).collect();
        assert_eq!(countries, [502, 520, 262]);
        assert!(!ids(stock.best_sellers()).contains(&4));
        assert!(stock.countries_near(262).iter().all(|country| country.mcc != 262));
        assert_eq!(ids(stock.packages_under(502, Shown::CoveringOnly)), [2, 4]);
    }

    #[test]
    fn a_strict_catalogue_is_open_to_registered_partners_only() {
        let mut stock = stock();
        let partner = Partner {
            code: "P1".to_owned(),
            name: String::new(),
            client_id: None,
            secret: None,
            notify_secret: None,
        };
        stock.partners.insert("P1".to_owned(), partner);
        let (lenient, strict) = (Policy::default(), Policy { auth: Auth::Strict, ..Policy::default() });
        for (code, open) in [("P1", [true, true]), ("p1", [true, false]), ("", [true, false])] {
            assert_eq!([&lenient, &strict].map(|policy| stock.is_open_to(code, policy)), open, "{code:?}");
        }
    }
}
