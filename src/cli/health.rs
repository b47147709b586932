//! `health`: asks a running server whether it is ready.

use std::io::Write;
use std::process::ExitCode;

use bytes::Bytes;
use http::{Request, Uri};

use super::client;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Base URL of the server
    #[arg(default_value = "http://127.0.0.1:8484", hide_env = true, env = "LINKSFIELD_SANDBOX_URL")]
    url: Uri,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let base = args.url.to_string();
    let url: Uri = format!("{}/__sandbox/health/ready", base.trim_end_matches('/')).parse()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let answer = runtime.block_on(client::send(&url, Request::new(Bytes::new())))?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} {}", answer.status(), String::from_utf8_lossy(answer.body()))?;
    Ok(if answer.status().is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
