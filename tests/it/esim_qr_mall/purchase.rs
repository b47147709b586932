//! A purchase from the pre-order to the eSIM, and every way in which it can go wrong.

use std::time::Duration;

use linksfield_sandbox::{Sandbox, SessionHandle};
use serde_json::{Value, json};

use crate::support::{builder, call, documented, pre_order, under_text};

const WEBHOOK: &str = "/v1.1/payment/webhook";
const POLL: &str = "/package/queryOrdStatusAndEmail";
const ESIM: &str = "/v1.1/order/myEsimDetail";
const TOP_UP: &str = "/package/topUpOrder";

/// A shop whose clock stands.
fn frozen(vendor: &str) -> Sandbox {
    under_text(&format!(
        r#"{{ "format": 1, "scenario": "test", "clock": {{ "start": "2023-05-18T06:25:35Z", "mode": "frozen" }},
            "vendor": {{ {vendor} }} }}"#
    ))
}

fn order(session: &SessionHandle) -> u64 {
    pre_order(session, &Value::Object(documented()))["data"]["id"].as_u64().expect("an order")
}

/// A notification as the page prints it, for this order.
fn paid(order: u64) -> Value {
    json!({
        "dateTime": "1670228581", "orderId": order.to_string(), "partnerCode": "1000000005", "payAmount": "1",
        "payCurrency": "USD", "type": "payment_intent.succeeded",
    })
}

fn with(mut body: Value, field: &str, value: impl Into<Value>) -> Value {
    body[field] = value.into();
    body
}

fn notify(session: &SessionHandle, body: &Value) -> i64 {
    call(session, WEBHOOK, body)["code"].as_i64().expect("a code")
}

fn poll(session: &SessionHandle, order: u64) -> Value {
    call(session, POLL, &json!({ "orderId": order }))["data"].clone()
}

fn advance(session: &SessionHandle, seconds: u64) -> Vec<Value> {
    session.clock().advance(Duration::from_secs(seconds)).expect("within the calendar")
}

#[test]
fn an_order_is_paid_polled_and_its_esim_shown() {
    let sandbox = frozen("");
    let session = sandbox.default_session();
    let id = order(session);
    assert_eq!(poll(session, id), json!({ "orderPayStatus": 0, "qrCode": null }));
    let answer = call(session, WEBHOOK, &paid(id));
    assert_eq!(answer, json!({ "code": 0, "data": null, "message": "操作成功" }));
    let kept = &session.orders()[0];
    assert_eq!(poll(session, id), json!({ "orderPayStatus": 1, "qrCode": kept["qrText"] }));
    let detail = call(session, ESIM, &json!({ "orderId": id.to_string() }));
    assert_eq!(detail["data"]["iccid"], kept["iccid"]);
    assert_eq!(detail["data"]["qrCode"], kept["qrText"]);
    assert_eq!(detail["data"]["profileStatus"], "released");
    assert_eq!(call(session, "/order/myEsimDetail", &json!({ "orderId": id })), detail);
    assert_eq!(
        call(session, "/package/queryOrdStatus", &json!({ "orderId": id }))["data"]["orderPayStatus"],
        1
    );
    let mails = session.outbox();
    assert_eq!(mails.len(), 1);
    assert_eq!((&mails[0]["to"], &mails[0]["state"]), (&json!("test@test.com"), &json!("delivered")));
    assert_eq!(mails[0]["qrText"], kept["qrText"]);
}

