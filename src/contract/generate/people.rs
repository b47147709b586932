//! Invented people: a name in both languages, an address at a domain that can never exist, and a partner.

use std::sync::Arc;

use fake::locales::{Data, EN, ZH_CN};

use crate::contract::passwd;
use crate::domain::dice::{Draw, Kind, Seed};
use crate::domain::package::Bilingual;
use crate::domain::stock::Stock;
use crate::domain::user::User;

/// Under endings that are reserved for examples and tests.
const DOMAINS: &[&str] = &["traveller.example", "mail.example", "roaming.test"];

/// The password of all of them, so that a test can log anybody in.
pub(crate) const PASSWORD: &str = "sandbox";

/// Adds so many people; nobody, if there is no partner to belong to.
pub(super) fn fill(stock: &mut Stock, count: u32, seed: Seed) {
    // Accounts belong to resellers of eSIMs; whoever signs its calls for SIMs has none.
    let sells = stock.partners.values().filter(|partner| partner.secret.is_none());
    let partners: Vec<String> = sells.map(|partner| partner.code.clone()).collect();
    let passwd: Arc<str> = passwd::of(PASSWORD).into();
    for ordinal in 0..count {
        let mut draw = seed.draw(Kind::Person, ordinal.into());
        let word = |draw: &mut Draw, words: &[&'static str]| draw.one_of(words).copied().unwrap_or_default();
        let (first, last) = (word(&mut draw, EN::NAME_FIRST_NAME), word(&mut draw, EN::NAME_LAST_NAME));
        // The two names are no translation of each other, so that a test sees which language it was shown.
        let chinese = [ZH_CN::NAME_LAST_NAME, ZH_CN::NAME_FIRST_NAME].map(|words| word(&mut draw, words));
        let name = Bilingual { zh: chinese.concat().into(), en: format!("{first} {last}").into() };
        let Some(email) = address(&mut draw, first, last, |email| stock.users.contains_key(email)) else {
            continue;
        };
        let Some(partner) = draw.one_of(&partners).cloned() else {
            return;
        };
        let user = User {
            partner,
            passwd: Some(Arc::clone(&passwd)),
            password: Some(Arc::from(PASSWORD)),
            name: Some(name),
            email,
        };
        stock.users.insert(User::key(&user.email), user);
    }
}

/// An address that nobody has: the name in one of the usual spellings, and a number where that is taken. No hyphen and no
/// plus sign, for what follows them may mean something to the sandbox.
fn address(draw: &mut Draw, first: &str, last: &str, is_taken: impl Fn(&str) -> bool) -> Option<String> {
    let (first, last) = (slug(first), slug(last));
    let initial = first.get(..1).unwrap_or_default();
    let spelt = match draw.below(10) {
        0..=4 => format!("{first}.{last}"),
        5 | 6 => format!("{first}{last}"),
        7 => format!("{first}_{last}"),
        8 => format!("{initial}{last}"),
        _ => format!("{last}.{first}"),
    };
    let domain = draw.one_of(DOMAINS)?;
    // One in four has a number in any case, such as a year of birth.
    let number = if draw.below(4) == 0 { Some(60 + draw.small(40)) } else { None };
    let numbered = |number: u32| format!("{spelt}{number}@{domain}");
    let plain = number.map_or_else(|| format!("{spelt}@{domain}"), numbered);
    let next = number.map_or(2, |number| number + 1);
    std::iter::once(plain).chain((next..u32::MAX).map(numbered)).find(|email| !is_taken(email))
}

/// The letters, in lower case: `O'Keefe` is `okeefe`.
fn slug(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}
