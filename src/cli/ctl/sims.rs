//! `ctl` for the signed calls' side: SIMs, texts from them, events, where callbacks go, and what became of them.

use anyhow::{Context, anyhow};
use clap::Subcommand;
use serde_json::{Map, Value, json};

use super::server::Server;
use super::show::{say, table};
use super::{list, text};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show where callbacks go, or set it: `callbacks '*=http://127.0.0.1:9100/hook'`
    Callbacks {
        /// Kind, or `*` for all others, and URL; what is not named goes nowhere from now on
        #[arg(value_name = "KIND=URL")]
        targets: Vec<String>,
        /// They go nowhere from now on
        #[arg(long, conflicts_with = "targets")]
        none: bool,
    },
    /// Show callbacks and what became of them; one with its tries: `deliveries 3`
    Deliveries {
        /// Number of one
        id: Option<u64>,
        /// Send it again, with an id of its own
        #[arg(long, requires = "id")]
        again: bool,
        /// Send it again with the id that it has
        #[arg(long, requires = "id")]
        duplicate: bool,
        /// Send it again, spoilt: `signature`, `body`, `oldTimestamp`
        #[arg(long, requires = "id", value_name = "HOW")]
        corrupt: Option<String>,
        /// Only those of this SIM
        #[arg(long, value_name = "ICCID", conflicts_with = "id")]
        sim: Option<String>,
        /// Only those of this kind
        #[arg(long, conflicts_with = "id")]
        kind: Option<String>,
        /// Only those that are `waiting`, `due`, `underWay`, `delivered`, `failed`, `lost`, `dropped`
        #[arg(long, conflicts_with = "id")]
        state: Option<String>,
    },
    /// Show SIMs, or one with its orders
    Sims {
        /// ICCID of one
        iccid: Option<String>,
        /// Only those of this partner
        #[arg(long, value_name = "CODE", conflicts_with = "iccid")]
        partner: Option<String>,
        /// At most so many
        #[arg(long, default_value_t = 30, conflicts_with = "iccid")]
        limit: usize,
    },
    /// Tell the partner's server of an event now, whether it happened or not: `event order-status --sim ICCID --event 1003`
    Event {
        /// What is told: `order-status`, `usage-warning`, `downlink-sms`, `uplink-sms`
        kind: String,
        /// Of which SIM
        #[arg(long, value_name = "ICCID")]
        sim: Option<String>,
        /// Of which order; without it, the SIM's newest
        #[arg(long, value_name = "ID")]
        order: Option<String>,
        /// Of order-status: the event code
        #[arg(long, value_name = "CODE")]
        event: Option<u16>,
        /// Of usage-warning: how many percent of the quota; without it, 80
        #[arg(long)]
        percent: Option<u8>,
        /// Of uplink-sms: what it says
        #[arg(long)]
        text: Option<String>,
        /// Of uplink-sms: the same as hexadecimal digits
        #[arg(long, value_name = "HEX")]
        binary: Option<String>,
        /// Of downlink-sms: `delivered`, `failed`
        #[arg(long)]
        outcome: Option<String>,
    },
    /// Let a text come from a SIM, by the rules: `text 89860220190123456789 hello`
    Text {
        /// ICCID of the SIM
        iccid: String,
        /// What it says
        text: String,
        /// What it says is hexadecimal digits
        #[arg(long)]
        binary: bool,
    },
}

/// What the control API answered, and how a person reads it.
pub(super) type Answered = (Value, fn(&Value) -> anyhow::Result<()>);

