//! The control API for accounts and tokens.

use linksfield_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::support::{PRE_ORDER, api, order_at, under};

/// Status and body of a call below the default session.
fn ask(sandbox: &Sandbox, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let answer = api(sandbox, method, &format!("sessions/default/{path}"), &body);
    (answer.status, answer.json())
}

fn order_with(sandbox: &Sandbox, token: &str) -> Value {
    order_at(sandbox, PRE_ORDER, &format!("x-access-token: {token}\r\n")).json()["code"].clone()
}

#[test]
fn accounts_are_listed_made_looked_up_and_changed() {
    let sandbox = under("default");
    let ask = |method: &str, path: &str, body: Value| ask(&sandbox, method, path, &body);
    let listed = json!({ "users": [
        { "email": "jonas.falk@traveller.example", "partnerCode": "P001101",
            "name": { "en": "Jonas Falk", "zh": "约纳斯·法尔克" }, "hasPassword": true, "verifyCode": null },
        { "email": "mei.tan@traveller.example", "partnerCode": "1000000005",
            "name": { "en": "Mei Tan", "zh": "陈美" }, "hasPassword": true, "verifyCode": null },
    ], "total": 2 });
    assert_eq!(ask("GET", "users", Value::Null), (200, listed));
    let made = ask("POST", "users", json!({ "email": "Lena+1@traveller.example", "partnerCode": "P001101" }));
    let lena = json!({ "email": "Lena+1@traveller.example", "partnerCode": "P001101", "name": null, "hasPassword": false, "verifyCode": null });
    assert_eq!(made, (201, lena.clone()));
    for key in ["lena+1@traveller.example", "LENA%2B1%40traveller.example"] {
        assert_eq!(ask("GET", &format!("users/{key}"), Value::Null), (200, lena.clone()), "{key}");
    }
    let changed = ask(
        "PATCH",
        "users/lena+1@traveller.example",
        json!({ "password": "paper-kite", "partnerCode": "P1" }),
    );
    assert_eq!(
        (changed.0, &changed.1["hasPassword"], &changed.1["partnerCode"]),
        (200, &json!(true), &json!("P1"))
    );
    let page = ask("GET", "users?after=1&limit=1", Value::Null).1;
    assert_eq!((&page["users"][0]["email"], &page["total"]), (&json!("Lena+1@traveller.example"), &json!(3)));
    let others = sandbox.session("other").expect("a session");
    assert_eq!(others.demo_user().map(|user| user.partner_code), Some("1000000005".to_owned()));
    assert_eq!(api(&sandbox, "GET", "sessions/other/users", "").json()["total"], 2, "of this session only");
}

#[test]
fn what_does_not_fit_an_account_is_told() {
    let sandbox = under("default");
    let error = |method: &str, path: &str, body: Value| {
        let (status, body) = ask(&sandbox, method, path, &body);
        (
            status,
            body["error"]["code"].as_str().unwrap_or_default().to_owned(),
            body["error"]["pointer"].clone(),
        )
    };
    let pointed = |status, code: &str, pointer: &str| (status, code.to_owned(), json!(pointer));
    let nowhere = |status, code: &str| (status, code.to_owned(), Value::Null);
    let email = "MEI.TAN@traveller.example";
    assert_eq!(error("POST", "users", json!({ "email": email })), pointed(409, "user-exists", "/email"));
    assert_eq!(error("POST", "users", json!({ "email": "nobody" })), pointed(400, "bad-value", "/email"));
    assert_eq!(error("POST", "users", json!({})).0, 400);
    assert_eq!(error("POST", "users", json!({ "email": "a@b.example", "password": "" })).0, 400);
    let both = json!({ "email": "a@b.example", "password": "a", "passwd": "b" });
    assert_eq!(error("POST", "users", both).0, 400);
    assert_eq!(error("GET", "users/nobody@b.example", Value::Null), nowhere(404, "unknown-user"));
    assert_eq!(error("PATCH", "users/nobody@b.example", json!({})), nowhere(404, "unknown-user"));
    assert_eq!(error("PATCH", "users/mei.tan@traveller.example", json!({ "email": "a@b.example" })).0, 400);
    assert_eq!(error("GET", "users?limit=x", Value::Null), nowhere(400, "bad-parameter"));
    assert_eq!(
        error("POST", "tokens", json!({ "email": "a@b.example" })),
        pointed(404, "unknown-user", "/email")
    );
    assert_eq!(error("GET", "tokens/7", Value::Null), nowhere(404, "unknown-token"));
    assert_eq!(error("PATCH", "tokens/sbx1~x", json!({ "expired": true })), nowhere(404, "unknown-token"));
    assert_eq!(
        error("PATCH", "tokens/0", json!({ "expired": false })),
        pointed(400, "bad-value", "/expired")
    );
    assert_eq!(error("PATCH", "tokens/0", json!({})).0, 400);
}

