//! The world's fixtures: packages, currencies, countries, partners, accounts. One shape serves the embedded files, an
//! overlay's files and a scenario's `world`: an entry with a known key changes it, one with a new key adds it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::misfit::Misfit;
use super::passwd;
use crate::domain::money::Money;
use crate::domain::package::{Bilingual, Coverage, Package, Period};
use crate::domain::stock::{Country, Currency, Stock};
use crate::domain::user::{Partner, User};

/// `world/packages.json`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PackagesFile {
    /// Currencies, whole entries.
    #[serde(default)]
    currencies: Vec<CurrencySpec>,
    /// Countries and regions, whole entries.
    #[serde(default)]
    countries: Vec<CountrySpec>,
    /// Packages; those whose id is known are changed.
    #[serde(default)]
    packages: Vec<PackagePatch>,
}

/// `world/partners.json`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartnersFile {
    /// Partners, whole entries.
    partners: Vec<PartnerSpec>,
}

/// `world/users.json`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct UsersFile {
    /// The account that stands in for a caller without a token of ours.
    demo_user: Option<String>,
    /// Accounts, whole entries.
    #[serde(default)]
    users: Vec<UserSpec>,
}

/// A package, or what is to be changed of one.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PackagePatch {
    /// The vendor's id, seven digits.
    #[schemars(range(min = 1, max = 9_999_999))]
    pub id: u32,
    /// The vendor's code, such as `LP20220325000000`.
    code: Option<String>,
    /// Name in both languages.
    name: Option<BothLanguages>,
    /// Short name: the places it covers.
    short: Option<BothLanguages>,
    /// A sentence about it.
    about: Option<BothLanguages>,
    /// One country or several.
    kind: Option<CoverageWord>,
    /// Mobile country codes.
    countries: Option<Vec<u16>>,
    /// Data volume in megabytes, or `"unlimited"`.
    volume_mb: Option<Volume>,
    /// What one period is.
    period: Option<PeriodWord>,
    /// Fewest and most periods in an order.
    periods: Option<Periods>,
    /// Prices of one period by currency abbreviation; those named are set, the others stay.
    price: Option<BTreeMap<String, f64>>,
}

/// What is to be changed of a package that the caller names otherwise: a [`PackagePatch`] without its id.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PackageChange {
    code: Option<String>,
    name: Option<BothLanguages>,
    short: Option<BothLanguages>,
    about: Option<BothLanguages>,
    kind: Option<CoverageWord>,
    countries: Option<Vec<u16>>,
    volume_mb: Option<Volume>,
    period: Option<PeriodWord>,
    periods: Option<Periods>,
    price: Option<BTreeMap<String, f64>>,
}

