//! Magic values: each row of the table is driven by what somebody would type.

use std::time::Duration;

use linksfield_sandbox::SessionHandle;
use serde_json::{Value, json};

use crate::support::{call, changed, documented, pre_order, under_text};

const WEBHOOK: &str = "/v1.1/payment/webhook";
const POLL: &str = "/package/queryOrdStatusAndEmail";
const ESIM: &str = "/v1.1/order/myEsimDetail";
const FROZEN: &str = r#"{ "format": 1, "scenario": "test", "clock": { "mode": "frozen" } }"#;

fn account(mail: &str) -> Value {
    json!({ "appId": 12, "email": mail, "partnerCode": "1000000005", "passwd": "5f4dcc3b5aa765d61d8327deb882cf99", "userType": 4 })
}

/// What an order with this address or package comes to: the answers of pre-order, webhook, three polls, detail.
struct Story {
    pre_order: Value,
    webhook: Value,
    polls: Vec<Value>,
    esim: Value,
    top_up: Value,
    mail: Value,
    delays: Vec<Value>,
}

fn story(session: &SessionHandle, changes: Value, pays: bool) -> Story {
    let pre_ordered = pre_order(session, &changed(changes.clone()));
    let id = &pre_ordered["data"]["id"];
    let paid = json!({ "dateTime": "1", "orderId": id, "partnerCode": "1000000005",
        "payAmount": pre_ordered["data"]["amount"], "payCurrency": "USD", "type": "payment_intent.succeeded" });
    let webhook = if pays { call(session, WEBHOOK, &paid)["code"].clone() } else { Value::Null };
    let polls = (0..4).map(|_| {
        let answer = call(session, POLL, &json!({ "orderId": id }));
        if answer["code"] == 0 { answer["data"]["orderPayStatus"].clone() } else { answer["code"].clone() }
    });
    let polls = polls.collect();
    let esim = call(session, ESIM, &json!({ "orderId": id }))["code"].clone();
    let mut wish = changed(changes);
    wish["orderId"] = id.clone();
    let top_up = call(session, "/package/topUpOrder", &wish)["code"].clone();
    let mail = session.outbox().last().map_or(Value::Null, |mail| mail["state"].clone());
    let delays = session.journal().iter().map(|entry| entry["wire"].clone()).collect();
    Story { pre_order: pre_ordered["code"].clone(), webhook, polls, esim, top_up, mail, delays }
}

/// Drives one row; false if nobody wrote down what it does.
fn drive(trigger: &str, example: &str) -> bool {
    let sandbox = under_text(FROZEN);
    let session = sandbox.default_session();
    let mail = json!({ "receive_qr_email": example });
    let package = || {
        let id: u64 = example.parse().expect("an id");
        json!({ "id": id, "packageCode": format!("LP20990101{:06}", id - 9_000_000) })
    };
    let journal_names_it = |session: &SessionHandle| {
        session
            .journal()
            .iter()
            .any(|entry| entry["rule"].as_str().is_some_and(|rule| rule.starts_with("magic-")))
    };
    match trigger {
        "register-{code}" => {
            assert_eq!(call(session, "/user/emailRegister", &account(example))["code"], 9999);
        }
        "login-{code}" => assert_eq!(call(session, "/user/emailLogin", &account(example))["code"], 9999),
        "preorder-{code}" | "sold-out" => {
            assert_eq!(story(session, mail, true).pre_order, 3005);
            assert!(session.orders().is_empty() && journal_names_it(session));
        }
        "webhook-{code}" => {
            let story = story(session, mail, true);
            assert_eq!(
                (story.pre_order, story.webhook, story.polls),
                (json!(0), json!(10_009), vec![json!(0); 4])
            );
        }
        "poll-0x{n}" => assert_eq!(story(session, mail, true).polls, [0, 0, 0, 1]),
        "poll-{code}" => assert_eq!(story(session, mail, true).polls, [7, 7, 7, 7]),
        "esim-{code}" => assert_eq!(story(session, mail, true).esim, 9999),
        "topup-{code}" => assert_eq!(story(session, mail, true).top_up, 3005),
        "preorder-expired" => {
            let story = story(session, mail, true);
            assert_eq!((story.webhook, story.polls), (json!(6006), vec![json!(3); 4]));
        }
        "token-expired" => {
            let token = call(session, "/user/emailLogin", &account(example))["data"]["token"].clone();
            let codes: Vec<Value> = (0..2)
                .map(|_| {
                    let body = Value::Object(documented()).to_string();
                    let mut request = crate::support::request(crate::support::PRE_ORDER, body);
                    let token = token.as_str().expect("a token").parse().expect("a value");
                    request.headers_mut().insert("x-access-token", token);
                    crate::support::json(&session.call(&request))["code"].clone()
                })
                .collect();
            assert_eq!(codes, [0, 7]);
        }
        "slow-{span}" => {
            assert!(story(session, mail, true).delays.iter().all(|wire| *wire == json!(["delay 3s"])));
        }
        "lost-answer" => {
            let mut raw = crate::support::Raw::connect(&sandbox);
            assert_eq!(raw.post(crate::support::PRE_ORDER, &changed(mail).to_string()).rest(), "");
            assert!(session.orders().len() == 1 && journal_names_it(session));
        }
        "mail-lost" => assert_eq!(story(session, mail, true).mail, "lost"),
        "mail-bounce" => assert_eq!(story(session, mail, true).mail, "bounced"),
        "mail-late-{span}" => {
            assert_eq!(story(session, mail, true).mail, "onItsWay");
            session.clock().advance(Duration::from_hours(2)).expect("within the calendar");
            assert_eq!(session.outbox()[0]["state"], "delivered");
        }
        "paid-{span}" | "declined-{span}" => {
            assert_eq!(story(session, mail, false).polls, vec![json!(0); 4]);
            session.clock().advance(Duration::from_secs(3)).expect("within the calendar");
            let wanted = if trigger.starts_with("paid") { "paid" } else { "failed" };
            assert_eq!(session.orders()[0]["payStatus"], wanted);
        }
        "990000+{code}" => {
            let money: u64 = example.parse().expect("a number");
            assert_eq!(story(session, json!({ "money": money }), true).pre_order, 9999);
        }
        "9000001" => assert_eq!(story(session, package(), true).pre_order, 3005),
        "9000002" => assert_eq!(story(session, package(), true).polls, vec![json!(3); 4]),
        "9000003" => assert_eq!(story(session, package(), true).mail, "lost"),
        "9000004" => assert_eq!(story(session, package(), true).webhook, 10_009),
        "9000005" => {
            assert!(story(session, package(), true).delays.iter().all(|wire| *wire == json!(["delay 3s"])));
        }
        _ if trigger.starts_with("sms-") => text_to_a_sim(trigger, example),
        _ => return false,
    }
    true
}

