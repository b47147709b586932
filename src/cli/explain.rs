//! `explain`: what a call would come to under a scenario, and why, without a server.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use linksfield_sandbox::Sandbox;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The call: `{ "on": "pre-order", "body": { … } }`, or `path`, `method`, `headers`, `body`; `-` reads stdin
    #[arg(value_name = "REQUEST.json")]
    request: PathBuf,

    /// Scenario: a name of `list scenarios`, or a file; several as a,b
    #[arg(long, value_name = "NAME|FILE", default_value = "default")]
    scenario: String,

    /// Folder laid over the built-in fixtures, as for `serve`
    #[arg(long, value_name = "DIR")]
    fixtures: Option<PathBuf>,

    /// Seed, as for `serve`
    #[arg(long)]
    seed: Option<u64>,

    /// Print all of it as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let request = if args.request == Path::new("-") {
        std::io::read_to_string(std::io::stdin())?
    } else {
        std::fs::read_to_string(&args.request)
            .with_context(|| format!("cannot read {}", args.request.display()))?
    };
    let mut builder = Sandbox::builder().scenario(args.scenario.as_str());
    if let Some(folder) = &args.fixtures {
        builder = builder.fixtures(folder);
    }
    if let Some(seed) = args.seed {
        builder = builder.seed(seed);
    }
    let sandbox = builder.start_blocking()?;
    let explained = sandbox.default_session().explain(&request)?;
    let mut out = std::io::stdout();
    if args.json {
        writeln!(out, "{explained}")?;
    } else {
        writeln!(out, "{}", explained["why"]["text"].as_str().unwrap_or_default())?;
        writeln!(out, "  answer: {}", explained["entry"]["response"]["body"])?;
    }
    Ok(ExitCode::SUCCESS)
}
