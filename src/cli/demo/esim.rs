//! An app buys an eSIM, as the vendor's flow page says, and then it goes wrong on command.

use std::io::IsTerminal;
use std::time::Duration;

use anyhow::Context;
use bytes::Bytes;
use http::{Request, Uri};
use linksfield_sandbox::{EndpointLine, Listing, QrCode, Sandbox, SessionHandle};
use serde_json::{Value, json};

use super::super::client;
use super::{clipped, newest, say, text};

/// An app that knows the vendor's docs and a base URL.
struct App {
    listing: Listing,
    session: SessionHandle,
    token: String,
}

pub(super) async fn show(sandbox: &Sandbox) -> anyhow::Result<()> {
    let mut app = App {
        listing: Listing::read(None)?,
        session: sandbox.default_session().clone(),
        token: String::new(),
    };
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
    )
}

impl App {
    /// Calls the newest version of an operation and prints both sides.
    async fn call(&self, operation: &str, fields: &Value) -> anyhow::Result<Value> {
        let EndpointLine { method, path, .. } = newest(&self.listing, operation)?;
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
