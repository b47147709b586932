//! Claims: calls that name no session and are one's all the same, by a partner code, an address, or what it sold.

use linksfield_sandbox::{Sandbox, SessionOptions};
use serde_json::{Value, json};

use crate::support::{Answer, PRE_ORDER, Raw, api, builder, changed, under};

const WEBHOOK: &str = "/v1.1/payment/webhook";
const POLL: &str = "/package/queryOrdStatusAndEmail";

fn make(sandbox: &Sandbox, name: &str, claims: Value) -> Answer {
    let body = json!({ "name": name, "claims": claims });
    api(sandbox, "POST", "sessions", &body.to_string())
}

fn post(sandbox: &Sandbox, path: &str, body: &Value) -> Answer {
    Raw::connect(sandbox).post(path, &body.to_string()).answer()
}

/// Which session answered.
fn whose(answer: &Answer) -> String {
    answer.header("x-sandbox-session").unwrap_or_else(|| panic!("{answer:?}")).to_owned()
}

fn order(sandbox: &Sandbox, changes: Value) -> Answer {
    post(sandbox, PRE_ORDER, &changed(changes))
}

fn mail(address: &str) -> Value {
    json!({ "receive_qr_email": address })
}

/// The notes of a session's last turn.
fn notes(sandbox: &Sandbox, name: &str) -> Vec<String> {
    let journal = api(sandbox, "GET", &format!("sessions/{name}/journal?last=1"), "").json();
    let notes = journal["entries"][0]["notes"].as_array().cloned().unwrap_or_default();
    notes.iter().filter_map(|note| note.as_str().map(str::to_owned)).collect()
}

#[test]
fn a_call_that_names_a_claimed_value_is_the_claiming_sessions() {
    let sandbox = under("default");
    assert_eq!(whose(&order(&sandbox, mail("mei+w3@you.example"))), "default", "nobody claims anything yet");
    let made = make(
        &sandbox,
        "w3",
        json!({ "email": ["*+W3@you.example", "own@x.example"], "partnerCode": ["P001101"] }),
    );
    assert_eq!(made.status, 201, "{made:?}");
    let claims = json!({ "email": ["*+w3@you.example", "own@x.example"], "partnerCode": ["P001101"] });
    assert_eq!(made.json()["claims"], claims);
    assert_eq!(api(&sandbox, "GET", "sessions/w3", "").json()["claims"], claims);
    assert_eq!(api(&sandbox, "GET", "sessions/default", "").json()["claims"], json!({}));

    for (changes, session) in [
        (mail("Mei+w3@You.example"), "w3"),
        (mail("OWN@x.example"), "w3"),
        (mail("mei+w4@you.example"), "default"),
        (mail("own@x.example.test"), "default"),
        (json!({ "partnerCode": "P001101" }), "w3"),
        (json!({ "partnerCode": "p001101" }), "default"),
        (json!({ "packageCode": "P001101" }), "default"),
        (json!({ "partnerCode": null }), "default"),
    ] {
        assert_eq!(whose(&order(&sandbox, changes.clone())), session, "{changes}");
    }
    // Whatever the vendor calls the field, and wherever it stands: of a body that is broken, what is before the fault.
    let login = json!({ "email": "a+w3@you.example", "partnerCode": "1000000005", "passwd": "x" });
    assert_eq!(whose(&post(&sandbox, "/user/emailLogin", &login)), "w3");
    let broken =
        Raw::connect(&sandbox).post(PRE_ORDER, "{ \"partnerCode\": \"P001101\" \"id\": 1 }").answer();
    assert_eq!((whose(&broken).as_str(), &broken.json()["code"]), ("w3", &json!(2)));
    let get = |target: &str| {
        whose(&Raw::connect(&sandbox).send(format!("GET {target} HTTP/1.1\r\nHost: x\r\n\r\n")).answer())
    };
    assert_eq!(get("/package/detail?id=1000000&partnerCode=P001101"), "default", "no field of this card");
    assert_eq!(whose(&post(&sandbox, "/no/such/path", &changed(mail("own@x.example")))), "default");
    assert_eq!(whose(&post(&sandbox, &format!("{PRE_ORDER}?partnerCode=P001101"), &json!({}))), "w3");
}

