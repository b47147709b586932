//! `man`: the manual pages, made from the command line's own table.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap_mangen::Man;

use super::as_typed;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder to write a page for each command into; without it, the main page is printed
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match &args.folder {
        None => Man::new(as_typed()).render(&mut std::io::stdout())?,
        Some(folder) => {
            let cannot = || format!("cannot write manual pages into {}", folder.display());
            std::fs::create_dir_all(folder).with_context(cannot)?;
            clap_mangen::generate_to(as_typed(), folder).with_context(cannot)?;
            writeln!(std::io::stdout(), "{}", folder.display())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
