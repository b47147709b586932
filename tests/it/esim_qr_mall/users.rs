//! Accounts: register, log in, reset a password; what the token that comes of it opens, and for how long.

use std::time::Duration;

use linksfield_sandbox::{Sandbox, SessionHandle};
use serde_json::{Value, json};

use crate::support::{PRE_ORDER, builder, call, documented, request, under, under_text};

const REGISTER: &str = "/user/emailRegister";
const EMAIL_LOGIN: &str = "/user/emailLogin";
const LOGIN: &str = "/user/login";
const RESET: &str = "/user/passwordReset";
const CODE: &str = "/user/emailVerificationCode";

/// The MD5 of the demo user's password.
const DEMO: &str = "dea5c48620abe0fa8fdab91b05d469cf";
const ONE: &str = "0cc175b9c0f1b6a831c399e269772661";
const OTHER: &str = "92eb5ffee6ae2fec3ad71c777531578f";

fn frozen(auth: &str) -> Sandbox {
    under_text(&format!(
        r#"{{ "format": 1, "scenario": "test", "clock": {{ "start": "2026-03-01T08:00:00Z", "mode": "frozen" }},
            "vendor": {{ "auth": "{auth}" }} }}"#
    ))
}

fn who(email: &str, passwd: &str, partner: &str) -> Value {
    json!({ "appId": 12, "email": email, "partnerCode": partner, "passwd": passwd, "userType": 4, "verifyCode": 3206 })
}

/// The token that a call gives, the same in body and header.
fn token(session: &SessionHandle, path: &str, body: &Value) -> String {
    let answer = session.call(&request(path, body.to_string()));
    let header = answer.headers().get("x-access-token").map(|value| value.to_str().expect("text").to_owned());
    let body = crate::support::json(&answer);
    assert_eq!((&body["code"], &body["message"]), (&json!(0), &json!("SUCCESS")), "{path}: {body}");
    let token = body["data"]["token"].as_str().expect("a token").to_owned();
    assert_eq!(header.as_ref(), Some(&token));
    token
}

/// What a pre-order with this token comes to.
fn order_with(session: &SessionHandle, token: &str) -> i64 {
    let mut request = request(PRE_ORDER, Value::Object(documented()).to_string());
    request.headers_mut().insert("x-access-token", token.parse().expect("a value"));
    crate::support::json(&session.call(&request))["code"].as_i64().expect("a code")
}

fn last_notes(session: &SessionHandle) -> Value {
    session.journal().last().expect("an entry")["notes"].clone()
}

#[test]
fn who_registers_gets_a_token_that_opens_a_strict_shop() {
    let sandbox = frozen("strict");
    let session = sandbox.default_session();
    assert_eq!(order_with(session, ""), 7);
    let token = token(session, REGISTER, &who("Lena.Brook@traveller.example", ONE, "P001101"));
    assert_eq!(order_with(session, &token), 0);
    let without_qr_address = json!({ "receive_qr_email": null });
    let mut request = request(PRE_ORDER, crate::support::changed(without_qr_address).to_string());
    request.headers_mut().insert("x-access-token", token.parse().expect("a value"));
    assert_eq!(crate::support::json(&session.call(&request))["code"], 0);
    assert_eq!(session.orders()[1]["mailTo"], "Lena.Brook@traveller.example", "the order is the account's");
    assert_eq!(session.journal()[1]["notes"], json!([]));
}

#[test]
fn each_login_makes_a_new_token_and_the_older_ones_live_on_for_three_days_each() {
    for auth in ["strict", "lenient"] {
        let sandbox = frozen(auth);
        let session = sandbox.default_session();
        let body = who("mei.tan@traveller.example", DEMO, "1000000005");
        let one = token(session, EMAIL_LOGIN, &body);
        session.clock().advance(Duration::from_hours(71)).expect("within the calendar");
        let other = token(session, LOGIN, &body);
        assert_ne!(one, other);
        assert_eq!((order_with(session, &one), order_with(session, &other)), (0, 0));
        session.clock().advance(Duration::from_hours(1)).expect("within the calendar");
        assert_eq!((order_with(session, &one), order_with(session, &other)), (7, 0), "{auth}");
        let again = token(session, EMAIL_LOGIN, &body);
        assert_eq!(order_with(session, &again), 0, "log in again, and it works");
    }
}

