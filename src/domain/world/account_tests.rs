//! Accounts and tokens: who gets in under which policy, what a refusal leaves, and how long a token lives.

use std::sync::Arc;

use proptest::prelude::*;

use super::{Beginning, World};
use crate::domain::dice::Seed;
use crate::domain::language::Language;
use crate::domain::moment::Moment;
use crate::domain::policy::{Auth, Policy};
use crate::domain::profile::Supply;
use crate::domain::refusal::{Mismatch, Refusal, TokenFault};
use crate::domain::stock::Stock;
use crate::domain::token::Token;
use crate::domain::user::{Admitted, Claim, Credentials, Partner, User};

fn world_of(session: &str, seed: u64, auth: Auth) -> World {
    let mut stock = Stock::default();
    for code in ["P1", "P2"] {
        let partner = Partner {
            code: code.to_owned(),
            name: String::new(),
            client_id: None,
            secret: None,
            notify_secret: None,
        };
        stock.partners.insert(code.to_owned(), partner);
    }
    let demo = user("Demo@b.example", "P1", Some("right"));
    stock.demo_user = demo.email.as_str().into();
    stock.users.insert(User::key(&demo.email), demo);
    World::new(Beginning {
        session: session.to_owned(),
        epoch: 1,
        seed: Seed(seed),
        policy: Policy { auth, ..Policy::default() },
        stock: Arc::new(stock),
        numbers: None,
        supply: Supply::Unbounded,
        order_limit: 10,
        now: Moment::from_millis(1_700_000_000_000),
    })
}

fn world(auth: Auth) -> World {
    world_of("test", 7, auth)
}

fn user(email: &str, partner: &str, passwd: Option<&str>) -> User {
    User {
        email: email.to_owned(),
        partner: partner.to_owned(),
        passwd: passwd.map(Into::into),
        name: None,
        password: None,
    }
}

fn who<'a>(email: &'a str, passwd: &'a str, partner: &'a str) -> Credentials<'a> {
    Credentials { email, passwd, partner }
}

/// Refused, and nothing has changed.
fn refused<T: std::fmt::Debug>(
    world: &mut World,
    verb: impl FnOnce(&mut World) -> Result<T, Refusal>,
) -> Refusal {
    let before = format!("{world:?}");
    let refusal = verb(world).expect_err("a refusal");
    assert_eq!(format!("{world:?}"), before);
    refusal
}

#[test]
fn a_strict_world_lets_in_only_who_says_all_three_things_right() {
    let mut world = world(Auth::Strict);
    let login = |who| move |world: &mut World| world.login(&who);
    let wrong = |mismatch| Refusal::WrongCredentials(mismatch);
    assert!(world.login(&who("demo@B.EXAMPLE", "right", "P1")).expect("in").waived.is_empty());
    let refusal = refused(&mut world, login(who("no@b.example", "right", "P1")));
    assert_eq!(refusal, wrong(Mismatch::UnknownAccount));
    let refusal = refused(&mut world, login(who("demo@b.example", "Right", "P1")));
    assert_eq!(refusal, wrong(Mismatch::WrongPassword));
    let refusal = refused(&mut world, login(who("demo@b.example", "right", "P2")));
    assert_eq!(refusal, wrong(Mismatch::OtherPartner { partner: "P1".to_owned() }));
    let refusal = refused(&mut world, login(who("demo@b.example", "right", "P3")));
    assert_eq!(refusal, wrong(Mismatch::UnknownPartner));
    let refusal = refused(&mut world, |world| world.register(&who("new@b.example", "x", "P3")));
    assert_eq!(refusal, wrong(Mismatch::UnknownPartner));
    let refusal = refused(&mut world, |world| world.reset_password(&who("no@b.example", "x", "P1")));
    assert_eq!(refusal, wrong(Mismatch::UnknownAccount));
    world.put_account(user("none@b.example", "P1", None)).expect("room");
    let refusal = refused(&mut world, login(who("none@b.example", "x", "P1")));
    assert_eq!(refusal, wrong(Mismatch::WrongPassword), "an account without a password has no right one");
    assert!(world.takes_partner("P2") && !world.takes_partner("P3"));
}

