//! `check`: reads scenario files and reports every mistake.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use linksfield_sandbox::{ErrorKind, check_scenario};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Scenario files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Folder laid over the built-in fixtures, as for `serve`
    #[arg(long, value_name = "DIR")]
    fixtures: Option<PathBuf>,
}

/// Good files are named on stdout, mistakes are drawn on stderr. 3 if a file is invalid.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut invalid = 0_usize;
    for file in &args.files {
        match check_scenario(file, args.fixtures.as_deref()) {
            Ok(warnings) => {
                write!(std::io::stderr(), "{warnings}")?;
                writeln!(std::io::stdout(), "{}: ok", file.display())?;
            }
            Err(error) if error.kind() == ErrorKind::InvalidFile => {
                invalid += 1;
                writeln!(std::io::stderr(), "{}", error.to_string().trim_end())?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    if invalid == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    writeln!(std::io::stderr(), "{invalid} of {} files cannot be used", args.files.len())?;
    Ok(ExitCode::from(3))
}