#[test]
fn what_is_named_more_exactly_goes_before_and_other_ways_go_before_all_of_it() {
    let sandbox = under("default");
    for (name, claims) in [
        ("shop", json!({ "partnerCode": ["1000000005"] })),
        ("all", json!({ "email": ["*@you.example"] })),
        ("plus", json!({ "email": ["*+w3@you.example"] })),
        ("one", json!({ "email": ["mei+w3@you.example"] })),
    ] {
        assert_eq!(make(&sandbox, name, claims).status, 201, "{name}");
    }
    for (address, session) in [
        ("mei+w3@you.example", "one"),
        ("kim+w3@you.example", "plus"),
        ("kim@you.example", "all"),
        ("kim@other.example", "shop"),
    ] {
        assert_eq!(whose(&order(&sandbox, mail(address))), session, "{address}");
    }
    let at_path = post(&sandbox, &format!("/s/path{PRE_ORDER}"), &changed(mail("kim@you.example")));
    assert_eq!(whose(&at_path), "path");
    let note = "the session \"all\" has its claim to email \"*@you.example\"; the call goes to \"path\", which was named before that";
    assert_eq!(notes(&sandbox, "path"), [note]);
    let token = sandbox.session("token").expect("a session").token().expect("a token");
    let body = changed(mail("kim@you.example")).to_string();
    let head = format!("POST {PRE_ORDER} HTTP/1.1\r\nHost: x\r\nx-access-token: {token}\r\n");
    let by_token =
        Raw::connect(&sandbox).send(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len())).answer();
    assert_eq!(whose(&by_token), "token");
    assert!(notes(&sandbox, "token").iter().any(|note| note.contains("the session \"all\" has its claim")));
    // Where it was alone in naming the session there is nothing to note.
    assert_eq!(notes(&sandbox, "plus"), [""; 0]);
}