#[test]
fn a_lenient_world_lets_everybody_in_and_says_what_it_let_pass() {
    let mut world = world(Auth::Lenient);
    let welcome = world.login(&who("New@b.example", "one", "P3")).expect("in");
    assert_eq!(welcome.waived, [Mismatch::UnknownAccount, Mismatch::UnknownPartner]);
    let made = world.account("new@b.example").cloned();
    assert_eq!(made, Some(user("New@b.example", "P3", Some("one"))), "kept as typed");
    let welcome = world.login(&who("NEW@b.example", "two", "P2")).expect("in");
    assert_eq!(
        welcome.waived,
        [Mismatch::OtherPartner { partner: "P3".to_owned() }, Mismatch::WrongPassword]
    );
    assert_eq!(world.account("new@b.example").cloned(), made, "a login changes nothing of an account");
    assert_eq!(world.reset_password(&who("third@b.example", "x", "P1")), Ok(vec![Mismatch::UnknownAccount]));
    assert_eq!(world.account_count(), 3);
    assert!(world.takes_partner("P3"));
}

#[test]
fn an_address_registers_once_whatever_its_case_and_the_policy() {
    for auth in [Auth::Lenient, Auth::Strict] {
        let mut world = world(auth);
        world.register(&who("one@b.example", "x", "P2")).expect("a new account");
        for email in ["ONE@b.example", "demo@b.example"] {
            let refusal = refused(&mut world, |world| world.register(&who(email, "x", "P2")));
            assert_eq!(refusal, Refusal::AccountExists);
        }
        assert!(world.login(&who("One@B.example", "x", "P2")).expect("in").waived.is_empty());
    }
}

#[test]
fn a_new_password_leaves_the_shared_stock_and_the_tokens_as_they_are() {
    let mut world = world(Auth::Strict);
    let shared = Arc::clone(&world.stock);
    let token = world.login(&who("demo@b.example", "right", "P1")).expect("in").token;
    world.reset_password(&who("demo@b.example", "new", "P1")).expect("it is set");
    assert!(Arc::ptr_eq(&shared, &world.stock), "the catalogue was not copied");
    assert!(world.login(&who("demo@b.example", "right", "P1")).is_err());
    assert!(world.login(&who("demo@b.example", "new", "P1")).is_ok());
    assert_eq!(world.admit(&Claim::Token(token)).expect("it lives").token, Some(1));
    assert_eq!(world.account_count(), 1, "changed, not doubled");
}

#[test]
fn accounts_come_by_address_with_those_of_the_session_in_front() {
    let mut world = world(Auth::Lenient);
    for email in ["zoe@b.example", "Ann@b.example", "demo@b.example"] {
        world.put_account(user(email, "P2", None)).expect("room");
    }
    let emails: Vec<&str> = world.accounts().map(|user| user.email.as_str()).collect();
    assert_eq!(emails, ["Ann@b.example", "demo@b.example", "zoe@b.example"]);
    assert_eq!(world.account_count(), 3);
    assert_eq!(world.demo_user().map(|user| user.partner.as_str()), Some("P2"));
}

#[test]
fn there_is_an_end_to_accounts_codes_and_tokens() {
    let mut world = world(Auth::Lenient);
    for n in 0..100_000 {
        world.put_account(user(&format!("{n}@b.example"), "P1", None)).expect("room");
    }
    let full = Refusal::AccountsFull { limit: 100_000 };
    assert_eq!(refused(&mut world, |world| world.register(&who("one@b.example", "x", "P1"))), full);
    assert_eq!(refused(&mut world, |world| world.login(&who("one@b.example", "x", "P1"))), full);
    assert!(world.login(&who("5@b.example", "x", "P1")).is_ok());
    assert!(world.reset_password(&who("5@b.example", "x", "P1")).is_ok());
    let mut world = world_of("test", 7, Auth::Lenient);
    let one = world.tokens[0].clone();
    world.tokens.resize(1_000_000, one);
    let full = Refusal::TokensFull { limit: 1_000_000 };
    assert_eq!(world.login(&who("one@b.example", "x", "P1")), Err(full), "and no account was made");
    assert_eq!((world.account_count(), world.issue_token("demo@b.example")), (1, None));
}

