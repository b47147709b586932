//! `list`: what is served and what can be asked for, read from the tables.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use linksfield_sandbox::{EndpointLine, FieldLine, Listing};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What to show; everything without it
    #[arg(
        value_name = "endpoints|scenarios|codes|faults|magic|settings|packages",
        hide_possible_values = true
    )]
    what: Option<What>,

    /// Show only lines with this word; an endpoint's id shows its whole card, a scenario's name its text
    #[arg(value_name = "WORD")]
    word: Option<String>,

    /// Folder laid over the built-in fixtures, as for `serve`
    #[arg(long, value_name = "DIR")]
    fixtures: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    Endpoints,
    Scenarios,
    Codes,
    Faults,
    Settings,
    Packages,
    Magic,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let listing = Listing::read(args.fixtures.as_deref())?;
    let mut out = std::io::stdout().lock();
    let word = args.word.as_deref().unwrap_or_default();
    let wanted = |what| args.what.is_none_or(|only| only == what);
    if let Some(endpoint) = listing.endpoints.iter().find(|line| line.id == word) {
        return card(&mut out, endpoint);
    }
    if let Some(scenario) = listing.scenarios.iter().find(|line| line.name == word && wanted(What::Scenarios))
    {
        write!(out, "{}", scenario.text)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut show = |title: &str, what: What, rows: Vec<Vec<String>>| -> anyhow::Result<()> {
        if wanted(what) {
            writeln!(out, "{title}")?;
            let hit =
                |row: &Vec<String>| row.iter().any(|cell| cell.to_lowercase().contains(&word.to_lowercase()));
            table(&mut out, &rows.into_iter().filter(hit).collect::<Vec<_>>())?;
        }
        Ok(())
    };
    let endpoints = listing.endpoints.iter();
    let endpoints =
        endpoints.map(|e| [&e.id, &e.operation, &e.method, &e.path, e.evidence].map(str::to_owned).to_vec());
    show("endpoints (id, operation word, method, path, evidence)", What::Endpoints, endpoints.collect())?;
    let scenarios = listing.scenarios.into_iter().map(|line| vec![line.name, line.note]);
    show("scenarios", What::Scenarios, scenarios.collect())?;
    let codes = listing.codes.into_iter().map(|line| {
        let text = line.printed.unwrap_or(line.text);
        vec![line.group, line.code, line.name, line.evidence.to_owned(), text]
    });
    show("codes (group, code, name, evidence, text)", What::Codes, codes.collect())?;
    let faults = listing.faults.into_iter();
    let faults = faults.flat_map(|line| {
        let first = [line.name, line.commit, line.about].map(str::to_owned).to_vec();
        let forms = line.forms.iter().map(|form| vec![String::new(), String::new(), (*form).to_owned()]);
        std::iter::once(first).chain(forms).collect::<Vec<_>>()
    });
    show(
        "faults (name, whether `commit` has to be said, what a client sees, how it is written)",
        What::Faults,
        faults.collect(),
    )?;
    let settings = listing.settings.into_iter().map(|line| {
        let [for_it, against_it] = line.sources;
        vec![line.key.to_owned(), line.values.join(" | "), format!("{} ({for_it}; {against_it})", line.about)]
    });
    let packages =
        listing.packages.into_iter().map(|line| vec![line.id.to_string(), line.code, line.price, line.name]);
    let magic = listing
        .magic
        .into_iter()
        .map(|line| vec![line.trigger, line.at.to_owned(), line.example, line.about]);
    show("magic (trigger, where, example, what happens)", What::Magic, magic.collect())?;
    show("packages (id, code, price of one period, name)", What::Packages, packages.collect())?;
    show("settings (--vendor KEY=VALUE; the first word is the default)", What::Settings, settings.collect())?;
    Ok(ExitCode::SUCCESS)
}

/// Columns as wide as their widest cell; the last one runs on.
fn table(out: &mut impl Write, rows: &[Vec<String>]) -> std::io::Result<()> {
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    for row in rows {
        let cells = row.iter().enumerate().map(|(column, cell)| match width(column) {
            Some(width) if column + 1 < row.len() => format!("{cell:width$}"),
            _ => cell.clone(),
        });
        writeln!(out, "  {}", cells.collect::<Vec<_>>().join("  "))?;
    }
    Ok(())
}

/// Everything on an endpoint's card.
fn card(out: &mut impl Write, endpoint: &EndpointLine) -> anyhow::Result<ExitCode> {
    let EndpointLine { id, method, path, title, group, evidence, .. } = endpoint;
    writeln!(out, "{id}: {title} ({group})\n  {method} {path}\n  evidence: {evidence}")?;
    let lists =
        [("sources", &endpoint.sources), ("quirks kept", &endpoint.quirks), ("assumed", &endpoint.assumed)];
    for (name, lines) in lists.into_iter().filter(|(_, lines)| !lines.is_empty()) {
        writeln!(out, "{name}")?;
        for line in lines {
            writeln!(out, "  {line}")?;
        }
    }
    let tables = [
        ("headers", &endpoint.headers),
        ("fields", &endpoint.fields),
        ("codes", &endpoint.codes),
        ("answers", &endpoint.replies),
    ];
    for (name, lines) in tables {
        writeln!(out, "{name}")?;
        let row = |line: &FieldLine| vec![line.name.clone(), line.evidence.to_owned(), line.meaning.clone()];
        table(out, &lines.iter().map(row).collect::<Vec<_>>())?;
    }
    writeln!(out, "example, in the {}\n  {}", endpoint.place, endpoint.example)?;
    Ok(ExitCode::SUCCESS)
}
