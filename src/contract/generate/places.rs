//! The places that an invented package covers, and what they are called together.

use crate::domain::dice::Draw;
use crate::domain::stock::{Country, Stock};

/// A text in both languages while it is put together.
pub(super) struct Spelt {
    pub zh: String,
    pub en: String,
}

/// Countries, and their names in the three places where a package says them.
pub(super) struct Places {
    /// Mobile country codes, at least one.
    pub countries: Vec<u16>,
    /// At the beginning of a package's name, with the vendor's mark for several countries.
    pub title: Spelt,
    /// By themselves.
    pub short: Spelt,
    /// Within a sentence: in English with article and "and".
    pub within: Spelt,
}

/// Draws one to twelve countries, mostly neighbours. `None` if the stock knows no country.
pub(super) fn draw_places(draw: &mut Draw, stock: &Stock) -> Option<Places> {
    let is_real = |country: &&Country| !stock.magic_places.contains(&country.mcc);
    let all: Vec<&Country> = stock.countries.values().filter(is_real).collect();
    let first = *draw.one_of(&all)?;
    let breadth: u32 = match draw.below(20) {
        0..=11 => 1,
        12..=16 => 2 + draw.small(2),
        _ => 4 + draw.small(9),
    };
    let is_worldwide = breadth > 3 && draw.below(4) == 0;
    let is_near = |other: &Country| is_worldwide || other.continent == first.continent;
    let mut others: Vec<&Country> = all.into_iter().filter(|c| c.mcc != first.mcc && is_near(c)).collect();
    let mut chosen = vec![first];
    for _ in 1..breadth {
        let Some(mcc) = draw.one_of(&others).map(|other| other.mcc) else {
            break;
        };
        chosen.extend(others.extract_if(.., |other| other.mcc == mcc));
    }
    Some(named(&chosen))
}

fn named(chosen: &[&Country]) -> Places {
    let countries = chosen.iter().map(|country| country.mcc).collect();
    let zh: Vec<&str> = chosen.iter().map(|country| &*country.name.zh).collect();
    let both = |zh: &str, en: &str| Spelt { zh: zh.to_owned(), en: en.to_owned() };
    match chosen {
        [one] => {
            let (zh, en) = (&*one.name.zh, &*one.name.en);
            Places {
                countries,
                title: both(zh, en),
                short: both(zh, en),
                within: both(zh, &with_article(one)),
            }
        }
        [rest @ .., last] if chosen.len() <= 3 => {
            let plain: Vec<String> = chosen.iter().map(|country| in_list(&country.name.en)).collect();
            let rest: Vec<String> = rest.iter().map(|country| in_list(&with_article(country))).collect();
            let sentence = format!("{} and {}", rest.join(", "), in_list(&with_article(last)));
            Places {
                countries,
                title: both(&format!("C_T_{}", zh.concat()), &format!("C_T_{}", plain.join(" "))),
                short: both(&zh.join("、"), &plain.join(", ")),
                within: both(&zh.join("、"), &sentence),
            }
        }
        _ => {
            let count = chosen.len();
            // "Countries and regions", for which of the two each place is, the stock does not say.
            let (zh, title, en) = match region(chosen) {
                Some((zh, en)) => (
                    format!("{zh}{count}个国家和地区"),
                    format!("C_T_{en} {count} countries and regions"),
                    format!("{count} countries and regions of {en}"),
                ),
                None => (
                    format!("全球{count}个国家和地区"),
                    format!("C_G_Global {count} countries and regions"),
                    format!("{count} countries and regions worldwide"),
                ),
            };
            let mark = title.get(..4).unwrap_or_default();
            let title = both(&format!("{mark}{zh}"), &title);
            Places { countries, title, short: both(&zh, &en), within: both(&zh, &en) }
        }
    }
}

/// The continent that all of them are on; `None` if there is no such one.
fn region(chosen: &[&Country]) -> Option<(&'static str, &'static str)> {
    let continent = &chosen.first()?.continent;
    if chosen.iter().any(|country| country.continent != *continent) {
        return None;
    }
    match continent.as_str() {
        "AS" => Some(("亚洲", "Asia")),
        "EU" => Some(("欧洲", "Europe")),
        "NA" => Some(("北美", "North America")),
        "SA" => Some(("南美", "South America")),
        "AF" => Some(("非洲", "Africa")),
        "OC" => Some(("大洋洲", "Oceania")),
        _ => None,
    }
}

fn with_article(country: &Country) -> String {
    let needs_one = matches!(country.iso.as_str(), "AE" | "GB" | "NL" | "PH" | "US");
    format!("{}{}", if needs_one { "the " } else { "" }, country.name.en)
}

/// A name that has a comma of its own, for a list whose parts commas separate.
fn in_list(name: &str) -> String {
    name.split_once(", ").map_or_else(|| name.to_owned(), |(place, state)| format!("{place} ({state})"))
}
