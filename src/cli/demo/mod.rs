//! `demo`: a whole purchase over HTTP on a free port, as an app makes it, and then a few failures on command.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use bytes::Bytes;
use http::{Request, Uri};
use linksfield_sandbox::{EndpointLine, Listing, QrCode, Sandbox, SessionHandle};
use serde_json::{Value, json};

use super::client;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Same seed, same numbers [default: random]
    #[arg(long)]
    seed: Option<u64>,

    /// Make the calls of this scenario instead, and check what it expects; ends with 5 if it is not met
    #[arg(long, value_name = "NAME|FILE")]
    scenario: Option<String>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let builder = Sandbox::builder();
    let builder = args.seed.map_or_else(|| builder.clone(), |seed| builder.clone().seed(seed));
    if let Some(scenario) = &args.scenario {
        return rehearse(&builder.scenario(scenario).start_blocking()?);
    }
    let sandbox = builder.start_blocking()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let app = App {
        listing: Listing::read(None)?,
        session: sandbox.default_session().clone(),
        token: String::new(),
    };
    runtime.block_on(show(app, &sandbox))
}

/// Makes a scenario's own calls, prints each exchange, and holds what came of them against what it expects.
fn rehearse(sandbox: &Sandbox) -> anyhow::Result<ExitCode> {
    let session = sandbox.default_session();
    let unmet = session.rehearse();
    for entry in session.journal() {
        let (asked, answered) = (&entry["request"], &entry["response"]);
        say(&format!("   > {} {}", text(&asked["method"]), text(&asked["target"])))?;
        if !asked["body"].is_null() {
            say(&format!("   > {}", clipped(&text(&asked["body"]))))?;
        }
        let rule = entry["rule"].as_str().map(|rule| format!("  (by the rule {rule})")).unwrap_or_default();
        say(&format!("   < {} {}{rule}", answered["status"], clipped(&text(&answered["body"]))))?;
    }
    // What the rows of `expect` come to is told by the diff.
    let of_calls: Vec<_> = unmet.iter().filter(|(pointer, _)| pointer.starts_with("/calls/")).collect();
    for (pointer, message) in &of_calls {
        say(&format!("{pointer}: {message}"))?;
    }
    if let Err(unmet) = session.verify() {
        say(&unmet.to_string())?;
    } else if of_calls.is_empty() {
        say(&format!("{} keeps what it expects", sandbox.scenario()))?;
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::from(5))
}

/// An app that knows the vendor's docs and a base URL.
struct App {
    listing: Listing,
    session: SessionHandle,
    token: String,
}

