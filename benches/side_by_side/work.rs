//! What is asked of the servers: pre-orders, or signed orders of a plan.

use std::net::SocketAddr;

use linksfield_sandbox::sign_body;
use serde_json::{Map, Value};

use crate::Outcome;
use crate::client::Client;

const PRE_ORDER: &str = concat!(
    r#"{"currency":"USD","currencyId":2,"deviceType":"10","discountFlag":0,"id":1000000,"money":5,"#,
    r#""packageCode":"LP20220325000000","packageNum":1,"partnerCode":"1000000005","periodNum":1,"#,
    r#""receive_qr_email":"test@test.com"}"#,
);

/// A partner of the fixtures, whose secret is `replica-demo-secret`.
const PARTNER: &str = "P000270";

/// Requests that differ in nothing but their bodies; connections send them in turns.
pub(crate) struct Work {
    pub(crate) name: String,
    path: &'static str,
    headers: &'static str,
    bodies: Vec<String>,
    /// How every good answer begins.
    pub(crate) good: &'static str,
}

impl Work {
    /// Pre-orders, as the page prints one.
    pub(crate) fn pre_orders() -> Self {
        Self {
            name: "pre-orders".to_owned(),
            path: "/v1.2/package/preOrderPackage",
            headers: "Accept-Language: \r\nx-access-token: \r\n",
            bodies: vec![PRE_ORDER.to_owned()],
            good: r#"{"code":0,"#,
        }
    }

    /// Orders of a plan for at most so many SIMs of a partner in turns, signed beforehand. Which SIMs there are is asked of a
    /// server of ours.
    pub(crate) fn signed_orders(address: SocketAddr, most: usize) -> Outcome<Self> {
        let look = format!(r#"{{"access_code":"{PARTNER}","timestamp":"1643253530","version":"2.0"}}"#);
        let look = Self::signed("/device/syncAssetInfo", vec![signed(&look)?]);
        let listed: Value =
            Client::connect(address, 1, &look)?.ask(|answer| Ok(serde_json::from_slice(answer.body)?))?;
        let sims = listed["data"].as_array().ok_or("the list of SIMs is none")?.iter().take(most);
        let sims = sims.filter_map(|sim| sim["assetId"].as_str());
        let bodies: Vec<String> = sims.map(|sim| signed(&order(sim))).collect::<Outcome<_>>()?;
        if bodies.is_empty() {
            return Err("no SIM to order for".into());
        }
        let mut work = Self::signed("/package/orderPackage", bodies);
        work.name = format!("signed orders, for SIMs: {}", work.bodies.len());
        Ok(work)
    }

    fn signed(path: &'static str, bodies: Vec<String>) -> Self {
        Self { name: String::new(), path, headers: "", bodies, good: r#"{"code":"0000","# }
    }

    /// The bytes of each request to this server.
    pub(crate) fn requests(&self, address: SocketAddr) -> Vec<Vec<u8>> {
        let Self { path, headers, .. } = self;
        let request = |body: &String| {
            let length = body.len();
            format!(
                "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n{headers}\
                 Content-Length: {length}\r\n\r\n{body}"
            )
        };
        self.bodies.iter().map(|body| request(body).into_bytes()).collect()
    }
}

fn order(sim: &str) -> String {
    let field = |(key, value): (&str, &str)| format!(r#""{key}":"{value}""#);
    let fields = [
        ("access_code", PARTNER),
        ("device_id", sim),
        ("global_order", "0"),
        ("is_open", "0"),
        ("order_period", "1"),
        ("package_code", "DP20190726001274"),
        ("package_name", "C_M_0_P_中国20M不限速月套餐"),
        ("package_type", "2"),
        ("pay_amount", "0"),
        ("pay_rst", "2"),
        ("pay_type", "1"),
        ("test_flow", "0"),
        ("test_flow_flag", "0"),
        ("timestamp", "1643253530"),
        ("version", "2.0"),
    ];
    format!("{{{}}}", fields.map(field).join(","))
}

fn signed(body: &str) -> Outcome<String> {
    let sign = sign_body(body, None, None, None).map_err(|error| error.to_string())?.sign;
    let mut fields: Map<String, Value> = serde_json::from_str(body)?;
    fields.insert("sign".to_owned(), sign.into());
    Ok(Value::Object(fields).to_string())
}
