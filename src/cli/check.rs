//! `check`: reads scenario files and reports every mistake.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use linksfield_sandbox::{Checked, check_scenarios};
use serde_json::{Value, json};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Scenario files; they may use each other by name
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Folder laid over the built-in fixtures, as for `serve`; bodies in it that no scenario uses are told
    #[arg(long, value_name = "DIR")]
    fixtures: Option<PathBuf>,

    /// How mistakes are told: drawn on stderr, or as JSON on stdout for editors
    #[arg(long, value_name = "text|json", default_value = "text", hide_possible_values = true)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// Good files are named on stdout, mistakes are drawn on stderr. 3 if a file is invalid.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let checked = check_scenarios(&args.files, args.fixtures.as_deref())?;
    let invalid = checked.iter().filter(|checked| !checked.is_valid).count();
    match args.format {
        Format::Json => {
            let file = |checked: &Checked| {
                let Checked { file, is_valid, diagnostics, .. } = checked;
                json!({ "file": file.display().to_string(), "valid": is_valid, "diagnostics": diagnostics })
            };
            let files: Vec<Value> = checked.iter().map(file).collect();
            writeln!(std::io::stdout(), "{}", json!({ "files": files }))?;
        }
        Format::Text => tell(&checked, &args.files, invalid)?,
    }
    Ok(if invalid == 0 { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

fn tell(checked: &[Checked], files: &[PathBuf], invalid: usize) -> anyhow::Result<()> {
    for Checked { file, is_valid, drawn, .. } in checked {
        if !drawn.is_empty() {
            writeln!(std::io::stderr(), "{}", drawn.trim_end())?;
        }
        // What is told of a fixture is a remark: nobody asked about that file.
        if *is_valid && files.contains(file) {
            writeln!(std::io::stdout(), "{}: ok", file.display())?;
        }
    }
    if invalid > 0 {
        let all = checked.iter().filter(|checked| !checked.is_valid || files.contains(&checked.file)).count();
        writeln!(std::io::stderr(), "{invalid} of {all} files cannot be used")?;
    }
    Ok(())
}
