//! Signed calls about SIMs, and what is told of them.

use linksfield_sandbox::sign_body;
use serde_json::{Map, Value, json};

use crate::Outcome;
use crate::client::{Client, data_of};

/// A partner of the fixtures, whose secret is `replica-demo-secret`.
const PARTNER: &str = "P000270";

/// A plan for one of the partner's SIMs.
pub(crate) fn order(client: &mut Client<'_>, session: usize) -> Outcome<()> {
    let sim = sim(client, session)?;
    if !client.signed.contains_key(&sim) {
        let wish = json!({ "access_code": PARTNER, "device_id": sim, "global_order": "0", "is_open": "0",
            "order_period": "1", "package_code": "DP20190726001274", "package_name": "x", "package_type": "2",
            "pay_amount": "0", "pay_rst": "1", "pay_type": "2", "test_flow": "0", "test_flow_flag": "0",
            "timestamp": "1643253530", "version": "2.0" });
        client.signed.insert(sim.clone(), signed(&wish)?);
    }
    let (path, body) = (client.path(session, "/package/orderPackage"), client.signed[&sim].clone());
    let answer = client.call("POST", &path, "", &body)?;
    match data_of(&answer, &path) {
        Ok(_) => Ok(()),
        // The SIM may be at its end by then.
        Err(_) if client.sessions[session].was_moved && answer.status == 200 => Ok(()),
        Err(error) => Err(error),
    }
}

/// A text arrives from a SIM, or is said to: its partner's server is told.
pub(crate) fn event(client: &mut Client<'_>, session: usize) -> Outcome<()> {
    let sim = sim(client, session)?;
    let told = json!({ "kind": "uplink-sms", "sim": sim, "text": "hi" }).to_string();
    let path = client.action(session, "events");
    client.control("POST", &path, &told).map(drop)
}

/// One of the partner's SIMs in a session.
fn sim(client: &mut Client<'_>, session: usize) -> Outcome<String> {
    if client.sessions[session].sims.is_empty() {
        let look = json!({ "access_code": PARTNER, "timestamp": "1643253530", "version": "2.0" });
        let path = client.path(session, "/device/syncAssetInfo");
        let listed = data_of(&client.call("POST", &path, "", &signed(&look)?)?, &path)?;
        let sims = listed.as_array().ok_or("the list of SIMs is none")?;
        let sims = sims.iter().filter_map(|sim| Some(sim["assetId"].as_str()?.to_owned()));
        client.sessions[session].sims = sims.collect();
    }
    if client.sessions[session].sims.is_empty() {
        return Err("no SIM to order for".into());
    }
    Ok(client.dice.one_of(&client.sessions[session].sims).clone())
}

fn signed(body: &Value) -> Outcome<String> {
    let text = body.to_string();
    let sign = sign_body(&text, None, None, None).map_err(|error| error.to_string())?.sign;
    let mut fields: Map<String, Value> = serde_json::from_str(&text)?;
    fields.insert("sign".to_owned(), sign.into());
    Ok(Value::Object(fields).to_string())
}