async fn show(mut app: App, sandbox: &Sandbox) -> anyhow::Result<ExitCode> {
    let user = app.session.demo_user().context("the default world has a demo user")?;
    say(&format!(
        "A sandbox answers at {}. An app buys an eSIM, as the vendor's flow page says:",
        sandbox.url()
    ))?;

    say("\n1. It logs in; every login makes a new token:")?;
    let account = json!({ "appId": 12, "email": user.email, "partnerCode": user.partner_code, "passwd": user.passwd, "userType": 4 });
    let welcome = app.call("login", &account).await?;
    app.token = text(&welcome["data"]["token"]);

    say("\n2. It looks for packages in Malaysia, and at one of them:")?;
    app.call("packages", &json!({ "countryCode": 502, "type": 1, "partnerCode": user.partner_code })).await?;
    let detail = app.call("detail", &json!({ "id": 1_000_000 })).await?;

    say("\n3. It pre-orders: a profile is reserved, an hour long:")?;
    let package = &detail["data"];
    let wish = json!({
        "currency": "USD", "currencyId": 2, "deviceType": "10", "id": package["id"],
        "packageCode": package["packageCode"], "packageNum": 1, "partnerCode": user.partner_code,
        "periodNum": package["period"], "receive_qr_email": "buyer@traveller.example",
    });
    let order = app.call("pre-order", &wish).await?["data"].clone();

    say("\n4. It polls, and nobody has paid yet:")?;
    let which = json!({ "orderId": order["id"] });
    app.call("poll", &which).await?;

    say("\n5. The customer pays; the partner's server tells the vendor:")?;
    let paid = json!({
        "dateTime": "1670228581", "orderId": text(&order["id"]), "partnerCode": user.partner_code,
        "payAmount": text(&order["amount"]), "payCurrency": order["currency"], "type": "payment_intent.succeeded",
    });
    app.call("webhook", &paid).await?;

    say("\n6. It polls again, and shows the QR code; a mail with it is in the outbox:")?;
    let status = app.call("poll", &which).await?;
    app.call("esim", &which).await?;
    let mail = app.session.outbox();
    let mail = mail.last().context("a mail")?;
    say(&format!("   mail {} to {}: {}", mail["id"], text(&mail["to"]), text(&mail["state"])))?;
    draw(&text(&status["data"]["qrCode"]))?;

    say("\nAnd now it goes wrong, on command.")?;
    say("\n7. An hour passes in no time: the next order's notification comes too late:")?;
    let late = app.call("pre-order", &wish).await?["data"]["id"].clone();
    let fired = app.session.clock().advance(Duration::from_hours(1))?;
    say(&format!("   the clock is moved by an hour; what fired: {}", Value::from(fired)))?;
    let mut notification = paid.clone();
    notification["orderId"] = text(&late).into();
    app.call("webhook", &notification).await?;

    say("\n8. An address in the app's own form decides what happens (`list magic`):")?;
    let mut magic = wish.clone();
    magic["receive_qr_email"] = "preorder-3005@traveller.example".into();
    app.call("pre-order", &magic).await?;

    say("\n9. A bad request names every bad field, what was sent and what would do:")?;
    let mut bad = wish.clone();
    (bad["periodNum"], bad["currency"], bad["receive_qr_email"]) = (99.into(), "XYZ".into(), "nobody".into());
    app.call("pre-order", &bad).await?;

    say(
        "\nServe it yourself:  linksfield-sandbox --auto-pay 3s      All failures:  linksfield-sandbox list scenarios",
    )?;
    Ok(ExitCode::SUCCESS)
}

impl App {
    /// Calls the newest version of an operation and prints both sides.
    async fn call(&self, operation: &str, fields: &Value) -> anyhow::Result<Value> {
        let mut all = self.listing.endpoints.iter();
        let EndpointLine { method, path, .. } = all
            .rfind(|line| line.operation == operation)
            .with_context(|| format!("{operation} is not served"))?;
        let base = self.session.url();
        // What has its fields in the query has no body.
        let (target, body) = if method == "GET" {
            let pairs = fields
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, value)| format!("{name}={}", text(value)));
            (format!("{path}?{}", pairs.collect::<Vec<_>>().join("&")), String::new())
        } else {
            (path.clone(), fields.to_string())
        };
        let url: Uri = format!("{base}{target}").parse()?;
        let request = Request::builder()
            .method(method.as_str())
            .uri(&url)
            .header("content-type", "application/json")
            .header("accept-language", "")
            .header("x-access-token", &self.token)
            .body(Bytes::from(body.clone()))?;
        let answer = client::send(&url, request).await?;
        let shown = String::from_utf8_lossy(answer.body());
        say(&format!("   > {method} {target}"))?;
        if !body.is_empty() {
            say(&format!("   > {body}"))?;
        }
        say(&format!("   < {} {}", answer.status(), clipped(&shown)))?;
        Ok(serde_json::from_str(&shown)?)
    }
}

/// The QR code as a phone's camera reads it from the screen.
fn draw(qr_text: &str) -> anyhow::Result<()> {
    let code = QrCode::of(qr_text).context("the text fits a QR code")?;
    let colours =
        std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    say(&if colours { code.coloured() } else { code.terminal() })
}

/// A long answer, such as a list, is cut.
fn clipped(text: &str) -> String {
    const LONGEST: usize = 600;
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
    }
}

/// A text as it is, anything else as JSON.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn say(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}