#[test]
fn each_documented_code_of_the_webhook_has_a_behaviour_that_provokes_it() {
    let sandbox = frozen("");
    let session = sandbox.default_session();
    let id = order(session);
    // 2: a bad field, an unknown type.
    assert_eq!(notify(session, &with(paid(id), "type", "payment_intent.created")), 2);
    assert_eq!(notify(session, &with(paid(id), "payAmount", "one")), 2);
    // 1102: a time that is none.
    for time in [json!("x"), json!("-5"), json!("99999999999999"), json!(1.5)] {
        assert_eq!(notify(session, &with(paid(id), "dateTime", time)), 1102);
    }
    // 10008: an order that nobody made, and one of another partner.
    assert_eq!(notify(session, &with(paid(id), "orderId", "7")), 10_008);
    assert_eq!(notify(session, &with(paid(id), "partnerCode", "P001101")), 10_008);
    // 10009: another amount, another currency.
    assert_eq!(notify(session, &with(paid(id), "payAmount", "2")), 10_009);
    assert_eq!(notify(session, &with(paid(id), "payCurrency", "CNY")), 10_009);
    // Nothing of all this has changed anything.
    assert_eq!(session.orders()[0]["payStatus"], "waiting");
    assert!(session.outbox().is_empty());
    // 3004: the opposite of a final state.
    let failed = |id| with(paid(id), "type", "payment_intent.payment_failed");
    assert_eq!((notify(session, &paid(id)), notify(session, &failed(id))), (0, 3004));
    let other = order(session);
    assert_eq!((notify(session, &failed(other)), notify(session, &paid(other))), (0, 3004));
    assert_eq!(poll(session, other)["orderPayStatus"], 2);
    // 6006: exactly at the limit is late, a millisecond before is not.
    let (in_time, late) = (order(session), order(session));
    session.clock().advance(Duration::from_millis(3_599_999)).expect("within the calendar");
    assert_eq!(notify(session, &paid(in_time)), 0);
    session.clock().advance(Duration::from_millis(1)).expect("within the calendar");
    let answer = call(session, WEBHOOK, &paid(late));
    assert_eq!(answer, json!({ "code": 6006, "data": null, "message": "PreOrder Timeout" }));
    assert_eq!(poll(session, late), json!({ "orderPayStatus": 3, "qrCode": null }));
}

#[test]
fn checks_come_in_the_order_of_the_contract() {
    let sandbox = frozen("");
    let session = sandbox.default_session();
    let id = order(session);
    let all_wrong = json!({
        "dateTime": "x", "orderId": "7", "partnerCode": "nobody", "payAmount": "9", "payCurrency": "XXX", "type": "x",
    });
    let mut body = all_wrong;
    assert_eq!(notify(session, &body), 2);
    body["type"] = "payment_intent.succeeded".into();
    assert_eq!(notify(session, &body), 1102);
    body["dateTime"] = 1_670_228_581.into();
    assert_eq!(notify(session, &body), 10_008);
    body["orderId"] = id.into();
    assert_eq!(notify(session, &body), 10_008);
    body["partnerCode"] = "1000000005".into();
    let answer = call(session, WEBHOOK, &body);
    assert!(answer["message"].as_str().expect("a text").contains("payCurrency"), "{answer}");
    body["payCurrency"] = "USD".into();
    let answer = call(session, WEBHOOK, &body);
    assert!(answer["message"].as_str().expect("a text").contains("1 USD, or 100"), "{answer}");
    body["payAmount"] = 100.into();
    assert_eq!(notify(session, &body), 0);
    // A final state comes before the price.
    body["payAmount"] = "77".into();
    assert_eq!(notify(session, &body), 0);
}

#[test]
fn the_same_outcome_again_is_answered_again_and_mails_nothing() {
    let sandbox = frozen("");
    let session = sandbox.default_session();
    let id = order(session);
    let answers: Vec<Value> = (0..3).map(|_| call(session, WEBHOOK, &paid(id))).collect();
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!((session.outbox().len(), poll(session, id)["orderPayStatus"].as_u64()), (1, Some(1)));
    let notes = session.journal()[2]["notes"].to_string();
    assert!(notes.contains("known already"), "{notes}");
}

