//! `openapi`: the OpenAPI document of all that is served, for tools that make clients, tests and pages of it.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use linksfield_sandbox::openapi_document;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder laid over the built-in fixtures, as for `serve`
    #[arg(long, value_name = "DIR")]
    fixtures: Option<PathBuf>,

    /// Prefix of all the vendor's paths, as for `serve`
    #[arg(long, value_name = "PATH", default_value = "", hide_default_value = true)]
    base_path: String,

    /// File to write it into; without it, it is printed
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let text = openapi_document(args.fixtures.as_deref(), &args.base_path)?;
    let mut out = std::io::stdout();
    match &args.output {
        None => out.write_all(text.as_bytes())?,
        Some(path) => {
            std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
            writeln!(out, "{}", path.display())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
