//! What is generated is unique, has the vendor's shapes, and is the same for ever.

use std::collections::BTreeSet;

use super::{GenerateSpec, fill};
use crate::contract::fields::is_email;
use crate::contract::world_file::{PackagesFile, PartnersFile, UsersFile};
use crate::domain::money::Money;
use crate::domain::package::{Coverage, Package, Period};
use crate::domain::stock::Stock;

const CROWD: GenerateSpec =
    GenerateSpec { users: Some(500), packages: Some(300), partners: Some(20), sims: None, seed: None };

/// The embedded world.
fn stock() -> Stock {
    let mut stock = Stock::default();
    let packages: PackagesFile =
        serde_json::from_str(include_str!("../../../fixtures/world/packages.json")).expect("packages");
    let partners: PartnersFile =
        serde_json::from_str(include_str!("../../../fixtures/world/partners.json")).expect("partners");
    let users: UsersFile =
        serde_json::from_str(include_str!("../../../fixtures/world/users.json")).expect("users");
    assert!(packages.apply(&mut stock).is_empty());
    partners.apply(&mut stock);
    assert!(users.apply(&mut stock).is_empty());
    stock
}

fn filled(wanted: GenerateSpec, seed: u64) -> Stock {
    let mut stock = stock();
    fill(&mut stock, wanted, Some(seed));
    stock
}

fn generated(stock: &Stock) -> Vec<&Package> {
    stock.packages.range(2_000_000..).map(|(_, package)| package).collect()
}

#[test]
fn as_many_are_added_as_were_asked_for_and_none_is_replaced() {
    for (wanted, seed) in [
        (CROWD, 0),
        (
            GenerateSpec {
                users: Some(20_000),
                packages: Some(10_000),
                partners: Some(1000),
                sims: None,
                seed: None,
            },
            3,
        ),
    ] {
        let (before, after) = (stock(), filled(wanted, seed));
        let added = [
            after.users.len() - before.users.len(),
            after.packages.len() - before.packages.len(),
            after.partners.len() - before.partners.len(),
        ];
        assert_eq!(
            added,
            [wanted.users, wanted.packages, wanted.partners].map(|count| count.unwrap_or(0) as usize)
        );
        assert!(before.users.iter().all(|(email, user)| after.users.get(email) == Some(user)));
        assert!(before.packages.iter().all(|(id, package)| after.packages.get(id) == Some(package)));
        assert!(before.partners.iter().all(|(code, partner)| after.partners.get(code) == Some(partner)));
        assert_eq!((after.countries.len(), &after.demo_user), (before.countries.len(), &before.demo_user));
    }
}

#[test]
fn same_seed_same_entries_and_a_larger_number_keeps_them() {
    let (one, again, other) = (filled(CROWD, 7), filled(CROWD, 7), filled(CROWD, 8));
    assert_eq!((&one.users, &one.packages, &one.partners), (&again.users, &again.packages, &again.partners));
    assert_ne!(one.users, other.users);
    assert_ne!(generated(&one), generated(&other));
    let more = filled(GenerateSpec { users: Some(600), packages: Some(301), ..CROWD }, 7);
    assert!(one.users.iter().all(|(email, user)| more.users.get(email) == Some(user)));
    assert!(one.packages.iter().all(|(id, package)| more.packages.get(id) == Some(package)));
}

