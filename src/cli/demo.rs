//! `demo`: what the sandbox does, shown with real exchanges over HTTP on a free port.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use bytes::Bytes;
use http::{Request, Uri};
use linksfield_sandbox::{EndpointLine, Listing, Sandbox};
use serde_json::{Value, json};

use super::client;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Same seed, same numbers [default: random]
    #[arg(long)]
    seed: Option<u64>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let listing = Listing::read(None)?;
    let endpoint = listing.endpoints.last().context("nothing is served")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(show(endpoint, args.seed))
}

async fn show(endpoint: &EndpointLine, seed: Option<u64>) -> anyhow::Result<ExitCode> {
    let start = |scenario: &str| {
        let builder = Sandbox::builder().scenario(scenario);
        seed.map_or_else(|| builder.clone(), |seed| builder.clone().seed(seed)).start_blocking()
    };
    let documented: Value = serde_json::from_str(&endpoint.example)?;
    let with = |changes: Value| {
        let mut body = documented.clone();
        if let (Some(body), Value::Object(changes)) = (body.as_object_mut(), changes) {
            body.extend(changes);
        }
        body.to_string()
    };
    let say = |text: &str| writeln!(std::io::stdout(), "{text}");

    let sandbox = start("flaky")?;
    let at = |sandbox: &Sandbox| format!("{}{}", sandbox.url(), endpoint.path);
    let url = at(&sandbox);
    say(&format!(
        "A sandbox answers at {}; its scenario is `flaky`: every third call fails.\n",
        sandbox.url()
    ))?;
    say("1. The pre-order of the vendor's page (its missing comma mended):")?;
    exchange(&url, documented.to_string()).await?;
    say("\n2. Three periods of it; the amount is the catalogue's price times three:")?;
    exchange(&url, with(json!({ "periodNum": 3 }))).await?;
    say("\n3. The third call fails, as the scenario says. Nothing is stored, no number is taken:")?;
    exchange(&url, documented.to_string()).await?;
    say("\n4. A bad request names every bad field, what was sent and what would do:")?;
    exchange(&url, with(json!({ "periodNum": 99, "currency": "XYZ", "receive_qr_email": "nobody" }))).await?;
    say("\n5. The vendor's own sample as printed, without the comma after \"periodNum\": 1:")?;
    exchange(&url, documented.to_string().replace("\"periodNum\":1,", "\"periodNum\":1")).await?;
    let orders = sandbox.default_session().orders();
    say(&format!("\nOf these five calls the shop keeps {} orders:", orders.len()))?;
    for order in &orders {
        let field = |name: &str| order.get(name).map(Value::to_string).unwrap_or_default().replace('"', "");
        say(&format!(
            "   {}  {} {}  ICCID {}  {}",
            field("orderNo"),
            field("amount"),
            field("currency"),
            field("iccid"),
            field("payStatus")
        ))?;
    }
    sandbox.stop();

    let sandbox = start("token-expired")?;
    say("\n6. The same call under the scenario `token-expired`:")?;
    exchange(&at(&sandbox), documented.to_string()).await?;
    sandbox.stop();

    say(
        "\nServe it yourself:  linksfield-sandbox --scenario flaky      All scenarios:  linksfield-sandbox list scenarios",
    )?;
    Ok(ExitCode::SUCCESS)
}

/// Sends a pre-order and prints both sides.
async fn exchange(url: &str, body: String) -> anyhow::Result<()> {
    let url: Uri = url.parse()?;
    let request = Request::post(&url)
        .header("content-type", "application/json")
        .header("accept-language", "")
        .header("x-access-token", "")
        .body(Bytes::from(body.clone()))?;
    let answer = client::send(&url, request).await?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "   > POST {}\n   > {body}", url.path())?;
    writeln!(out, "   < {} {}", answer.status(), String::from_utf8_lossy(answer.body()))?;
    Ok(())
}