/// Drives a row of texts to SIMs.
fn text_to_a_sim(trigger: &str, text: &str) {
    let sandbox = under_text(
        r#"{ "format": 1, "scenario": "test", "clock": { "start": "2022-12-05T03:14:50Z", "mode": "frozen" },
            "vendor": { "signatures": "off" }, "world": { "callbacks": { "uplink-sms": "stand-in", "downlink-sms": "stand-in" } } }"#,
    );
    let session = sandbox.default_session();
    let body = json!({ "access_code": "P000270", "device_id": "89852022018041800192", "text_message": text,
        "timestamp": "1643253530", "version": "2.0" });
    let told = || -> Vec<(Value, Value)> {
        let listed = crate::support::api(&sandbox, "GET", "sessions/default/deliveries", "").json();
        let all = listed["deliveries"].as_array().expect("a list");
        all.iter().map(|one| (one["kind"].clone(), one["state"].clone())).collect()
    };
    let row = |kind: &str, state: &str| (json!(kind), json!(state));
    if trigger == "sms-lost-answer" {
        let mut raw = crate::support::Raw::connect(&sandbox);
        assert_eq!(raw.post("/sms/sendSms", &body.to_string()).rest(), "");
    } else {
        let code = if trigger == "sms-refused" { "R104" } else { "0000" };
        assert_eq!(call(session, "/sms/sendSms", &body)["code"], code);
    }
    if trigger == "sms-slow-{span}" {
        assert_eq!(session.journal()[0]["wire"], json!(["delay 3s"]));
    }
    session.clock().advance(Duration::from_mins(1)).expect("within the calendar");
    let arrived = row("downlink-sms", "delivered");
    let wanted = match trigger {
        "sms-refused" => vec![],
        "sms-answer-{span}" => vec![arrived.clone(), row("uplink-sms", "delivered")],
        "sms-late-{span}" | "sms-forged" => vec![row("downlink-sms", "due")],
        "sms-untold" => vec![row("downlink-sms", "lost")],
        "sms-twice" => vec![arrived.clone(); 2],
        _ => vec![arrived.clone()],
    };
    let mut found = told();
    found.sort_by_key(|(kind, _)| kind.to_string());
    assert_eq!(found, wanted, "{trigger}");
    if trigger == "sms-late-{span}" {
        session.clock().advance(Duration::from_hours(2)).expect("within the calendar");
        assert_eq!(told(), [arrived]);
    }
}

