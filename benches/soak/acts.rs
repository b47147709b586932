//! What clients do, and how often; here what every client of the vendor does: purchases and polls, and looks at what came of it.

use serde_json::{Value, json};

use crate::client::{Client, data_of};
use crate::{MAX_ORDERS, Outcome, bad_input, faults, pre_order, signed, steering};

/// One thing that a client may do in one of its sessions.
pub(crate) struct Act {
    pub(crate) name: &'static str,
    pub(crate) weight: usize,
    pub(crate) run: fn(&mut Client<'_>, usize) -> Outcome<()>,
}

/// All of them.
pub(crate) const ACTS: &[Act] = &[
    Act { name: "purchases", weight: 200, run: purchase },
    Act { name: "polls", weight: 300, run: poll },
    Act { name: "calls in the default session", weight: 50, run: elder },
    Act { name: "looks", weight: 50, run: look },
    Act { name: "signed orders", weight: 120, run: signed::order },
    Act { name: "events", weight: 20, run: signed::event },
    Act { name: "bad input", weight: 80, run: bad_input::send },
    Act { name: "faults", weight: 40, run: faults::provoke },
    Act { name: "sessions dropped", weight: 12, run: steering::come_and_go },
    Act { name: "sessions left to expire", weight: 4, run: steering::expire },
    Act { name: "forks", weight: 4, run: steering::fork },
    Act { name: "restores", weight: 4, run: steering::restore },
    Act { name: "resets", weight: 6, run: |client, session| client.reset(session) },
    Act { name: "clock moves", weight: 12, run: steering::move_clock },
    Act { name: "scenario swaps", weight: 5, run: steering::swap },
    Act { name: "failure stories", weight: 3, run: steering::story },
];

/// From the login to the eSIM's detail, with the polls between.
fn purchase(client: &mut Client<'_>, session: usize) -> Outcome<()> {
    let account = json!({ "appId": 12, "email": "mei.tan@traveller.example", "partnerCode": "1000000005",
        "passwd": "5f4dcc3b5aa765d61d8327deb882cf99", "userType": 4 });
    let token = post(client, session, "", "/user/emailLogin", &account)?["token"].take();
    let token = token.as_str().ok_or("a login without a token")?.to_owned();
    post(client, session, &token, "/package/countryPackageList", &countries())?;
    let where_to = json!({ "countryCode": 502, "type": 1, "partnerCode": "1000000005" });
    post(client, session, &token, "/v1.1/package/packageList", &where_to)?;
    let path = client.path(session, "/v1.1/package/detail?id=1000000");
    let package = data_of(&client.call("GET", &path, &header(&token), "")?, &path)?;
    let wish = json!({ "currency": "USD", "currencyId": 2, "deviceType": "10", "id": package["id"],
        "packageCode": package["packageCode"], "partnerCode": "1000000005", "periodNum": package["period"],
        "receive_qr_email": "buyer@traveller.example" });
    if client.sessions[session].orders >= MAX_ORDERS {
        return client.reset(session);
    }
    let order = post(client, session, &token, pre_order::PATH, &wish)?;
    client.sessions[session].orders += 1;
    let which = json!({ "orderId": order["id"] });
    let unpaid = post(client, session, &token, "/package/queryOrdStatusAndEmail", &which)?;
    let paid = json!({ "dateTime": "1670228581", "orderId": order["id"].to_string(), "partnerCode": "1000000005",
        "payAmount": order["amount"].to_string(), "payCurrency": "USD", "type": "payment_intent.succeeded" });
    post(client, session, &token, "/v1.1/payment/webhook", &paid)?;
    let status = post(client, session, &token, "/package/queryOrdStatusAndEmail", &which)?;
    let detail = post(client, session, &token, "/v1.1/order/myEsimDetail", &which)?;
    if unpaid["orderPayStatus"] != 0 || status["orderPayStatus"] != 1 || detail["qrCode"] != status["qrCode"]
    {
        return Err(format!("an order goes from {unpaid} to {status}, and is {detail}").into());
    }
    client.sessions[session].paid = Some((token, order["id"].as_u64().ok_or("an order without an id")?));
    Ok(())
}

/// What an app asks again and again.
fn poll(client: &mut Client<'_>, session: usize) -> Outcome<()> {
    if !client.sessions[session].was_moved
        && let Some((token, order)) = client.sessions[session].paid.clone()
    {
        let status =
            post(client, session, &token, "/package/queryOrdStatusAndEmail", &json!({ "orderId": order }))?;
        return if status["orderPayStatus"] == 1 {
            Ok(())
        } else {
            Err(format!("paid, but {status}").into())
        };
    }
    post(client, session, "", "/package/countryPackageList", &countries()).map(drop)
}

/// A call in the session that all clients share and nobody resets: it is full before long, and says so from then on.
fn elder(client: &mut Client<'_>, _: usize) -> Outcome<()> {
    let answer = client.call("POST", pre_order::PATH, pre_order::HEADERS, pre_order::BODY)?;
    let code: Value = serde_json::from_slice(&answer.body)?;
    if answer.status == 200 && code["code"].is_i64() { Ok(()) } else { Err(format!("{answer:?}").into()) }
}

/// A tester's look at a session.
fn look(client: &mut Client<'_>, session: usize) -> Outcome<()> {
    const LOOKS: [&str; 8] = [
        "journal?last=50",
        "journal?on=pre-order&last=5",
        "journal/last/why",
        "orders?limit=20",
        "outbox",
        "deliveries?limit=20",
        "sims",
        "rules",
    ];
    match client.dice.below(LOOKS.len() + 4) {
        n if n < LOOKS.len() => {
            // There is no last turn of a session that was just reset.
            if LOOKS[n].contains("last/why") {
                post(client, session, "", "/package/countryPackageList", &countries())?;
            }
            let path = client.action(session, LOOKS[n]);
            client.control("GET", &path, "").map(drop)
        }
        8 => {
            // What was restored, or has outgrown its journal, cannot be written as a file, and says so.
            let path = format!("/__sandbox/{}", client.action(session, "scenario?as=recorded"));
            let answer = client.call("GET", &path, "", "")?;
            if [200, 409].contains(&answer.status) { Ok(()) } else { Err(format!("{answer:?}").into()) }
        }
        9 => client.control("GET", "coverage", "").map(drop),
        10 => client.control("GET", "sessions", "").map(drop),
        _ => client.control("GET", "health/ready", "").map(drop),
    }
}

fn countries() -> Value {
    json!({ "partnerCode": "1000000005", "type": 1 })
}

fn header(token: &str) -> String {
    format!("x-access-token: {token}\r\n")
}

/// One call with this token; the data of its success.
fn post(client: &mut Client<'_>, session: usize, token: &str, path: &str, body: &Value) -> Outcome<Value> {
    let path = client.path(session, path);
    data_of(&client.call("POST", &path, &header(token), &body.to_string())?, &path)
}