#[test]
fn a_claim_is_one_sessions_and_ends_with_it() {
    let sandbox = under("default");
    let both = || json!({ "partnerCode": ["P1", "900017"], "email": ["*+a@x.example"] });
    assert_eq!(make(&sandbox, "first", both()).status, 201);
    for (claims, what) in [
        (json!({ "partnerCode": ["900017"] }), ("/claims/partnerCode", "partnerCode \"900017\"")),
        (
            json!({ "email": ["free@x.example", "*+A@X.example"] }),
            ("/claims/email", "email \"*+a@x.example\""),
        ),
    ] {
        let refused = make(&sandbox, "second", claims);
        let error = &refused.json()["error"];
        assert_eq!(
            (refused.status, &error["code"], &error["pointer"]),
            (409, &json!("claimed"), &json!(what.0))
        );
        let message = format!("the session \"first\" claims {} already", what.1);
        assert_eq!(error["message"], message);
        assert!(
            error["help"].as_str().expect("help").contains("DELETE /__sandbox/sessions/first"),
            "{error}"
        );
    }
    // All or none: nothing of a refused session is left.
    assert_eq!(api(&sandbox, "GET", "sessions/second", "").status, 404);
    assert_eq!(whose(&order(&sandbox, mail("free@x.example"))), "default");

    assert_eq!(api(&sandbox, "POST", "sessions/first/reset", "").status, 204);
    assert_eq!(whose(&order(&sandbox, mail("b+a@x.example"))), "first", "a reset keeps them");
    let fork = api(&sandbox, "POST", "sessions/first/fork", r#"{ "name": "copy" }"#);
    assert_eq!((fork.status, &fork.json()["claims"]), (201, &json!({})), "a fork has none");

    assert_eq!(api(&sandbox, "DELETE", "sessions/first", "").status, 204);
    assert_eq!(whose(&order(&sandbox, mail("b+a@x.example"))), "default");
    assert_eq!(make(&sandbox, "second", both()).status, 201, "they are free again");
    assert_eq!(whose(&order(&sandbox, mail("b+a@x.example"))), "second");

    // A session that could not have its port has no claims either.
    let busy =
        json!({ "name": "busy", "claims": { "email": ["c@x.example"] }, "listen": sandbox.addresses()[0] });
    assert_eq!(api(&sandbox, "POST", "sessions", &busy.to_string()).status, 409);
    assert_eq!(make(&sandbox, "third", json!({ "email": ["c@x.example"] })).status, 201);
}

#[test]
fn what_cannot_be_claimed_is_refused_with_its_place_and_a_remedy() {
    let sandbox = under("default");
    for (claims, pointer, words) in [
        (json!({ "partnercode": ["1"] }), "/claims/partnercode", "did you mean \"partnerCode\"?"),
        (json!({ "colour": ["1"] }), "/claims/colour", "there are email, partnerCode"),
        (json!({ "email": [] }), "/claims/email", "name a value"),
        (json!({ "email": ["a@x.example", "mei"] }), "/claims/email/1", "*+w3@you.example"),
        (json!({ "partnerCode": [""] }), "/claims/partnerCode/0", "1 to 254 bytes"),
        (json!({ "partnerCode": [" 1"] }), "/claims/partnerCode/0", "without spaces"),
        (json!({ "partnerCode": ["9000*"] }), "/claims/partnerCode/0", "name each one"),
        (
            json!({ "email": vec!["*"; 2], "partnerCode": (0..100).map(|n| n.to_string()).collect::<Vec<_>>() }),
            "/claims/partnerCode/99",
            "a pattern stands for many",
        ),
        (json!({ "partnerCode": [900_017] }), "/claims/partnerCode/0", ""),
        (json!({ "partnerCode": "900017" }), "/claims/partnerCode", ""),
    ] {
        let refused = make(&sandbox, "x", claims);
        let error = &refused.json()["error"];
        assert_eq!((refused.status, &error["pointer"]), (400, &json!(pointer)), "{error}");
        assert!(error["help"].as_str().unwrap_or_default().contains(words), "{error}");
    }
    assert_eq!(api(&sandbox, "GET", "sessions/x", "").status, 404);
}

#[test]
fn calls_that_name_an_order_alone_follow_the_session_that_sold_it() {
    let sandbox = under("default");
    make(&sandbox, "w1", json!({ "email": ["*+w1@you.example"] }));
    make(&sandbox, "w2", json!({ "email": ["*+w2@you.example"] }));
    let buy = |worker: &str| {
        let sold = order(&sandbox, mail(&format!("mei+{worker}@you.example"))).json();
        (sold["data"]["id"].clone(), sold["data"]["orderNo"].clone())
    };
    let pay = |id: &Value| {
        json!({ "type": "payment_intent.succeeded", "orderId": id.to_string(), "payAmount": "1",
            "payCurrency": "USD", "dateTime": "1684391135", "partnerCode": "1000000005" })
    };
    for worker in ["w1", "w2"] {
        let (id, number) = buy(worker);
        assert_eq!(whose(&post(&sandbox, POLL, &json!({ "orderId": number }))), worker);
        let paid = post(&sandbox, WEBHOOK, &pay(&id));
        assert_eq!((whose(&paid).as_str(), &paid.json()["code"]), (worker, &json!(0)));
        let polled = post(&sandbox, POLL, &json!({ "orderId": id }));
        assert_eq!((whose(&polled).as_str(), &polled.json()["data"]["orderPayStatus"]), (worker, &json!(1)));
        let detail = post(&sandbox, "/v1.1/order/myEsimDetail", &json!({ "orderId": id }));
        assert_eq!(whose(&detail), worker);
        let sold = api(&sandbox, "GET", &format!("sessions/{worker}/orders/{id}"), "").json();
        let top_ups = post(&sandbox, "/package/selectTopUpList", &json!({ "iccid": sold["iccid"] }));
        assert_eq!(whose(&top_ups), worker);
        assert_eq!(notes(&sandbox, worker), [""; 0]);
    }
    assert_eq!(whose(&post(&sandbox, POLL, &json!({ "orderId": 1 }))), "default", "nobody sold it");
}

#[test]
fn an_order_number_that_two_sessions_gave_out_chooses_neither_and_the_journal_says_why() {
    let sandbox = builder().scenario("documented-example").start_blocking().expect("the sandbox starts");
    make(&sandbox, "w1", json!({ "email": ["*+w1@you.example"] }));
    let sold = |address: &str| order(&sandbox, mail(address)).json()["data"]["id"].clone();
    // The scenario pins its numbers: every session gives out the same ones.
    let id = sold("mei+w1@you.example");
    assert_eq!(whose(&post(&sandbox, POLL, &json!({ "orderId": id }))), "w1");
    assert_eq!(sold("mei@you.example"), id);
    assert_eq!(whose(&post(&sandbox, POLL, &json!({ "orderId": id }))), "default");
    let noted = notes(&sandbox, "default");
    assert!(noted.iter().any(|note| note.contains("was sold in more than one session")), "{noted:?}");
}

#[test]
fn sessions_of_rust_tests_claim_as_well_and_strict_sessions_let_a_claimed_call_in() {
    let sandbox = builder().strict_sessions().start_blocking().expect("the sandbox starts");
    let options =
        || SessionOptions::named("own").claim("email", "*+own@you.example").claim("partnerCode", "P001101");
    let session = sandbox.session_with(options()).expect("a session");
    assert_eq!(whose(&order(&sandbox, mail("mei+own@you.example"))), "own");
    assert_eq!(session.orders().len(), 1);
    assert_eq!(order(&sandbox, mail("mei@you.example")).status, 404, "the default session is closed");
    assert!(sandbox.session_with(options()).is_ok(), "it is there already");
    let taken = sandbox.session_with(SessionOptions::named("two").claim("partnerCode", "P001101"));
    assert!(
        taken
            .expect_err("claimed")
            .to_string()
            .contains("the session \"own\" claims partnerCode \"P001101\"")
    );
    let bad = sandbox.session_with(SessionOptions::named("two").claim("mail", "x@x.example"));
    assert!(bad.expect_err("no such key").to_string().contains("did you mean \"email\"?"));
}
