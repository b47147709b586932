//! `demo`: a whole purchase as an app makes it, or the story of a SIM, over HTTP on a free port, and then a few failures on command.

mod csss;
mod esim;
mod receiver;

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use clap::ValueEnum;
use linksfield_sandbox::{EndpointLine, Listing, Sandbox};
use serde_json::Value;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Which story: an app buys an eSIM, or a SIM is ordered, used and expires, with the callbacks of it
    #[arg(long, value_enum, default_value = "esim_qr_mall", conflicts_with = "scenario")]
    group: Group,

    /// Same seed, same numbers [default: random; of csss 1]
    #[arg(long)]
    seed: Option<u64>,

    /// Make the calls of this scenario instead, and check what it expects; ends with 5 if it is not met
    #[arg(long, value_name = "NAME|FILE")]
    scenario: Option<String>,
}

/// A group of the vendor's calls, by its id.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Group {
    /// An app buys an eSIM
    #[value(name = "esim_qr_mall", alias = "esim")]
    Esim,
    /// A SIM's plan is ordered, enabled, used, renewed, and expires
    Csss,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let builder = Sandbox::builder();
    let builder = args.seed.map_or_else(|| builder.clone(), |seed| builder.clone().seed(seed));
    if let Some(scenario) = &args.scenario {
        return rehearse(&builder.scenario(scenario).start_blocking()?);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match args.group {
        Group::Esim => runtime.block_on(esim::show(&builder.start_blocking()?))?,
        Group::Csss => runtime.block_on(csss::show(args.seed))?,
    }
    Ok(ExitCode::SUCCESS)
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

/// Where the newest version of an operation is.
fn newest<'a>(listing: &'a Listing, operation: &str) -> anyhow::Result<&'a EndpointLine> {
    let mut all = listing.endpoints.iter();
    all.rfind(|line| line.operation == operation).with_context(|| format!("{operation} is not served"))
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
