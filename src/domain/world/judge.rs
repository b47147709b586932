//! What a client asks for, held against the catalogue: a price, or all that stands against it.

use super::World;
use crate::domain::order::{Objection, Quote, Wish};
use crate::domain::package::Package;

/// Most packages in one order: ours, the vendor names none.
const MOST_PACKAGES: u16 = 10;

impl World {
    /// Prices a wish, or says all that stands against it. Changes nothing.
    pub(crate) fn judge(&self, wish: &Wish<'_>) -> Result<Quote, Vec<Objection>> {
        let mut objections = Vec::new();
        let package = wish.package.and_then(|id| {
            let known = u32::try_from(id).ok().and_then(|id| self.stock.packages.get(&id));
            if known.is_none() {
                let example = self.stock.packages.keys().next().copied().unwrap_or(0);
                objections.push(Objection::UnknownPackage { example });
            }
            known
        });
        if let Some(code) = wish.code {
            match package {
                Some(package) if package.code != code => objections.push(Objection::CodeOfAnotherPackage {
                    package: package.id,
                    code: package.code.clone(),
                }),
                None if self.stock.packages.values().all(|package| package.code != code) => {
                    objections.push(Objection::UnknownCode);
                }
                Some(_) | None => {}
            }
        }
        let currency = self.judge_currency(package, wish, &mut objections);
        let periods = wish.periods.and_then(|periods| {
            // Without a package, what no package allows is wrong all the same.
            let most = || self.stock.packages.values().map(|package| package.periods.1).max().unwrap_or(1);
            let (min, max) = package.map_or_else(|| (1, most()), |package| package.periods);
            let found = in_range(periods, min, max);
            if found.is_none() {
                objections.push(Objection::PeriodsOutOfRange { min, max });
            }
            found
        });
        let packages = wish.packages.and_then(|count| {
            let found = in_range(count, 1, MOST_PACKAGES);
            if found.is_none() {
                objections.push(Objection::PackagesOutOfRange { min: 1, max: MOST_PACKAGES });
            }
            found
        });
        if let Some(partner) = wish.partner
            && !self.takes_partner(partner)
        {
            objections.push(Objection::UnknownPartner);
        }
        match (package, currency, periods, packages) {
            (Some(package), Some(currency), Some(periods), Some(packages)) if objections.is_empty() => {
                package
                    .price_in(currency)
                    .and_then(|price| price.times(u32::from(periods))?.times(u32::from(packages)))
                    .map(|amount| Quote { package: package.id, currency, amount, periods, packages })
                    .ok_or(objections)
            }
            _ => Err(objections),
        }
    }

    /// The currency that a wish names, by abbreviation, by id, or by both. Without a package, any that is sold at all.
    fn judge_currency(
        &self,
        package: Option<&Package>,
        wish: &Wish<'_>,
        objections: &mut Vec<Objection>,
    ) -> Option<u32> {
        let is_sold = |id: u32| match package {
            Some(package) => package.price_in(id).is_some(),
            None => self.stock.currencies.contains_key(&id),
        };
        let sold = |id: u32| is_sold(id).then_some(id);
        let by_abbr =
            wish.currency.map(|abbr| self.stock.currency(abbr).and_then(|currency| sold(currency.id)));
        let by_id = wish.currency_id.map(|id| u32::try_from(id).ok().and_then(sold));
        let list = || {
            let all = self.stock.currencies.values().filter(|currency| is_sold(currency.id));
            all.map(|currency| (currency.abbr.to_string(), currency.id)).collect()
        };
        if by_abbr == Some(None) {
            objections.push(Objection::CurrencyNotSold { sold: list() });
        }
        if by_id == Some(None) {
            objections.push(Objection::CurrencyIdNotSold { sold: list() });
        }
        match (by_abbr.flatten(), by_id.flatten()) {
            (Some(abbr), Some(id)) if abbr != id => {
                let currency = wish.currency.unwrap_or_default().to_owned();
                objections.push(Objection::CurrenciesDisagree { currency, id: abbr });
                None
            }
            (found, other) => found.or(other),
        }
    }
}

fn in_range(count: i64, min: u16, max: u16) -> Option<u16> {
    u16::try_from(count).ok().filter(|count| (min..=max).contains(count))
}
