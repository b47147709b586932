//! Who pays when nobody does: the scenario's payer, the flag, magic addresses, the control API.

use std::time::Duration;

use linksfield_sandbox::{Sandbox, SessionHandle};
use serde_json::{Value, json};

use crate::support::{api, builder, call, changed, documented, pre_order, under_text};

const POLL: &str = "/package/queryOrdStatusAndEmail";

fn shop(more: &str) -> Sandbox {
    under_text(&format!(
        r#"{{ "format": 1, "scenario": "test", "clock": {{ "start": "2023-05-18T06:25:35Z", "mode": "frozen" }}{more} }}"#
    ))
}

fn order(session: &SessionHandle, mail: &str) -> u64 {
    let answer = pre_order(session, &changed(json!({ "receive_qr_email": mail })));
    answer["data"]["id"].as_u64().unwrap_or_else(|| panic!("{answer}"))
}

fn status(session: &SessionHandle, order: u64) -> Value {
    call(session, POLL, &json!({ "orderId": order }))["data"]["orderPayStatus"].clone()
}

fn advance(session: &SessionHandle, seconds: u64) -> Vec<Value> {
    session.clock().advance(Duration::from_secs(seconds)).expect("within the calendar")
}

#[test]
fn the_scenarios_payer_plays_the_partners_server_through_the_same_door() {
    let sandbox = shop(r#", "payer": { "after": "3s" }, "vendor": { "auth": "strict" }"#);
    let session = sandbox.default_session();
    let token = session.issue_token("mei.tan@traveller.example").expect("a token");
    let mut request =
        crate::support::request(crate::support::PRE_ORDER, Value::Object(documented()).to_string());
    request.headers_mut().insert("x-access-token", token.parse().expect("a value"));
    let id = crate::support::json(&session.call(&request))["data"]["id"].clone();
    assert_eq!(session.orders()[0]["paymentDueAt"], "2023-05-18T06:25:38.000Z");
    let fired = advance(session, 3);
    assert_eq!((&fired[0]["kind"], &fired[0]["key"]), (&json!("paymentReported"), &json!(id.to_string())));
    let entry = &session.journal()[1];
    assert_eq!(
        (&entry["endpoint"], &entry["at"]),
        (&json!("esim_qr_mall/webhook_v1_1"), &json!("2023-05-18T06:25:38.000Z"))
    );
    assert_eq!(
        (&entry["response"]["code"], &entry["request"]["body"]["payAmount"]),
        (&json!(0), &json!("1"))
    );
    assert!(entry["notes"].to_string().contains("in the place of a partner's server"), "{entry}");
    assert_eq!(session.orders()[0]["payStatus"], "paid");
}

#[test]
fn a_long_jump_of_the_clock_pays_in_time_and_before_the_limit() {
    let sandbox = shop(r#", "payer": { "after": "59m" }"#);
    let session = sandbox.default_session();
    let id = order(session, "test@test.com");
    let kinds: Vec<Value> = advance(session, 86_400).iter().map(|event| event["kind"].clone()).collect();
    assert_eq!(kinds, ["paymentReported"]);
    assert_eq!(status(session, id), 1);
    // One that pays exactly at the limit is late: the limit comes first.
    let sandbox = shop(r#", "payer": { "after": "60m" }"#);
    let session = sandbox.default_session();
    let id = order(session, "test@test.com");
    let kinds: Vec<Value> = advance(session, 86_400).iter().map(|event| event["kind"].clone()).collect();
    assert_eq!(kinds, ["orderTimedOut", "paymentReported"]);
    assert_eq!((status(session, id), &session.journal()[1]["response"]["code"]), (json!(3), &json!(6006)));
}

#[test]
fn the_flag_goes_before_the_scenario_and_an_address_before_both() {
    let text = r#"{ "format": 1, "scenario": "test", "clock": { "mode": "frozen" }, "payer": { "after": "5s", "outcome": "fail" } }"#;
    let file = crate::support::scenario_file(text);
    let sandbox =
        builder().scenario(file.path()).auto_pay(Duration::from_secs(1)).start_blocking().expect("it starts");
    let session = sandbox.default_session();
    let (flag, address) =
        (order(session, "test@test.com"), order(session, "mei+declined-2s@traveller.example"));
    advance(session, 1);
    assert_eq!((status(session, flag), status(session, address)), (json!(1), json!(0)));
    advance(session, 1);
    assert_eq!(status(session, address), 2);
}

#[test]
fn in_real_time_it_pays_while_nobody_calls_and_who_waits_is_told() {
    let sandbox = builder().auto_pay(Duration::from_millis(50)).start_blocking().expect("it starts");
    let id = order(sandbox.default_session(), "test@test.com");
    let path = format!("sessions/default/orders/{id}?wait=20s&until=payStatus:paid");
    assert_eq!(api(&sandbox, "GET", &path, "").json()["payStatus"], "paid");
}

#[test]
fn the_control_api_pays_in_every_way_in_which_it_goes_wrong() {
    let sandbox = shop("");
    let session = sandbox.default_session();
    let pay = |id: u64, body: &str| {
        api(&sandbox, "POST", &format!("sessions/default/orders/{id}/pay"), body).json()
    };
    let codes = |answer: &Value| -> Vec<i64> {
        answer["answers"]
            .as_array()
            .expect("answers")
            .iter()
            .map(|one| one["code"].as_i64().expect("a code"))
            .collect()
    };
    let id = order(session, "test@test.com");
    assert_eq!(codes(&pay(id, r#"{ "amount": 4.5 }"#)), [10_009]);
    let answer = pay(id, r#"{ "copies": 2, "contrary": true }"#);
    assert_eq!(codes(&answer), [0, 0, 3004]);
    assert_eq!(session.journal()[2]["turn"], answer["answers"][0]["turn"]);
    let id = order(session, "test@test.com");
    assert_eq!(codes(&pay(id, r#"{ "outcome": "fail" }"#)), [0]);
    // Nothing of a refused plan is kept, and the refusal names the span that is too long.
    let path = format!("sessions/default/orders/{id}/pay");
    for (body, pointer) in [
        (r#"{ "after": "3000000d" }"#, "/after"),
        (r#"{ "after": "1s", "copies": 2, "gap": "3000000d" }"#, "/gap"),
    ] {
        let refused = api(&sandbox, "POST", &path, body);
        assert_eq!(
            (refused.status, refused.json().to_string().contains(pointer)),
            (400, true),
            "{}",
            refused.json()
        );
    }
    assert_eq!(session.orders()[1]["paymentDueAt"], Value::Null);
    let id = order(session, "test@test.com");
    let later = pay(id, r#"{ "after": "30m", "copies": 2, "gap": "1s" }"#);
    assert_eq!(later["later"], json!(["2023-05-18T06:55:35.000Z", "2023-05-18T06:55:36.000Z"]));
    let fired = advance(session, 1_801);
    assert_eq!(fired.len(), 2);
    assert_eq!(status(session, id), 1);
    assert_eq!(api(&sandbox, "POST", "sessions/default/orders/7/pay", "{}").status, 404);
    assert_eq!(
        api(&sandbox, "POST", &format!("sessions/default/orders/{id}/pay"), r#"{ "copies": 0 }"#).status,
        400
    );
    let id = order(session, "test@test.com");
    let path = format!("sessions/default/orders/{id}");
    assert_eq!(
        api(&sandbox, "PATCH", &path, r#"{ "payStatus": "timedOut" }"#).json()["payStatus"],
        "timedOut"
    );
    assert_eq!(api(&sandbox, "PATCH", &path, r#"{ "payStatus": "timedOut" }"#).status, 409);
    assert_eq!(codes(&pay(id, "{}")), [6006]);
}

#[test]
fn after_ten_polls_that_nobody_paid_for_the_journal_says_what_to_do() {
    let sandbox = shop("");
    let session = sandbox.default_session();
    let id = order(session, "test@test.com");
    for _ in 0..10 {
        assert_eq!(status(session, id), 0);
    }
    let journal = session.journal();
    assert_eq!(journal[9]["notes"], json!([]));
    let note = journal[10]["notes"].to_string();
    assert!(note.contains(&format!("nobody has paid order {id}")) && note.contains("--auto-pay"), "{note}");
    let id = order(session, "paid-3s@traveller.example");
    for _ in 0..10 {
        assert_eq!(status(session, id), 0);
    }
    let note = session.journal().last().expect("an entry")["notes"].to_string();
    assert!(note.contains("due at 2023-05-18T06:25:38.000Z") && note.contains("advance it"), "{note}");
}

#[test]
fn how_a_partners_server_counts_is_not_learnt_from_the_sandboxs_own_payments() {
    let sandbox = shop("");
    let session = sandbox.default_session();
    let first = order(session, "test@test.com");
    api(&sandbox, "POST", &format!("sessions/default/orders/{first}/pay"), "{}");
    let second = order(session, "test@test.com").to_string();
    let partner = json!({
        "dateTime": "1684391135", "orderId": second, "partnerCode": documented()["partnerCode"],
        "payAmount": "100", "payCurrency": "USD", "type": "payment_intent.succeeded"
    });
    assert_eq!(call(session, "/v1.1/payment/webhook", &partner)["code"], 0, "{:?}", session.journal().last());
}
