//! `coverage`: adds coverage files up, shows what was used and what was not, and holds it against a minimum.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use linksfield_sandbox::{Coverage, CoverageLine};

/// The exit code of a run in which something that was asked for did not happen.
const UNMET: u8 = 5;

/// So many names of what was not used are told on stderr; all of them are in the output.
const NAMED: usize = 5;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files of `serve --coverage FILE` or of GET /__sandbox/coverage
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// How it is shown
    #[arg(long, value_name = "table|json|junit", default_value = "table", hide_possible_values = true)]
    format: Format,

    /// Least share of each kind that has to be used, else the exit code is 5
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(..=100))]
    min: Option<u8>,

    /// Least share of one kind, before --min; may be repeated: endpoint, code, fault, magic, rule, edge
    #[arg(long, value_name = "KIND=PERCENT", value_parser = kind_and_percent, value_delimiter = ',')]
    min_of: Vec<(String, u8)>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Table,
    Json,
    Junit,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut sum: Option<Coverage> = None;
    for file in &args.files {
        let read = Coverage::read(file)?;
        match &mut sum {
            Some(sum) => sum.merge(read),
            None => sum = Some(read),
        }
    }
    let Some(sum) = sum else { anyhow::bail!("name a file") };
    let text = match args.format {
        Format::Table => sum.to_table(),
        Format::Json => format!("{:#}\n", sum.to_json()),
        Format::Junit => sum.to_junit(),
    };
    write!(std::io::stdout(), "{text}")?;
    let mut is_met = true;
    for line in sum.kinds() {
        // The last word on a kind counts, as of any option.
        let own = args.min_of.iter().rev().find(|(kind, _)| *kind == line.kind).map(|(_, percent)| *percent);
        if let Some(least) = own.or(args.min).filter(|least| line.percent < *least) {
            is_met = false;
            writeln!(std::io::stderr(), "{}", lack(&line, least))?;
        }
    }
    Ok(if is_met { ExitCode::SUCCESS } else { ExitCode::from(UNMET) })
}

/// What a kind lacks, in a line.
fn lack(line: &CoverageLine, least: u8) -> String {
    let CoverageLine { kind, used, total, percent, unused, .. } = line;
    let named = unused.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = match unused.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{kind}: {percent} % used ({used} of {total}), {least} % asked for; not used: {named}{more}")
}

fn kind_and_percent(text: &str) -> Result<(String, u8), String> {
    let (kind, percent) = text.split_once('=').ok_or("write KIND=PERCENT, such as endpoint=80")?;
    let kinds = ["endpoint", "code", "fault", "magic", "rule", "edge"];
    if !kinds.contains(&kind) {
        let near = linksfield_sandbox::nearest(kind, kinds.into_iter());
        let hint = near.map_or_else(
            || format!("there are {}", kinds.join(", ")),
            |near| format!("did you mean {near}?"),
        );
        return Err(format!("nothing of kind {kind:?} is counted: {hint}"));
    }
    let percent = percent.parse().ok().filter(|percent| *percent <= 100);
    Ok((kind.to_owned(), percent.ok_or("a percentage is a whole number from 0 to 100")?))
}
