//! `fmt`: writes scenario files in one stable style, comments kept.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use linksfield_sandbox::{ErrorKind, check_scenario};

use super::style::styled;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Scenario files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Change nothing; name the files that are not in that style, and end with 1
    #[arg(long)]
    check: bool,
}

/// Names each file that it writes, or would write, on stdout. 1 if `--check` found any, 3 if a file is no JSON.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let (mut others, mut invalid) = (0_usize, 0_usize);
    for file in &args.files {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        match styled(&text) {
            Ok(None) => {}
            Ok(Some(formatted)) => {
                others += 1;
                if !args.check {
                    std::fs::write(file, formatted)
                        .with_context(|| format!("cannot write {}", file.display()))?;
                }
                writeln!(std::io::stdout(), "{}", file.display())?;
            }
            Err(error) => {
                invalid += 1;
                // The reader of scenarios says it with line, caret and remedy.
                let told = match check_scenario(file, None) {
                    Err(found) if found.kind() == ErrorKind::InvalidFile => found.to_string(),
                    _ => format!("{}: {error}", file.display()),
                };
                writeln!(std::io::stderr(), "{}", told.trim_end())?;
            }
        }
    }
    Ok(match (invalid, args.check && others > 0) {
        (0, false) => ExitCode::SUCCESS,
        (0, true) => ExitCode::FAILURE,
        _ => ExitCode::from(3),
    })
}