#[test]
fn the_first_reading_of_an_amount_binds_the_session() {
    let sandbox = frozen("");
    let session = sandbox.default_session();
    let (first, second) = (order(session), order(session));
    assert_eq!(notify(session, &with(paid(first), "payAmount", "100")), 0);
    let notes = session.journal()[2]["notes"].to_string();
    assert!(notes.contains("read as minor units"), "{notes}");
    let refused = call(session, WEBHOOK, &with(paid(second), "payAmount", "1"));
    assert_eq!(refused["code"], 10_009);
    assert!(refused["message"].as_str().expect("a text").contains("an earlier payment"), "{refused}");
    assert_eq!(notify(session, &with(paid(second), "payAmount", "100")), 0);
    let sandbox = frozen(r#""payAmountUnit": "major""#);
    let session = sandbox.default_session();
    let id = order(session);
    assert_eq!(notify(session, &with(paid(id), "payAmount", "100")), 10_009);
    assert_eq!(notify(session, &with(paid(id), "payAmount", "1.00")), 0);
}

#[test]
fn both_versions_take_what_the_other_documents_and_note_it() {
    let sandbox = frozen("");
    let session = sandbox.default_session();
    let id = order(session);
    let numbers = json!({
        "dateTime": 1, "orderId": id, "partnerCode": "1000000005", "payAmount": 1, "payCurrency": "USD",
        "paypalId": "x", "type": "payment_intent.payment_succeed",
    });
    assert_eq!(call(session, "/payment/webhook", &numbers)["code"], 0);
    let notes = session.journal()[1]["notes"].to_string();
    assert!(notes.contains("payment_succeed was read as payment_intent.succeeded"), "{notes}");
    assert!(!notes.contains("payAmount: got"), "{notes}");
    assert_eq!(call(session, WEBHOOK, &numbers)["code"], 0);
    let notes = session.journal()[2]["notes"].to_string();
    assert!(notes.contains("payAmount: got 1, and the documents have a string here"), "{notes}");
}

#[test]
fn a_failed_payment_frees_the_profile_unless_the_shop_lets_one_pay_on() {
    let scenario = |vendor: &str| {
        under_text(&format!(
            r#"{{ "format": 1, "scenario": "test", "clock": {{ "mode": "frozen" }}, "world": {{ "profiles": {{ "free": 1 }} }},
                "vendor": {{ {vendor} }} }}"#
        ))
    };
    let failed = |id| with(paid(id), "type", "payment_intent.payment_failed");
    let sandbox = scenario("");
    let session = sandbox.default_session();
    let id = order(session);
    assert_eq!(pre_order(session, &Value::Object(documented()))["code"], 3005);
    assert_eq!(notify(session, &failed(id)), 0);
    let again = order(session);
    assert_eq!(notify(session, &paid(again)), 0);
    assert_eq!(session.orders()[0]["iccid"], Value::Null, "the profile is another order's");

    let sandbox = scenario(r#""payAfterFailure": true, "preOrderLimit": "10m""#);
    let session = sandbox.default_session();
    let id = order(session);
    assert_eq!((notify(session, &failed(id)), poll(session, id)["orderPayStatus"].as_u64()), (0, Some(2)));
    assert_eq!(pre_order(session, &Value::Object(documented()))["code"], 3005, "it is kept for another try");
    assert_eq!((notify(session, &paid(id)), poll(session, id)["orderPayStatus"].as_u64()), (0, Some(1)));
    let order = session.orders().remove(0);
    let steps = order["history"].as_array().expect("steps");
    let history: Vec<&Value> = steps.iter().map(|step| &step["payStatus"]).collect();
    assert_eq!(history, ["waiting", "failed", "paid"]);
    assert_eq!(advance(session, 600), Vec::<Value>::new());
}