#[test]
fn a_session_has_a_ready_token_from_its_start() {
    let sandbox = frozen("strict");
    let session = sandbox.default_session();
    let ready = session.token().expect("a ready token");
    assert_eq!(order_with(session, &ready), 0);
    let demo = session.demo_user().expect("a demo user");
    let login = who(&demo.email, &demo.passwd.expect("a password"), &demo.partner_code);
    assert_ne!(token(session, EMAIL_LOGIN, &login), ready);
    session.clock().advance(Duration::from_hours(72)).expect("within the calendar");
    assert_eq!((session.token(), order_with(session, &ready)), (None, 7));
    session.reset();
    let next = session.token().expect("a ready token");
    assert_ne!(next, ready, "an epoch has its own");
    assert_eq!(order_with(session, &next), 0);
}

#[test]
fn a_strict_shop_refuses_what_is_not_so_and_a_lenient_one_notes_it() {
    let cases = [
        (EMAIL_LOGIN, who("mei.tan@traveller.example", ONE, "1000000005"), 9999),
        (LOGIN, who("mei.tan@traveller.example", DEMO, "P001101"), 9999),
        (EMAIL_LOGIN, who("nobody@traveller.example", ONE, "1000000005"), 9999),
        (LOGIN, who("mei.tan@traveller.example", DEMO, "P009999"), 2),
        (REGISTER, who("new@traveller.example", ONE, "P009999"), 2),
        (RESET, who("unknown@traveller.example", ONE, "P001101"), 9999),
        (RESET, who("jonas.falk@traveller.example", ONE, "1000000005"), 9999),
    ];
    let (strict, lenient) = (under_strict(), under("default"));
    let mut seen = Vec::new();
    for (path, body, code) in cases {
        let refused = call(strict.default_session(), path, &body);
        assert_eq!((&refused["code"], &refused["data"]), (&json!(code), &Value::Null), "{path} {body}");
        assert_eq!(call(lenient.default_session(), path, &body)["code"], 0, "{path} {body}");
        seen.push(json!({ "strict": refused["message"], "lenient": last_notes(lenient.default_session()) }));
    }
    insta::assert_json_snapshot!(seen);
}

fn under_strict() -> Sandbox {
    builder().vendor("auth", "strict").start_blocking().expect("the sandbox starts")
}

#[test]
fn an_address_has_one_account_whatever_its_case_also_when_lenient() {
    for sandbox in [under_strict(), under("default")] {
        let session = sandbox.default_session();
        token(session, REGISTER, &who("lena.brook@traveller.example", ONE, "P001101"));
        for email in ["Lena.Brook@Traveller.Example", "MEI.TAN@traveller.example"] {
            let refused = call(session, REGISTER, &who(email, ONE, "P001101"));
            assert_eq!(
                refused,
                json!({ "code": 9999, "data": null, "message": "error: this email has an account already; log in" })
            );
        }
        token(session, EMAIL_LOGIN, &who("LENA.brook@traveller.example", ONE, "P001101"));
        assert_eq!(last_notes(session), json!([]));
    }
}

#[test]
fn a_new_password_counts_from_then_on_and_tokens_live_on() {
    let sandbox = under_strict();
    let session = sandbox.default_session();
    let with = |passwd: &str| who("mei.tan@traveller.example", passwd, "1000000005");
    let before = token(session, EMAIL_LOGIN, &with(DEMO));
    let reset = call(session, RESET, &with(OTHER));
    assert_eq!(reset, json!({ "code": 0, "data": null, "message": "SUCCESS" }));
    assert_eq!(call(session, EMAIL_LOGIN, &with(DEMO))["code"], 9999);
    token(session, EMAIL_LOGIN, &with(OTHER));
    assert_eq!(order_with(session, &before), 0);
    let demo = session.demo_user().expect("a demo user");
    assert_eq!((demo.password, demo.passwd.as_deref()), (None, Some(OTHER)));
    assert_eq!(
        call(sandbox.session("other").as_ref().expect("a session"), EMAIL_LOGIN, &with(OTHER))["code"],
        9999,
        "of this session only"
    );
}

