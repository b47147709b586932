//! Invented packages, put together in the vendor's style from the countries and currencies that the stock knows.

use std::collections::BTreeSet;

use super::offer::draw_offer;
use super::places::{Spelt, draw_places};
use super::prices::draw_prices;
use crate::domain::dice::{Draw, Kind, Seed};
use crate::domain::ids::LARGEST_SEVEN_DIGITS;
use crate::domain::package::{Bilingual, Coverage, Package};
use crate::domain::stock::Stock;

/// Where the ids begin, unless the catalogue reaches higher.
const FIRST_ID: u32 = 2_000_000;
/// Where the six digits of the codes begin.
const FIRST_CODE: u32 = 100_000;
/// Ids and codes rise by about half of this each time, as those of the vendor do.
const WIDTH: u32 = 7;

/// Adds so many packages; none, if the stock has no country or no currency.
pub(super) fn fill(stock: &mut Stock, count: u32, seed: Seed) {
    let others = stock.packages.keys().filter(|id| !stock.magic.contains(id));
    let above = others.max().map_or(0, |id| id.saturating_add(1)).max(FIRST_ID);
    // A catalogue that reaches to the end of the seven digits is filled up from the usual beginning.
    let first = if above > LARGEST_SEVEN_DIGITS - WIDTH * count { FIRST_ID } else { above };
    let mut codes: BTreeSet<String> = stock.packages.values().map(|package| package.code.clone()).collect();
    for ordinal in 0..count {
        let mut draw = seed.draw(Kind::PackageId, ordinal.into());
        let mut rising = |base: u32| base + WIDTH * ordinal + draw.small(WIDTH);
        let id = (rising(first)..=LARGEST_SEVEN_DIGITS).find(|id| !stock.packages.contains_key(id));
        let number = rising(FIRST_CODE);
        let date = date(&mut draw);
        let code = (number..1_000_000)
            .map(|number| format!("LP{date}{number:06}"))
            .find(|code| !codes.contains(code));
        let (Some(id), Some(code)) = (id, code) else {
            continue;
        };
        // One name in eight has the wide brackets that the vendor's own names mix in.
        let brackets = if draw.below(8) == 0 { ["（", "）"] } else { ["(", ")"] };
        let Some(package) = package(stock, seed, ordinal.into(), (id, code.clone()), brackets) else {
            return;
        };
        codes.insert(code);
        stock.packages.insert(id, package);
    }
}

fn package(
    stock: &Stock,
    seed: Seed,
    ordinal: u64,
    (id, code): (u32, String),
    brackets: [&str; 2],
) -> Option<Package> {
    let places = draw_places(&mut seed.draw(Kind::Coverage, ordinal), stock)?;
    let offer = draw_offer(&mut seed.draw(Kind::Plan, ordinal))?;
    let breadth = places.countries.len();
    let prices = draw_prices(&mut seed.draw(Kind::Prices, ordinal), stock, &offer, breadth);
    if prices.is_empty() {
        return None;
    }
    Some(Package {
        id,
        code,
        name: offer.name(&places, brackets).into(),
        about: offer.about(&places).into(),
        kind: if breadth == 1 { Coverage::Country } else { Coverage::Region },
        volume_mb: offer.volume_mb(),
        period: offer.period,
        periods: (1, offer.most),
        prices,
        short: places.short.into(),
        countries: places.countries,
    })
}

/// A day from 2022 to 2024, as eight digits; every month has its 28th.
fn date(draw: &mut Draw) -> String {
    let (year, month, day) = (2022 + draw.small(3), 1 + draw.small(12), 1 + draw.small(28));
    format!("{year}{month:02}{day:02}")
}

impl From<Spelt> for Bilingual {
    fn from(Spelt { zh, en }: Spelt) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}