#[test]
fn a_payment_settles_after_a_time_or_some_polls() {
    let sandbox = frozen(r#""settle": { "after": "3s" }"#);
    let session = sandbox.default_session();
    let id = order(session);
    assert_eq!((notify(session, &paid(id)), poll(session, id)["orderPayStatus"].as_u64()), (0, Some(0)));
    assert_eq!((session.outbox().len(), &session.orders()[0]["payStatus"]), (0, &json!("settling")));
    assert_eq!(call(session, ESIM, &json!({ "orderId": id }))["code"], 9999);
    let fired = advance(session, 3);
    assert_eq!(fired[0]["kind"], "paymentSettled");
    assert_eq!((session.outbox().len(), poll(session, id)["orderPayStatus"].as_u64()), (1, Some(1)));

    let sandbox = frozen(r#""settle": { "polls": 2 }"#);
    let session = sandbox.default_session();
    let id = order(session);
    assert_eq!(notify(session, &paid(id)), 0);
    let polls: Vec<Value> = (0..4).map(|_| poll(session, id)["orderPayStatus"].clone()).collect();
    assert_eq!(polls, [0, 0, 1, 1]);
    assert_eq!(session.outbox().len(), 1);
}

#[test]
fn time_does_what_is_due_in_its_order_and_lists_it() {
    let sandbox = frozen("");
    let session = sandbox.default_session();
    let first = order(session);
    advance(session, 60);
    let second = order(session);
    assert_eq!(notify(session, &paid(first)), 0);
    let fired = advance(session, 30 * 86_400);
    let shown: Vec<String> =
        fired.iter().map(|event| format!("{} {} {}", event["at"], event["kind"], event["key"])).collect();
    assert_eq!(
        shown,
        [
            format!(r#""2023-05-18T07:26:35.000Z" "orderTimedOut" "{second}""#),
            r#""2023-05-21T06:25:35.000Z" "tokenExpired" "0""#.to_owned(),
        ]
    );
    assert!(advance(session, 86_400).is_empty());
}

#[test]
fn an_order_of_another_account_is_unknown_under_the_strict_policy() {
    let sandbox = frozen(r#""auth": "strict""#);
    let session = sandbox.default_session();
    let call_as = |token: &str, path: &str, body: &Value| {
        let mut request = crate::support::request(path, body.to_string());
        request.headers_mut().insert("x-access-token", token.parse().expect("a value"));
        crate::support::json(&session.call(&request))
    };
    let mei = session.issue_token("mei.tan@traveller.example").expect("a token");
    let jonas = session.issue_token("jonas.falk@traveller.example").expect("a token");
    let id = call_as(&mei, crate::support::PRE_ORDER, &Value::Object(documented()))["data"]["id"].clone();
    assert_eq!(call_as(&jonas, POLL, &json!({ "orderId": id }))["code"], 10_008);
    assert_eq!(call_as(&jonas, WEBHOOK, &paid(id.as_u64().expect("an id")))["code"], 0, "a partner's server");
    assert_eq!(call_as(&jonas, ESIM, &json!({ "orderId": id }))["code"], 10_008);
    assert_eq!(call_as(&mei, ESIM, &json!({ "orderId": id }))["code"], 0);
    assert_eq!(call_as("", POLL, &json!({ "orderId": id }))["code"], 7);
}

#[test]
fn an_order_number_where_the_id_belongs_is_told_apart() {
    let sandbox = frozen("");
    let session = sandbox.default_session();
    let answer = pre_order(session, &Value::Object(documented()));
    let (id, number) = (answer["data"]["id"].as_u64().expect("an id"), answer["data"]["orderNo"].clone());
    let refused = call(session, WEBHOOK, &with(paid(id), "orderId", number.clone()));
    assert_eq!(refused["code"], 10_008);
    assert!(
        refused["message"].as_str().expect("a text").contains(&format!("from the pre-order, {id}")),
        "{refused}"
    );
    let sandbox = frozen(r#""webhookOrderKey": "idOrNumber""#);
    let session = sandbox.default_session();
    let number = pre_order(session, &Value::Object(documented()))["data"]["orderNo"].clone();
    assert_eq!(notify(session, &with(paid(0), "orderId", number)), 0);
}

#[test]
fn an_esim_is_topped_up_by_its_order_or_its_iccid() {
    let sandbox = frozen("");
    let session = sandbox.default_session();
    let id = order(session);
    let wish = |by: &str, what: Value| {
        let mut body = json!({ "currency": "USD", "id": 1_000_000, "packageCode": "LP20220325000000",
            "partnerCode": "1000000005", "periodNum": 2 });
        body[by] = what;
        body
    };
    assert_eq!(call(session, TOP_UP, &wish("orderId", id.into()))["code"], 9999, "it is not paid yet");
    assert_eq!(notify(session, &paid(id)), 0);
    let iccid = session.orders()[0]["iccid"].clone();
    let first = call(session, TOP_UP, &wish("orderId", id.into()));
    let second = call(session, TOP_UP, &wish("iccid", iccid));
    assert_eq!((&first["data"]["amount"], &second["data"]["amount"]), (&json!(2), &json!(2)));
    assert_eq!(call(session, TOP_UP, &wish("iccid", "89850000000000000000".into()))["code"], 9999);
    let top_up = first["data"]["id"].as_u64().expect("an order");
    assert_eq!(notify(session, &with(paid(top_up), "payAmount", "2")), 0);
    let detail = call(session, ESIM, &json!({ "orderId": id }));
    assert_eq!(detail["data"]["topUps"][0]["orderId"], top_up);
    assert_eq!(session.outbox().len(), 1, "a top-up brings no QR code");
    let orders = session.orders();
    assert_eq!((&orders[0]["topUps"], &orders[1]["topUpOf"]), (&json!([top_up]), &json!(id)));
    assert_eq!(orders[1]["iccid"], orders[0]["iccid"]);
    // A package that covers none of its countries cannot top it up.
    let packages = crate::support::api(&sandbox, "GET", "sessions/default/packages", "").json();
    let elsewhere = packages["packages"].as_array().expect("packages").iter().find(|package| {
        !package["countries"]
            .as_array()
            .expect("codes")
            .iter()
            .any(|code| [502, 520].map(Value::from).contains(code))
            && package["price"]["USD"].is_number()
    });
    let elsewhere = elsewhere.expect("a package of another country");
    let mut body = wish("orderId", id.into());
    (body["id"], body["packageCode"]) = (elsewhere["id"].clone(), elsewhere["code"].clone());
    let refused = call(session, TOP_UP, &body);
    assert_eq!(refused["code"], 2);
    assert!(refused["message"].as_str().expect("a text").contains("such as 1000000"), "{refused}");
}

#[test]
fn a_withdrawn_profile_is_3005_and_a_phone_shows_in_the_detail() {
    let sandbox = frozen("");
    let session = sandbox.default_session();
    let (first, second) = (order(session), order(session));
    let iccid = |place: usize| session.orders()[place]["iccid"].as_str().expect("an ICCID").to_owned();
    let patch = |iccid: &str, body: &str| {
        crate::support::api(&sandbox, "PATCH", &format!("sessions/default/profiles/{iccid}"), body)
    };
    assert_eq!(patch(&iccid(0), r#"{ "state": "withdrawn" }"#).json()["state"], "withdrawn");
    assert_eq!(notify(session, &paid(first)), 3005);
    assert_eq!(session.orders()[0]["payStatus"], "waiting");
    assert_eq!(patch(&iccid(1), r#"{ "installation": "enabled" }"#).status, 409);
    assert_eq!(notify(session, &paid(second)), 0);
    assert_eq!(patch(&iccid(1), r#"{ "installation": "enabled" }"#).json()["state"], "assigned");
    assert_eq!(call(session, ESIM, &json!({ "orderId": second }))["data"]["profileStatus"], "enabled");
    assert_eq!(patch(&iccid(1), r#"{ "state": "withdrawn" }"#).status, 409);
}

#[test]
fn an_unmodified_client_buys_from_registration_to_the_qr_code_without_the_control_surface() {
    let sandbox = builder().vendor("auth", "strict").auto_pay(Duration::from_millis(1)).without_control();
    let sandbox = sandbox.base_path("/fms").start_blocking().expect("the sandbox starts");
    let address = sandbox.addresses()[0];
    let send = |token: &str, path: &str, body: &Value| {
        let body = body.to_string();
        let head = format!(
            "POST /fms{path} HTTP/1.1\r\nHost: x\r\nx-access-token: {token}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        crate::support::Raw::connect_to(address).send(head + &body).answer()
    };
    let account = json!({ "appId": 12, "email": "new.buyer@traveller.example", "partnerCode": "P001101",
        "passwd": "5f4dcc3b5aa765d61d8327deb882cf99", "userType": 4, "verifyCode": 3206 });
    let token = send("", "/user/emailRegister", &account).json()["data"]["token"]
        .as_str()
        .expect("a token")
        .to_owned();
    let mut wish = Value::Object(documented());
    wish["partnerCode"] = "P001101".into();
    let id = send(&token, crate::support::PRE_ORDER, &wish).json()["data"]["id"].clone();
    // As the documented sample does, without its two seconds: the payment is due a millisecond after the order.
    let status =
        std::iter::repeat_with(|| send(&token, POLL, &json!({ "orderId": id })).json()["data"].clone())
            .find(|data| data["orderPayStatus"] != 0)
            .expect("a status");
    assert_eq!(status["orderPayStatus"], 1);
    assert!(status["qrCode"].as_str().expect("a QR text").starts_with("LPA:1$"), "{status}");
    assert_eq!(send(&token, ESIM, &json!({ "orderId": id })).json()["data"]["qrCode"], status["qrCode"]);
}