impl Command {
    /// Asks the server for it.
    pub(super) fn ask(self, server: &Server) -> anyhow::Result<Answered> {
        Ok(match self {
            Self::Callbacks { targets, none } => {
                let answer = if targets.is_empty() && !none {
                    server.get("callbacks")?
                } else {
                    server.put("callbacks", &wanted(&targets)?.to_string())?
                };
                (answer, show_callbacks)
            }
            Self::Deliveries { id: Some(id), again, duplicate, corrupt, .. } => {
                if !again && !duplicate && corrupt.is_none() {
                    return Ok((one(server, id)?, show_delivery));
                }
                let body = given([("duplicate", duplicate.then(|| true.into())), ("corrupt", of(corrupt))]);
                (server.post(&format!("deliveries/{id}/again"), &body)?, |answer| {
                    say(&format!("sent as delivery {}", answer["id"]))
                })
            }
            Self::Deliveries { sim, kind, state, .. } => {
                let query = query(&[("sim", sim), ("kind", kind), ("state", state)]);
                (server.get(&format!("deliveries{query}"))?, show_deliveries)
            }
            Self::Sims { iccid: Some(iccid), .. } => {
                (server.get(&format!("sims/{}", segment(&iccid)))?, show_sim)
            }
            Self::Sims { partner, limit, .. } => {
                let query = query(&[("partner", partner), ("limit", Some(limit.to_string()))]);
                (server.get(&format!("sims{query}"))?, show_sims)
            }
            Self::Event { kind, sim, order, event, percent, text, binary, outcome } => {
                let body = given([
                    ("kind", Some(kind.into())),
                    ("sim", of(sim)),
                    ("order", of(order)),
                    ("event", event.map(Value::from)),
                    ("percent", percent.map(Value::from)),
                    ("text", of(text)),
                    ("binary", of(binary)),
                    ("outcome", of(outcome)),
                ]);
                (server.post("events", &body)?, show_event)
            }
            Self::Text { iccid, text, binary } => {
                let body = json!({ (if binary { "binary" } else { "text" }): text });
                (server.post(&format!("sims/{}/texts", segment(&iccid)), &body)?, |answer| {
                    say(&format!(
                        "a text came from {}; `ctl deliveries` has its callback",
                        super::text(&answer["iccid"])
                    ))
                })
            }
        })
    }
}

/// What `PUT callbacks` takes.
fn wanted(targets: &[String]) -> anyhow::Result<Value> {
    let pairs = targets.iter().map(|target| {
        let (kind, url) = target.split_once('=').ok_or_else(|| {
            anyhow!("{target:?} is no KIND=URL\n  help: '*=http://127.0.0.1:9100/hook' is for every kind")
        })?;
        Ok((kind.to_owned(), url.into()))
    });
    Ok(Value::Object(pairs.collect::<anyhow::Result<Map<_, _>>>()?))
}

/// Members that were given.
fn given<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect::<Map<_, _>>()
        .into()
}

fn of(text: Option<String>) -> Option<Value> {
    text.map(Value::from)
}

fn query(parameters: &[(&str, Option<String>)]) -> String {
    let given =
        parameters.iter().filter_map(|(name, value)| Some(format!("{name}={}", segment(value.as_ref()?))));
    let given: Vec<String> = given.collect();
    if given.is_empty() { String::new() } else { format!("?{}", given.join("&")) }
}

