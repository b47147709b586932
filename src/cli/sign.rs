//! `sign`: what is to be signed of a body, and its signature; if one is in it, whether that is right, or which slip it is.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use linksfield_sandbox::{SentSign, sign_body};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The body: JSON, a file that holds it, or - for stdin
    #[arg(value_name = "BODY|FILE|-", default_value = "-")]
    body: String,

    /// Partner of the fixtures whose secret signs; without it, the body's access_code
    #[arg(long, value_name = "CODE")]
    partner: Option<String>,

    /// Secret that signs, whoever the partner is
    #[arg(long, value_name = "SECRET")]
    secret: Option<String>,

    /// Folder laid over the built-in partners
    #[arg(long, value_name = "DIR")]
    fixtures: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let body = read(&args.body)?;
    let fixtures: Option<&Path> = args.fixtures.as_deref();
    let signed = sign_body(&body, args.partner.as_deref(), args.secret.as_deref(), fixtures)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "content  {}\nsign     {}", signed.content, signed.sign)?;
    let (said, status) = match signed.sent {
        SentSign::Right => ("the sign in the body is right".to_owned(), ExitCode::SUCCESS),
        SentSign::PrintedSample => (
            "the body is a sample as a page prints it: no page tells its secret, so it is accepted as it is"
                .to_owned(),
            ExitCode::SUCCESS,
        ),
        SentSign::Wrong(why) => (why, ExitCode::FAILURE),
        _ => return Ok(ExitCode::SUCCESS),
    };
    writeln!(out, "found    {said}")?;
    Ok(status)
}

fn read(given: &str) -> anyhow::Result<String> {
    if given.trim_start().starts_with('{') {
        return Ok(given.to_owned());
    }
    if given == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("cannot read stdin")?;
        return Ok(text);
    }
    std::fs::read_to_string(given).with_context(|| format!("cannot read {given}"))
}
