//! `schema`: the JSON schema of scenario files, for editors.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use linksfield_sandbox::scenario_schema;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder to write scenario.schema.json into; without it, it is printed
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let text = serde_json::to_string_pretty(&scenario_schema())?;
    let mut out = std::io::stdout();
    match &args.write {
        None => writeln!(out, "{text}")?,
        Some(folder) => {
            let path = folder.join("scenario.schema.json");
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
            std::fs::write(&path, text + "\n").with_context(|| format!("cannot write {}", path.display()))?;
            writeln!(out, "{}", path.display())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