#[test]
fn people_have_names_partners_and_addresses_that_reach_nobody() {
    let stock = filled(GenerateSpec { users: Some(5000), ..CROWD }, 1);
    let mut partners = BTreeSet::new();
    for user in stock.users.values() {
        assert!(is_email(&user.email), "{}", user.email);
        let (local, domain) = user.email.split_once('@').expect("an address");
        assert!(local.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._".contains(&byte)), "{local}");
        assert!(["traveller.example", "mail.example", "roaming.test"].contains(&domain), "{domain}");
        let name = user.name.as_ref().expect("a name");
        assert!(name.en.is_ascii() && name.en.contains(' '), "{}", name.en);
        assert!(!name.zh.is_ascii(), "{}", name.zh);
        partners.insert(&user.partner);
    }
    let without = stock.partners.values().filter(|partner| partner.secret.is_none()).count();
    assert_eq!(partners.len(), without, "every partner has people, the generated ones as well");
    assert!(partners.iter().all(|code| stock.partners.contains_key(*code)));
}

#[test]
fn partners_have_codes_of_both_shapes_and_names_of_their_own() {
    let stock = filled(GenerateSpec { partners: Some(1000), ..CROWD }, 2);
    let has_shape = |code: &str, head: &str, digits: usize| {
        let rest = code.strip_prefix(head);
        rest.is_some_and(|rest| rest.len() == digits && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let short = stock.partners.keys().filter(|code| has_shape(code, "P", 6)).count();
    let long = stock.partners.keys().filter(|code| has_shape(code, "10000", 5)).count();
    let printed = stock.partners.keys().filter(|code| has_shape(code, "QY-", 6)).count();
    assert!(short > 400 && long > 400 && short + long + printed == stock.partners.len(), "{short} {long}");
    let names: BTreeSet<&str> = stock.partners.values().map(|partner| partner.name.as_str()).collect();
    assert_eq!(names.len(), stock.partners.len());
}

#[test]
fn packages_have_the_vendors_shapes_and_sensible_prices() {
    let stock = filled(GenerateSpec { packages: Some(5000), ..CROWD }, 4);
    let codes: BTreeSet<&str> = stock.packages.values().map(|package| package.code.as_str()).collect();
    assert_eq!(codes.len(), stock.packages.len());
    let dollar = stock.currency("USD").expect("dollars").id;
    let yen = stock.currency("JPY").expect("yen").id;
    let price = |amount: f64| Money::from_number(amount).expect("a price");
    for package in generated(&stock) {
        let Package { id, code, countries, .. } = package;
        assert!((2_000_000..=9_999_999).contains(id));
        assert!(code.starts_with("LP202") && code.len() == 16, "{code}");
        assert!(
            code[2..].bytes().all(|byte| byte.is_ascii_digit()) && ("2022".."2025").contains(&&code[2..6])
        );
        let places: BTreeSet<&u16> = countries.iter().collect();
        assert!(places.len() == countries.len() && (1..=12).contains(&countries.len()), "{countries:?}");
        assert!(countries.iter().all(|mcc| stock.countries.contains_key(mcc)));
        assert_eq!(package.kind == Coverage::Country, countries.len() == 1);
        assert_eq!(
            package.name.zh.starts_with("C_"),
            package.kind == Coverage::Region,
            "{}",
            package.name.zh
        );
        let most = match package.period {
            Period::Day => 30,
            Period::Week => 4,
            Period::Month => 12,
        };
        assert!(package.periods.0 == 1 && (2..=most).contains(&package.periods.1), "{:?}", package.periods);
        let dollars = package.price_in(dollar).expect("a price in dollars");
        assert!((price(0.5)..price(60.0)).contains(&dollars), "{dollars} for {}", package.name.en);
        assert!(package.prices.windows(2).all(|pair| pair[0].0 < pair[1].0), "{:?}", package.prices);
        for (currency, amount) in &package.prices {
            let text = amount.to_string();
            let places = text.split_once('.').map_or(0, |(_, places)| places.len());
            assert!(places <= if *currency == yen { 0 } else { 2 }, "{text}");
        }
    }
    let all = generated(&stock);
    assert!(all.iter().any(|package| package.volume_mb.is_none()));
    assert!(all.iter().any(|package| package.countries.len() == 12));
    assert!(all.iter().any(|package| package.prices.len() > 4));
}

#[test]
fn what_is_taken_is_passed_over_and_a_world_without_anything_stays_so() {
    // A catalogue that reaches to the last id.
    let mut full = stock();
    let mut last = full.packages[&1_000_000].clone();
    last.id = 9_999_999;
    full.packages.insert(last.id, last);
    fill(&mut full, CROWD, Some(0));
    assert_eq!(full.packages.len(), stock().packages.len() + 1 + 300);
    // The same seed over what it gave before gives as many again.
    let mut twice = filled(CROWD, 5);
    fill(&mut twice, CROWD, Some(5));
    assert_eq!(
        (twice.users.len(), twice.packages.len(), twice.partners.len()),
        (1002, stock().packages.len() + 600, 46)
    );
    let codes: BTreeSet<&str> = twice.packages.values().map(|package| package.code.as_str()).collect();
    assert_eq!(codes.len(), twice.packages.len());
    let mut empty = Stock::default();
    fill(&mut empty, GenerateSpec { partners: None, ..CROWD }, None);
    assert!(empty.users.is_empty() && empty.packages.is_empty());
}

#[test]
fn entries_are_pinned_for_ever() {
    // If this fails, every user's generated world has changed: raise GENERATOR and say so in the CHANGELOG.
    let stock = filled(CROWD, 0);
    let people = stock.users.values().filter(|user| user.email.starts_with('m')).take(4);
    let people = people.map(|user| {
        let name = user.name.as_ref().expect("a name");
        format!("{} {} {} {}", user.email, user.partner, name.zh, name.en)
    });
    let partners =
        stock.partners.values().take(4).map(|partner| format!("{} {}", partner.code, partner.name));
    let all = generated(&stock);
    let few = |package: &&&Package| (2..=3).contains(&package.countries.len());
    let packages = all.iter().take(3).chain(all.iter().filter(few).take(2)).flat_map(|package| {
        let prices: Vec<String> = package.prices.iter().map(|(id, price)| format!("{id}:{price}")).collect();
        let Package { id, code, countries, volume_mb, period, periods, .. } = package;
        [
            format!("{id} {code} {countries:?} {volume_mb:?} {period:?} {periods:?} {}", prices.join(" ")),
            format!("  {} / {} / {}", package.name.zh, package.short.zh, package.about.zh),
            format!("  {} / {} / {}", package.name.en, package.short.en, package.about.en),
        ]
    });
    let all: Vec<String> = people.chain(partners).chain(packages).collect();
    insta::assert_snapshot!(all.join("\n"), @"
    mack.daniel@mail.example 1000070130 侯花萍 Mack Daniel
    madilyntowne79@traveller.example P251431 萧平绿 Madilyn Towne
    marc.auer@traveller.example 1000000005 夏远鸿 Marc Auer
    marco.stehr@roaming.test P234797 叶丹华 Marco Stehr
    1000000005 Harbour Light Travel
    1000000883 Autumn Heron Tours
    1000000968 Calm Beacon Roaming
    1000044784 Hidden Island Journeys
    2000001 LP20241003100002 [456, 230, 525, 228, 510, 234, 260, 232] Some(500) Day (1, 30) 2:1.29 3:1.19 7:1.79
      C_G_全球8个国家和地区500M不限速日套餐(esim) / 全球8个国家和地区 / 在全球8个国家和地区可用500M不限速流量，每个周期24小时，用完即停。
      C_G_Global 8 countries and regions 500M full-speed daily plan (eSIM) / 8 countries and regions worldwide / 500M of full-speed data in 8 countries and regions worldwide, valid for 24 hours per period; data stops when used up.
    2000013 LP20221106100010 [466] Some(3072) Week (1, 3) 2:5.89 4:45.5
      中国台湾3G不限速周套餐(esim) / 中国台湾 / 在中国台湾可用3G不限速流量，每个周期7天，用完即停。
      Taiwan, China 3G full-speed weekly plan (eSIM) / Taiwan, China / 3G of full-speed data in Taiwan, China, valid for 7 days per period; data stops when used up.
    2000016 LP20220602100014 [268] Some(1024) Month (1, 3) 1:19 2:2.79 4:21 8:95.5
      葡萄牙1G不限速月套餐(esim) / 葡萄牙 / 在葡萄牙可用1G不限速流量，每个周期30天，用完即停。
      Portugal 1G full-speed monthly plan (eSIM) / Portugal / 1G of full-speed data in Portugal, valid for 30 days per period; data stops when used up.
    2000100 LP20220127100100 [286, 455, 454] None Day (1, 30) 1:8.5 2:1.29 3:1.19 6:170 7:1.69 9:5.5
      C_T_土耳其中国澳门中国香港不限量达量降速日套餐(esim) / 土耳其、中国澳门、中国香港 / 在土耳其、中国澳门、中国香港流量不限量，每日高速流量500M，超出后当日降速至384kbps。
      C_T_Turkey Macao (China) Hong Kong (China) unlimited throttled daily plan (eSIM) / Turkey, Macao (China), Hong Kong (China) / Unlimited data in Turkey, Macao (China) and Hong Kong (China): 500M at high speed each day, then 384 kbps until the day ends.
    2000129 LP20220517100127 [286, 525] Some(1024) Day (1, 30) 2:2.09 3:1.89
      C_T_土耳其新加坡1G达量降速日套餐(esim) / 土耳其、新加坡 / 在土耳其、新加坡可用1G高速流量，每个周期24小时，用完后降速至128kbps。
      C_T_Turkey Singapore 1G throttled daily plan (eSIM) / Turkey, Singapore / 1G of high-speed data in Turkey and Singapore, valid for 24 hours per period, then 128 kbps.
    ");
}