impl PackageChange {
    /// The change of this package.
    pub(crate) fn of_package(&self, id: u32) -> PackagePatch {
        let Self { code, name, short, about, kind, countries, volume_mb, period, periods, price } =
            self.clone();
        PackagePatch { id, code, name, short, about, kind, countries, volume_mb, period, periods, price }
    }
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct BothLanguages {
    zh: String,
    en: String,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum CoverageWord {
    Country,
    Region,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum PeriodWord {
    Day,
    Week,
    Month,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Volume {
    Megabytes(u32),
    Word(Unlimited),
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Unlimited {
    Unlimited,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Periods {
    #[schemars(range(min = 1))]
    min: u16,
    #[schemars(range(min = 1))]
    max: u16,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CurrencySpec {
    id: u32,
    abbr: String,
    name: String,
    symbol: String,
    digits: u8,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CountrySpec {
    mcc: u16,
    iso: String,
    zh: String,
    en: String,
    continent: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PartnerSpec {
    code: String,
    name: String,
    /// Its payment client id, such as one's own PayPal sandbox id; without it, one is computed from the seed.
    client_id: Option<String>,
    /// What it signs its calls with; without it, its calls cannot be signed.
    #[schemars(length(min = 1))]
    secret: Option<String>,
    /// What callbacks to it are signed with.
    #[schemars(length(min = 1))]
    notify_secret: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserSpec {
    email: String,
    partner: String,
    /// In plain; clients send its MD5. Without one, only the lenient policy lets anybody log in.
    #[schemars(length(min = 1))]
    password: Option<String>,
    /// What the person is called.
    name: Option<BothLanguages>,
}

impl PackagesFile {
    /// Lays the file over the stock.
    pub(crate) fn apply(self, stock: &mut Stock) -> Vec<Misfit> {
        for CurrencySpec { id, abbr, name, symbol, digits } in self.currencies {
            stock.currencies.insert(id, Currency { id, abbr: abbr.into(), name, symbol, digits });
        }
        for CountrySpec { mcc, iso, zh, en, continent } in self.countries {
            let name = Bilingual { zh: zh.into(), en: en.into() };
            stock.countries.insert(mcc, Country { mcc, iso, name, continent });
        }
        let mut misfits = Vec::new();
        for (at, patch) in self.packages.into_iter().enumerate() {
            let below = format!("/packages/{at}");
            misfits.extend(patch.apply(stock).into_iter().map(|misfit| misfit.below(&below)));
        }
        misfits
    }
}

impl PartnersFile {
    /// Lays the file over the stock.
    pub(crate) fn apply(self, stock: &mut Stock) {
        self.partners.into_iter().for_each(|partner| partner.apply(stock));
    }
}

impl UsersFile {
    /// Lays the file over the stock.
    pub(crate) fn apply(self, stock: &mut Stock) -> Vec<Misfit> {
        self.users.into_iter().for_each(|user| user.apply(stock));
        let Some(demo_user) = self.demo_user else {
            return Vec::new();
        };
        let Some(user) = stock.users.get(&User::key(&demo_user)) else {
            let help = "add it to `users`, or name one that is there";
            return vec![Misfit::new("/demoUser", format!("no account has the address {demo_user:?}"), help)];
        };
        stock.demo_user = user.email.as_str().into();
        Vec::new()
    }
}

impl PartnerSpec {
    /// Puts the partner into the stock.
    pub(crate) fn apply(self, stock: &mut Stock) {
        let Self { code, name, client_id, secret, notify_secret } = self;
        let [client_id, secret, notify_secret] =
            [client_id, secret, notify_secret].map(|text| text.map(Into::into));
        stock.partners.insert(code.clone(), Partner { code, name, client_id, secret, notify_secret });
    }
}

impl UserSpec {
    /// Puts the account into the stock.
    pub(crate) fn apply(self, stock: &mut Stock) {
        let Self { email, partner, password, name } = self;
        let passwd = password.as_deref().map(|password| passwd::of(password).into());
        let name = name.map(Bilingual::from);
        let user = User { email, partner, passwd, password: password.map(Into::into), name };
        stock.users.insert(User::key(&user.email), user);
    }
}

impl PackagePatch {
    /// Lays the patch over the stock; nothing is changed if something does not fit.
    pub(crate) fn apply(self, stock: &mut Stock) -> Vec<Misfit> {
        let mut misfits = Vec::new();
        let old = stock.packages.get(&self.id);
        let mut prices = old.map(|package| package.prices.clone()).unwrap_or_default();
        for (abbr, amount) in self.price.iter().flatten() {
            let pointer = format!("/price/{abbr}");
            let Some(currency) = stock.currency(abbr).map(|currency| currency.id) else {
                let known: Vec<&str> = stock.currencies.values().map(|currency| &*currency.abbr).collect();
                misfits.push(Misfit::new(
                    pointer,
                    format!("no currency is called {abbr:?}"),
                    known.join(", "),
                ));
                continue;
            };
            let Some(amount) = Money::from_number(*amount) else {
                let help = "from 0 to a thousand million, at most four decimal places";
                misfits.push(Misfit::new(pointer, format!("{amount} is no price"), help));
                continue;
            };
            prices.retain(|(id, _)| *id != currency);
            prices.push((currency, amount));
        }
        prices.sort_by_key(|(id, _)| *id);
        for (at, mcc) in self.countries.iter().flatten().enumerate() {
            if !stock.countries.contains_key(mcc) {
                let help = "add it to `countries` of world/packages.json in the fixtures folder";
                misfits.push(Misfit::new(
                    format!("/countries/{at}"),
                    format!("no country has the code {mcc}"),
                    help,
                ));
            }
        }
        if let Some(Periods { min, max }) = self.periods
            && min > max
        {
            misfits.push(Misfit::new("/periods", format!("min {min} is above max {max}"), "swap them"));
        }
        if let Some(code) = &self.code
            && let Some(other) =
                stock.packages.values().find(|other| other.code == *code && other.id != self.id)
        {
            let message = format!("the code {code:?} belongs to package {}", other.id);
            misfits.push(Misfit::new("/code", message, "give each package a code of its own"));
        }
        if !misfits.is_empty() {
            return misfits;
        }
        let id = self.id;
        let known = old.is_some();
        match self.onto(old, prices) {
            Ok(package) => {
                stock.packages.insert(id, package);
                Vec::new()
            }
            Err(missing) => {
                let message =
                    format!("package {id} is not in the catalogue, and a new one needs `{missing}`");
                debug_assert!(!known, "a known package lacks nothing");
                vec![Misfit::new("/id", message, "change a known package, or describe the new one whole")]
            }
        }
    }

    /// The patched package; the name of the first missing key if it is a new one.
    fn onto(self, old: Option<&Package>, prices: Vec<(u32, Money)>) -> Result<Package, &'static str> {
        fn pick<T, U: From<T> + Clone>(
            new: Option<T>,
            old: Option<&U>,
            key: &'static str,
        ) -> Result<U, &'static str> {
            new.map(U::from).or_else(|| old.cloned()).ok_or(key)
        }
        if prices.is_empty() {
            return Err("price");
        }
        let name: Bilingual = pick(self.name, old.map(|p| &p.name), "name")?;
        Ok(Package {
            id: self.id,
            code: pick(self.code, old.map(|p| &p.code), "code")?,
            short: pick(self.short, old.map(|p| &p.short).or(Some(&name)), "short")?,
            about: pick(self.about, old.map(|p| &p.about).or(Some(&name)), "about")?,
            kind: pick(self.kind, old.map(|p| &p.kind), "kind")?,
            countries: pick(self.countries, old.map(|p| &p.countries), "countries")?,
            volume_mb: match self.volume_mb {
                Some(Volume::Megabytes(volume)) => Some(volume),
                Some(Volume::Word(Unlimited::Unlimited)) => None,
                None => old.ok_or("volumeMb")?.volume_mb,
            },
            period: pick(self.period, old.map(|p| &p.period), "period")?,
            periods: match self.periods {
                Some(Periods { min, max }) => (min, max),
                None => old.ok_or("periods")?.periods,
            },
            prices,
            name,
        })
    }
}

impl From<BothLanguages> for Bilingual {
    fn from(BothLanguages { zh, en }: BothLanguages) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}

impl From<CoverageWord> for Coverage {
    fn from(word: CoverageWord) -> Self {
        match word {
            CoverageWord::Country => Self::Country,
            CoverageWord::Region => Self::Region,
        }
    }
}

impl From<PeriodWord> for Period {
    fn from(word: PeriodWord) -> Self {
        match word {
            PeriodWord::Day => Self::Day,
            PeriodWord::Week => Self::Week,
            PeriodWord::Month => Self::Month,
        }
    }
}