#[test]
fn a_token_lives_three_days_to_the_millisecond_or_until_it_is_ended() {
    let mut world = world(Auth::Lenient);
    let start = world.now().millis();
    let (one, other) = (world.issue_token("a@b.example"), world.issue_token("a@b.example"));
    let (one, other) = (one.expect("a token"), other.expect("a token"));
    let admitted = |world: &World, token: &Token| world.admit(&Claim::Token(token.clone()));
    assert!(world.expire_token(other.ordinal) && !world.expire_token(9));
    assert_eq!(admitted(&world, &other), Err(Refusal::NoLiveToken(TokenFault::Expired)), "even when lenient");
    world.advance_to(Moment::from_millis(start + 72 * 3_600_000 - 1));
    let caller = admitted(&world, &one).expect("one millisecond is left");
    assert_eq!((&*caller.email, caller.admitted, caller.token), ("a@b.example", Admitted::ByToken, Some(1)));
    assert!(world.ready_token().is_some());
    world.advance_to(Moment::from_millis(start + 72 * 3_600_000));
    assert_eq!(admitted(&world, &one), Err(Refusal::NoLiveToken(TokenFault::Expired)));
    assert_eq!(world.ready_token(), None);
    let listed: Vec<(u32, &str, bool)> =
        world.tokens(0).map(|issued| (issued.ordinal, issued.owner, issued.ends <= world.now())).collect();
    assert_eq!(listed, [(0, "Demo@b.example", true), (1, "a@b.example", true), (2, "a@b.example", true)]);
    assert_eq!((world.tokens(2).count(), world.tokens(7).count(), world.token_count()), (1, 0, 3));
}

#[test]
fn a_token_that_ends_twice_ended_the_first_time_and_is_found_by_its_text() {
    let mut world = world(Auth::Lenient);
    let token = world.issue_token("a@b.example").expect("a token");
    world.expire_token(1);
    let ended = world.token(1).expect("it is there").ends;
    world.advance_to(Moment::from_millis(world.now().millis() + 5));
    world.expire_token(1);
    assert_eq!(world.token(1).expect("it is there").ends, ended);
    assert_eq!(world.find_token(&token.to_string()).map(|issued| issued.ordinal), Some(1));
    assert_eq!(world.find_token(&token.to_string().replace("~test~", "~tset~")), None);
    assert_eq!(world.find_token("sbx1"), None);
}

#[test]
fn codes_have_four_digits_and_the_last_one_is_kept() {
    let mut world = world(Auth::Strict);
    assert_eq!(world.verification_code("new@b.example"), None);
    let mut codes = Vec::new();
    for _ in 0..50 {
        world.send_verification_code("New@b.example", Language::English).expect("room");
        codes.extend(world.verification_code("new@B.example"));
    }
    assert!(codes.iter().all(|code| (1_000..10_000).contains(code)), "{codes:?}");
    codes.dedup();
    assert!(codes.len() > 45, "{codes:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tokens_of_two_sessions_differ_also_under_one_seed_and_those_of_one_are_the_same_again(
        seed in any::<u64>(), names in ("[a-z]{1,8}", "[a-z]{1,8}"), logins in 1_usize..5
    ) {
        prop_assume!(names.0 != names.1);
        let proofs = |name: &str| -> Vec<String> {
            let mut world = world_of(name, seed, Auth::Lenient);
            for _ in 0..logins {
                world.login(&who("demo@b.example", "right", "P1")).expect("in");
            }
            world.tokens(0).map(|issued| issued.token.proof).collect()
        };
        let (one, other) = (proofs(&names.0), proofs(&names.1));
        prop_assert_eq!(one.len(), logins + 1);
        prop_assert!(one.iter().all(|proof| !other.contains(proof)));
        prop_assert_eq!(one, proofs(&names.0));
    }
}
