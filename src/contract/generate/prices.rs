//! What an invented package costs: by volume, breadth and period, in US dollars and some other currencies.

use super::offer::{After, GIGA, Offer};
use crate::domain::dice::Draw;
use crate::domain::money::Money;
use crate::domain::package::Period;
use crate::domain::stock::{Currency, Stock};

/// Hundredths of a unit for a dollar, and in how many of ten packages a currency is named. Rounded, and never looked up
/// anywhere: prices are to be plausible, not right.
const RATES: &[(&str, u64, u64)] = &[
    ("CNY", 700, 8),
    ("EUR", 92, 4),
    ("HKD", 780, 4),
    ("GBP", 79, 3),
    ("JPY", 14_000, 4),
    ("SGD", 134, 3),
    ("THB", 3500, 2),
    ("MYR", 450, 2),
];

/// Prices of one period, by currency id. Empty only if the stock has no currency.
pub(super) fn draw_prices(
    draw: &mut Draw,
    stock: &Stock,
    offer: &Offer,
    breadth: usize,
) -> Vec<(u32, Money)> {
    let cents = dollar_cents(draw, offer, u64::try_from(breadth).unwrap_or(1));
    let mut prices: Vec<(u32, Money)> = Vec::new();
    prices.extend(stock.currency("USD").and_then(|dollar| Some((dollar.id, money(cents, dollar)?))));
    for (abbr, rate, often) in RATES {
        let is_named = draw.below(10) < *often;
        if let Some(currency) = stock.currency(abbr).filter(|_| is_named) {
            prices.extend(money(cents * rate / 100, currency).map(|price| (currency.id, price)));
        }
    }
    if prices.is_empty() {
        let any = stock.currencies.values().next();
        prices.extend(any.and_then(|currency| Some((currency.id, money(cents, currency)?))));
    }
    prices.sort_by_key(|(id, _)| *id);
    prices
}

/// From 0.59 upwards; a gigabyte is about 1.10 to 2.30, and less from the sixth on.
fn dollar_cents(draw: &mut Draw, offer: &Offer, breadth: u64) -> u64 {
    let megabytes = match offer.after {
        After::Nothing | After::Slow => u64::from(offer.fast_mb),
        // What comes after it is slow, but has no end.
        After::SlowThatDay => u64::from(offer.fast_mb) * 3 / 2,
    };
    let giga = u64::from(GIGA);
    let charged = megabytes.min(5 * giga) + megabytes.saturating_sub(5 * giga) * 3 / 4;
    let cents = 30 + charged * (110 + draw.below(121)) / giga;
    let longer = if offer.period == Period::Month { 110 } else { 100 };
    cents * longer / 100 * (100 + 4 * breadth.saturating_sub(1)) / 100
}

/// A price as a shop would write it: 3.49 and 3.99 in large units, 24.5 in small ones, whole tens where there are no cents.
fn money(cents: u64, currency: &Currency) -> Option<Money> {
    let large = ["USD", "EUR", "GBP", "SGD"].contains(&&*currency.abbr);
    let (amount, per_unit) = match (currency.digits, large) {
        (0, _) => ((cents / 1000).max(1) * 10, 1.0),
        (_, true) => (cents / 10 * 10 + 9, 100.0),
        (_, false) => ((cents / 50).max(1) * 50, 100.0),
    };
    Money::from_number(f64::from(u32::try_from(amount).ok()?) / per_unit)
}