#[test]
fn bad_fields_are_named_at_once_and_a_password_never_is() {
    let sandbox = under_strict();
    let session = sandbox.default_session();
    let secret = "my-own-secret";
    let long = secret.repeat(11);
    let bodies = [
        json!({}),
        json!({ "email": "no address", "passwd": "", "partnerCode": 5 }),
        json!({ "email": "a@b.example", "passwd": long, "partnerCode": "P009999" }),
        json!({ "email": format!("{}@b.example", "a".repeat(260)), "passwd": [secret], "partnerCode": "P001101" }),
    ];
    let mut messages: Vec<Value> = Vec::new();
    for path in [REGISTER, EMAIL_LOGIN, LOGIN, RESET] {
        let of_path: Vec<Value> = bodies.iter().map(|body| call(session, path, body)).collect();
        assert!(of_path.iter().all(|answer| answer["code"] == 2), "{of_path:?}");
        messages = of_path.into_iter().map(|answer| answer["message"].clone()).collect();
    }
    let forgotten =
        format!("{{ \"email\": \"a@b.example\", \"passwd\": \"{secret}\" \"partnerCode\": \"P001101\" }}");
    messages.push(crate::support::json(&session.call(&request(LOGIN, forgotten)))["message"].clone());
    messages.push(call(session, CODE, &json!({ "email": "" }))["message"].clone());
    assert!(!Value::from(messages.clone()).to_string().contains("my-own"), "{messages:?}");
    insta::assert_json_snapshot!(messages);
    assert!(session.orders().is_empty());
}

#[test]
fn a_password_that_is_no_md5_is_taken_as_it_is_and_noted() {
    let sandbox = under_strict();
    let session = sandbox.default_session();
    token(session, REGISTER, &who("lena.brook@traveller.example", "in plain", "P001101"));
    let note = json!(["passwd: the documents send the MD5 of the password, 32 lower-case hex digits"]);
    assert_eq!(last_notes(session), note);
    token(session, EMAIL_LOGIN, &who("lena.brook@traveller.example", "in plain", "P001101"));
    assert_eq!(
        call(session, EMAIL_LOGIN, &who("lena.brook@traveller.example", "In plain", "P001101"))["code"],
        9999
    );
}

#[test]
fn a_code_is_drawn_for_any_address_and_never_asked_for() {
    let sandbox = under_strict();
    let session = sandbox.default_session();
    let sent =
        call(session, CODE, &json!({ "email": "lena.brook@traveller.example", "partnerCode": "P009999" }));
    assert_eq!(sent, json!({ "code": 0, "data": null, "message": "SUCCESS" }));
    let mut body = who("lena.brook@traveller.example", ONE, "P001101");
    body["verifyCode"] = json!({ "anything": "goes" });
    token(session, REGISTER, &body);
}

#[test]
fn texts_follow_the_language() {
    let sandbox = under_strict();
    let mut request = request(LOGIN, who("mei.tan@traveller.example", ONE, "1000000005").to_string());
    request.headers_mut().insert("accept-language", "zh".parse().expect("a value"));
    let answer = crate::support::json(&sandbox.default_session().call(&request));
    assert_eq!(answer["message"], "错误：passwd 与该账号不符");
}

#[test]
fn the_same_seed_and_calls_give_the_same_tokens_and_another_session_or_seed_gives_others() {
    let body = who("mei.tan@traveller.example", DEMO, "1000000005");
    let tokens = |seed: u64, session: &str| -> Vec<String> {
        let sandbox = frozen("lenient");
        let options = linksfield_sandbox::SessionOptions::named(session).seed(seed);
        let session = sandbox.session_with(options).expect("a session");
        let mut all: Vec<String> = session.token().into_iter().collect();
        all.extend((0..3).map(|_| token(&session, EMAIL_LOGIN, &body)));
        all
    };
    let one = tokens(1, "one");
    assert_eq!(one, tokens(1, "one"));
    for other in [tokens(2, "one"), tokens(1, "other")] {
        let proof = |token: &String| token.rsplit('~').next().expect("a proof").to_owned();
        assert!(one.iter().all(|token| !other.iter().any(|other| proof(other) == proof(token))));
    }
}