#[test]
fn tokens_are_listed_issued_and_ended() {
    let sandbox = under("documented-example");
    let ask = |method: &str, path: &str, body: Value| ask(&sandbox, method, path, &body);
    let (status, issued) = ask("POST", "tokens", json!({ "email": "JONAS.FALK@traveller.example" }));
    assert_eq!(
        (status, &issued["email"], &issued["ordinal"]),
        (201, &json!("jonas.falk@traveller.example"), &json!(1))
    );
    assert_eq!(
        (&issued["issued"], &issued["ends"]),
        (&json!("2022-12-05T03:14:50.958Z"), &json!("2022-12-08T03:14:50.958Z"))
    );
    let token = issued["token"].as_str().expect("a token").to_owned();
    assert_eq!(order_with(&sandbox, &token), 0);
    let listed = ask("GET", "tokens", Value::Null).1;
    assert_eq!((&listed["tokens"][1], &listed["total"]), (&issued, &json!(2)));
    assert_eq!(ask("GET", "tokens?after=1", Value::Null).1["tokens"], json!([issued]));
    assert_eq!(ask("GET", &format!("tokens/{token}"), Value::Null), (200, issued.clone()));
    assert_eq!(ask("GET", "tokens/1", Value::Null), (200, issued.clone()));
    let (_, ended) = ask("PATCH", &format!("tokens/{token}"), json!({ "expired": true }));
    assert_eq!((&ended["expired"], &ended["ends"]), (&json!(true), &issued["issued"]));
    assert_eq!(order_with(&sandbox, &token), 7, "although auth is lenient");
    let ready = sandbox.default_session().token().expect("a ready token");
    assert_eq!(order_with(&sandbox, &ready), 0, "the others live on");
}

#[test]
fn a_session_shows_its_ready_token_and_who_the_demo_user_is() {
    let sandbox = under("default");
    let made = api(&sandbox, "POST", "sessions", r#"{ "name": "one" }"#).json();
    let session = sandbox.session("one").expect("a session");
    assert_eq!(made["token"].as_str(), session.token().as_deref());
    let demo = json!({ "email": "mei.tan@traveller.example", "password": "lantern-harbour",
        "passwd": "dea5c48620abe0fa8fdab91b05d469cf", "partnerCode": "1000000005" });
    assert_eq!(made["demoUser"], demo);
    let path = "sessions/one/users/mei.tan@traveller.example";
    api(&sandbox, "PATCH", path, r#"{ "passwd": "0cc175b9c0f1b6a831c399e269772661" }"#);
    api(&sandbox, "PATCH", "sessions/one/tokens/0", r#"{ "expired": true }"#);
    let later = api(&sandbox, "GET", "sessions/one", "").json();
    assert_eq!(later["token"], Value::Null);
    assert_eq!(
        (&later["demoUser"]["password"], &later["demoUser"]["passwd"]),
        (&Value::Null, &json!("0cc175b9c0f1b6a831c399e269772661"))
    );
}

#[test]
fn the_last_code_that_was_sent_is_shown_at_its_account() {
    let sandbox = under("default");
    let session = sandbox.default_session();
    let body = json!({ "email": "MEI.TAN@traveller.example" });
    assert_eq!(crate::support::call(session, "/user/emailVerificationCode", &body)["code"], 0);
    let code = ask(&sandbox, "GET", "users/mei.tan@traveller.example", &Value::Null).1["verifyCode"].clone();
    assert!((1_000..10_000).contains(&code.as_u64().expect("a code")), "{code}");
}