#[test]
fn a_text_that_only_begins_like_a_trigger_does_nothing() {
    let sandbox = under_text(
        r#"{ "format": 1, "scenario": "test", "clock": { "mode": "frozen" }, "vendor": { "signatures": "off" } }"#,
    );
    let session = sandbox.default_session();
    for text in ["发送短信内容", "sms-", "sms-refused today", "短信-sms-refused", "sms-late"] {
        let body = json!({ "access_code": "P000270", "device_id": "89852022018041800192", "text_message": text,
            "timestamp": "1643253530", "version": "2.0" });
        assert_eq!(call(session, "/sms/sendSms", &body)["code"], "0000", "{text}");
    }
    assert!(session.journal().iter().all(|entry| entry["rule"].is_null()));
}

#[test]
fn each_row_of_the_table_does_what_it_says() {
    let listing = crate::support::listing();
    assert!(listing.magic.len() > 20);
    for row in &listing.magic {
        assert!(drive(&row.trigger, &row.example), "nothing drives {}", row.trigger);
    }
}

#[test]
fn every_code_of_the_table_can_be_typed_for_every_step() {
    let listing = crate::support::listing();
    let codes = listing.codes.iter().filter_map(|line| line.code.parse::<i64>().ok());
    for code in codes.filter(|code| *code != 0) {
        let sandbox = under_text(FROZEN);
        let session = sandbox.default_session();
        let order = |mail: &str| {
            story(session, json!({ "receive_qr_email": format!("{mail}-{code}@x.example") }), true)
        };
        assert_eq!(order("preorder").pre_order, code);
        assert_eq!(story(session, json!({ "money": 990_000 + code }), true).pre_order, code);
        assert_eq!(order("webhook").webhook, code);
        assert_eq!(order("poll").polls, vec![json!(code); 4]);
        assert_eq!(order("esim").esim, code);
        assert_eq!(order("topup").top_up, code);
    }
}

#[test]
fn a_trigger_in_the_account_counts_for_all_later_steps() {
    let sandbox = under_text(FROZEN);
    let session = sandbox.default_session();
    let token = session.issue_token("mei+webhook-6006@traveller.example").expect("a token");
    let send = |path: &str, body: &Value| {
        let mut request = crate::support::request(path, body.to_string());
        request.headers_mut().insert("x-access-token", token.parse().expect("a value"));
        crate::support::json(&session.call(&request))
    };
    let id = send(crate::support::PRE_ORDER, &Value::Object(documented()))["data"]["id"].clone();
    let paid = json!({ "dateTime": "1", "orderId": id, "partnerCode": "1000000005", "payAmount": "1",
        "payCurrency": "USD", "type": "payment_intent.succeeded" });
    // Even when the partner's server, which has no token of the buyer, sends it: the order is the buyer's.
    assert_eq!(call(session, WEBHOOK, &paid)["code"], 6006);
}

#[test]
fn what_only_looks_like_a_trigger_is_told_and_does_nothing() {
    let sandbox = under_text(FROZEN);
    let session = sandbox.default_session();
    for mail in [
        "test@test.com",
        "paid-ads@x.example",
        "preorder-1234@x.example",
        "preorder-0@x.example",
        "some-body@x.example",
    ] {
        assert_eq!(
            story(session, json!({ "receive_qr_email": mail, "money": 5 }), true).mail,
            "delivered",
            "{mail}"
        );
    }
    let notes: Vec<String> = session.journal().iter().map(|entry| entry["notes"].to_string()).collect();
    assert!(notes.iter().any(|note| note.contains("preorder-1234 is no magic value")), "{notes:?}");
    assert!(!notes.iter().any(|note| note.contains("some-body")), "{notes:?}");
    // A trigger that looks like a more general one as well is that trigger, and nothing else.
    for mail in ["poll-0x3@x.example", "preorder-expired@x.example"] {
        story(session, json!({ "receive_qr_email": mail }), false);
    }
    let entries = session.journal();
    assert!(!entries.iter().any(|entry| {
        let notes = entry["notes"].to_string();
        notes.contains("poll-0x3 is no") || notes.contains("expired is no")
    }));
    // Rules of the scenario and of the control surface go before magic values.
    session.arm(r#"{ "on": "pre-order", "answer": { "code": 9999 } }"#).expect("a rule");
    assert_eq!(story(session, json!({ "receive_qr_email": "preorder-7@x.example" }), true).pre_order, 9999);
}

#[test]
fn packages_with_telling_names_can_be_hidden() {
    let sandbox = under_text(r#"{ "format": 1, "scenario": "test", "world": { "magicPackages": false } }"#);
    let packages = crate::support::api(&sandbox, "GET", "sessions/default/packages", "").json();
    assert_eq!(packages["packages"].as_array().map(Vec::len), Some(72));
    assert_eq!(pre_order(sandbox.default_session(), &changed(json!({ "id": 9_000_001 })))["code"], 2);
}
