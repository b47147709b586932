//! What is asked of the servers, and how ours is started for it: pre-orders, also under rules, over many sessions and with a folder
//! that keeps state, or signed orders of a plan.

use std::fs;
use std::net::SocketAddr;
use std::process::{Command, Stdio};

use linksfield_sandbox::sign_body;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::Outcome;
use crate::client::Client;
use crate::line::Line;
use crate::pre_order;
use crate::server::{Server, our_binary};

/// Rules that look at each pre-order; none fires.
const RULES: usize = 20;

/// Where a folder is made for `--data`: on the disk that holds the build, not in memory.
pub(crate) const DISK: &str = env!("CARGO_TARGET_TMPDIR");

/// A partner of the fixtures, whose secret is `replica-demo-secret`.
const PARTNER: &str = "P000270";

/// Requests that connections send in turns.
pub(crate) struct Work {
    pub(crate) name: String,
    headers: &'static str,
    /// Path and body of each.
    requests: Vec<(String, String)>,
    /// How every good answer begins.
    pub(crate) good: &'static str,
    start: Start,
}

/// What a server of ours is started with.
enum Start {
    Plain,
    /// These rules.
    Rules(String),
    /// So many sessions are made first.
    Sessions(usize),
    /// It keeps its state in a folder.
    Data,
}

/// A server of ours.
pub(crate) struct Ours {
    pub(crate) server: Server,
    /// What it reads or writes, gone with it.
    _folder: Option<TempDir>,
}

impl Work {
    /// Pre-orders, as the page prints one.
    pub(crate) fn pre_orders() -> Self {
        Self {
            name: "pre-orders".to_owned(),
            headers: pre_order::HEADERS,
            requests: vec![(pre_order::PATH.to_owned(), pre_order::BODY.to_owned())],
            good: pre_order::GOOD,
            start: Start::Plain,
        }
    }

    /// Pre-orders at which rules look that do not fire: by a field's beginning, by a header, by count.
    pub(crate) fn under_rules() -> Self {
        let rule = |n: usize| match n % 3 {
            0 => json!({ "body": { "partnerCode": { "startsWith": format!("P{n}") } } }),
            1 => json!({ "header": { format!("x-fail-{n}"): "1" } }),
            _ => json!({ "body": { "money": { "atLeast": 1_000 + n } } }),
        };
        let rules: Vec<Value> = (0..RULES)
            .map(|n| json!({ "on": "pre-order", "when": rule(n), "answer": { "code": 9999 } }))
            .collect();
        let scenario = json!({ "format": 1, "scenario": "bench", "rules": rules }).to_string();
        Self {
            name: format!("pre-orders, {RULES} rules look at each"),
            start: Start::Rules(scenario),
            ..Self::pre_orders()
        }
    }

    /// Pre-orders in so many sessions in rotation.
    pub(crate) fn in_sessions(count: usize) -> Self {
        let request = |n| (format!("/s/{}{}", Self::session(n), pre_order::PATH), pre_order::BODY.to_owned());
        Self {
            name: format!("pre-orders, {count} sessions in rotation"),
            requests: (0..count).map(request).collect(),
            start: Start::Sessions(count),
            ..Self::pre_orders()
        }
    }

    /// Pre-orders that are kept in a folder; `None` if the server has no such option.
    pub(crate) fn kept() -> Outcome<Option<Self>> {
        let mut command = Command::new(our_binary());
        command.args(["serve", "--data", DISK, "--help"]).stdout(Stdio::null()).stderr(Stdio::null());
        let is_known = command.status()?.success();
        Ok(is_known.then(|| Self {
            name: "pre-orders, with --data".to_owned(),
            start: Start::Data,
            ..Self::pre_orders()
        }))
    }

    fn session(n: usize) -> String {
        format!("bench-{n}")
    }

    /// Whether our server writes to a disk.
    pub(crate) fn is_on_disk(&self) -> bool {
        matches!(self.start, Start::Data)
    }

    /// A server of ours that is ready for it.
    pub(crate) fn serve(&self) -> Outcome<Ours> {
        match &self.start {
            Start::Plain => Ok(Ours { server: Server::ours(&[])?, _folder: None }),
            Start::Rules(scenario) => {
                let folder = tempfile::tempdir()?;
                let file = folder.path().join("rules.json");
                fs::write(&file, scenario)?;
                let server = Server::ours(&["--scenario", &file.to_string_lossy()])?;
                Ok(Ours { server, _folder: Some(folder) })
            }
            Start::Sessions(count) => {
                let server = Server::ours(&[])?;
                let mut line = Line::open(server.address)?;
                for n in 0..*count {
                    line.control("POST", "sessions", &json!({ "name": Self::session(n) }).to_string())?;
                }
                Ok(Ours { server, _folder: None })
            }
            Start::Data => {
                let folder = tempfile::tempdir_in(DISK)?;
                let server = Server::ours(&["--data", &folder.path().to_string_lossy()])?;
                Ok(Ours { server, _folder: Some(folder) })
            }
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
        work.name = format!("signed orders, {} SIMs in turns", work.requests.len());
        Ok(work)
    }

    fn signed(path: &str, bodies: Vec<String>) -> Self {
        let requests = bodies.into_iter().map(|body| (path.to_owned(), body)).collect();
        let good = r#"{"code":"0000","#;
        Self { name: String::new(), headers: "", requests, good, start: Start::Plain }
    }

    /// The bytes of each request to this server.
    pub(crate) fn requests(&self, address: SocketAddr) -> Vec<Vec<u8>> {
        let headers = self.headers;
        let request = |(path, body): &(String, String)| {
            let length = body.len();
            format!(
                "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n{headers}\
                 Content-Length: {length}\r\n\r\n{body}"
            )
        };
        self.requests.iter().map(|one| request(one).into_bytes()).collect()
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