/// A text as it may stand in a URL.
fn segment(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// The delivery of this number.
fn one(server: &Server, id: u64) -> anyhow::Result<Value> {
    let answer = server.get(&format!("deliveries?after={}&limit=1", id.saturating_sub(1)))?;
    let found = list(&answer, "deliveries").into_iter().find(|delivery| delivery["id"] == id);
    found.with_context(|| format!("no delivery has the number {id}\n  help: `ctl deliveries` lists them"))
}

fn show_callbacks(answer: &Value) -> anyhow::Result<()> {
    let mut kinds = list(answer, "kinds");
    for kind in &mut kinds {
        if kind["target"].is_null() {
            kind["target"] = "nowhere".into();
        }
    }
    table(&kinds, &["kind", "target", "evidence"])
}

fn show_deliveries(answer: &Value) -> anyhow::Result<()> {
    let mut deliveries = list(answer, "deliveries");
    for delivery in &mut deliveries {
        delivery["about"] = about(delivery).into();
        delivery["answered"] = list(delivery, "attempts").last().map(outcome).into();
    }
    table(&deliveries, &["id", "madeAt", "kind", "about", "sim", "state", "tries", "answered"])?;
    for (name, what) in
        [("dropped", "dropped, for too many waited"), ("forgotten", "over, and no longer shown")]
    {
        if answer[name] != 0 {
            say(&format!("{} {what}", answer[name]))?;
        }
    }
    Ok(())
}

/// What a callback says, in a word.
fn about(delivery: &Value) -> String {
    let body: Value = delivery["request"]["body"]
        .as_str()
        .and_then(|body| serde_json::from_str(body).ok())
        .unwrap_or_default();
    let percent = body["percent"].as_str().map(|percent| format!("{percent} %"));
    let said = ["event", "status", "text_message"].iter().find_map(|key| body[*key].as_str());
    let said: String = percent.as_deref().or(said).unwrap_or("-").chars().take(24).collect();
    said.replace(char::is_control, " ")
}

/// What came of a try.
fn outcome(attempt: &Value) -> String {
    attempt["error"].as_str().map_or_else(|| attempt["status"].to_string(), str::to_owned)
}

fn show_delivery(delivery: &Value) -> anyhow::Result<()> {
    let word = |name: &str| text(&delivery[name]);
    say(&format!("delivery {} of event {}: {}, {}", word("id"), word("event"), word("kind"), word("state")))?;
    say(&format!("  to {}, made at {}", word("target"), word("madeAt")))?;
    for (name, what) in [
        ("dueAt", "tried next at"),
        ("failedAt", "given up at"),
        ("rule", "by the rule"),
        ("again", "repeats delivery"),
    ] {
        if !delivery[name].is_null() {
            say(&format!("  {what} {}", word(name)))?;
        }
    }
    for fault in list(delivery, "faults") {
        say(&format!("  fault: {}", text(&fault)))?;
    }
    for (name, value) in delivery["request"]["headers"].as_object().into_iter().flatten() {
        say(&format!("  > {name}: {}", text(value)))?;
    }
    say(&format!("  > {}", text(&delivery["request"]["body"])))?;
    let attempts = list(delivery, "attempts");
    let first = delivery["tries"].as_u64().unwrap_or_default().saturating_sub(attempts.len() as u64);
    for (attempt, nth) in attempts.iter().zip(first + 1..) {
        let said = attempt["answer"].as_str().unwrap_or_default();
        say(format!("  try {nth} at {}: {} {said}", text(&attempt["at"]), outcome(attempt)).trim_end())?;
    }
    Ok(())
}

fn show_sims(answer: &Value) -> anyhow::Result<()> {
    let sims = list(answer, "sims");
    table(&sims, &["iccid", "partnerCode", "life", "used", "balance", "orderInEffect"])?;
    let total = answer["total"].as_u64().unwrap_or_default();
    if total > sims.len() as u64 {
        say(&format!("{} of {total}; --limit and --partner choose others", sims.len()))?;
    }
    Ok(())
}

fn show_sim(sim: &Value) -> anyhow::Result<()> {
    let word = |name: &str| text(&sim[name]);
    let can =
        [("ota", "OTA"), ("sms", "texts")].map(|(name, what)| if sim[name] == true { what } else { "" });
    let can: Vec<&str> = can.into_iter().filter(|what| !what.is_empty()).collect();
    let can = if can.is_empty() { "neither OTA nor texts".to_owned() } else { can.join(" and ") };
    say(&format!(
        "{}  IMSI {}  of {}: {}, {can}",
        word("iccid"),
        word("imsi"),
        word("partnerCode"),
        word("life")
    ))?;
    say(&format!("{} bytes used, {} left", word("used"), word("balance")))?;
    table(&list(sim, "orders"), &["id", "plan", "kind", "status", "periods", "enabledAt", "endsAt"])
}

fn show_event(answer: &Value) -> anyhow::Result<()> {
    let told = if answer["sent"] == true {
        "on its way; `ctl deliveries` has what becomes of it"
    } else {
        "nobody is told: `ctl callbacks '*=http://127.0.0.1:9100/hook'` says where it goes"
    };
    say(&format!("event {}: {told}", answer["event"]))
}
