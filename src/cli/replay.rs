//! `replay`: makes a recorded session happen again, and compares.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use linksfield_sandbox::{Recording, Sandbox};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What `ctl record` wrote
    file: PathBuf,

    /// Print the journal of the replay, an entry a line, and compare nothing
    #[arg(long)]
    print: bool,

    /// Folder laid over the built-in fixtures, as for the server that recorded it
    #[arg(long, value_name = "DIR")]
    fixtures: Option<PathBuf>,
}

/// 0 if the journal is the same, 5 if it is not.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let recording = Recording::read(&args.file)?;
    let (recorded, own) = (recording.generator(), Sandbox::generator());
    if recorded != own {
        let version = recording.version();
        writeln!(
            std::io::stderr(),
            "note: this was recorded by version {version}, whose generated values have the number {recorded}; here they have \
             {own}, so that numbers, texts and chance may differ"
        )?;
    }
    let replayed = recording.replay(args.fixtures.as_deref())?;
    for trouble in &replayed.troubles {
        writeln!(std::io::stderr(), "note: {trouble}")?;
    }
    let mut out = std::io::stdout();
    if args.print {
        for entry in &replayed.journal {
            writeln!(out, "{entry}")?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    match &replayed.difference {
        None => {
            let calls = replayed.journal.len();
            writeln!(out, "{calls} {}, the same journal", if calls == 1 { "call" } else { "calls" })?;
            Ok(ExitCode::SUCCESS)
        }
        Some(difference) => {
            writeln!(out, "{difference}")?;
            Ok(ExitCode::from(5))
        }
    }
}
