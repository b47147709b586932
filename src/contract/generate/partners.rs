//! Invented partners: a code in one of the two documented shapes, and the name of a company that sells travel data.

use std::collections::BTreeSet;

use super::first_free;
use crate::domain::dice::{Kind, Seed};
use crate::domain::stock::Stock;
use crate::domain::user::Partner;

/// The three words of a name. Made up here, for lists of company names hold real ones.
const HUES: &[&str] = &[
    "Amber", "Autumn", "Bright", "Calm", "Cobalt", "Copper", "Coral", "Crimson", "Distant", "Early",
    "Gentle", "Golden", "Hidden", "Ivory", "Jade", "Misty", "Northern", "Quiet", "Silver", "Violet",
];
const THINGS: &[&str] = &[
    "Anchor", "Bamboo", "Bay", "Beacon", "Bridge", "Canyon", "Cloud", "Compass", "Crane", "Delta", "Falcon",
    "Ferry", "Heron", "Island", "Meadow", "Otter", "Pagoda", "Palm", "Pine", "River", "Sail", "Summit",
    "Swallow", "Willow",
];
const TRADES: &[&str] =
    &["Connect", "Holidays", "Journeys", "Mobile", "Roaming", "Telecom", "Tours", "Travel"];

/// Adds so many partners, as long as there is a free code.
pub(super) fn fill(stock: &mut Stock, count: u32, seed: Seed) {
    let [hues, things, trades] = [HUES, THINGS, TRADES].map(|words| u32::try_from(words.len()).unwrap_or(1));
    let name = |at: u32| {
        let words =
            [(HUES, at / trades / things % hues), (THINGS, at / trades % things), (TRADES, at % trades)];
        words
            .map(|(words, at)| usize::try_from(at).ok().and_then(|at| words.get(at)).copied().unwrap_or(""))
            .join(" ")
    };
    let mut names: BTreeSet<String> = stock.partners.values().map(|partner| partner.name.clone()).collect();
    for ordinal in 0..count {
        let mut draw = seed.draw(Kind::Partner, ordinal.into());
        let is_taken = |code: &str| stock.partners.contains_key(code);
        let code = if draw.below(2) == 0 {
            first_free(draw.small(1_000_000), 1_000_000, |number| format!("P{number:06}"), is_taken)
        } else {
            first_free(draw.small(100_000), 100_000, |number| format!("10000{number:05}"), is_taken)
        };
        let all = hues * things * trades;
        let name = first_free(draw.small(all), all, name, |name| names.contains(name));
        let (Some(code), Some(name)) = (code, name) else {
            continue;
        };
        names.insert(name.clone());
        stock
            .partners
            .insert(code.clone(), Partner { code, name, client_id: None, secret: None, notify_secret: None });
    }
}
