//! The command line: one subcommand, one file. It knows the crate's public API and nothing else.

mod announce;
mod card;
mod check;
mod client;
mod completions;
mod coverage;
mod ctl;
mod demo;
mod exec;
mod explain;
mod fmt;
mod health;
mod lan;
mod limits;
mod list;
mod man;
mod openapi;
mod parent;
mod port_file;
mod replay;
mod schema;
mod serve;
mod sign;
mod signals;
mod style;
mod until;
mod variables;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

/// A local stand-in for the Demo UAT environment of the Linksfield Developer portal.
#[derive(Debug, Parser)]
#[command(name = "linksfield-sandbox", version, after_help = EXAMPLES, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Without a command it serves, and every option of `serve` may follow (`serve --help` shows them all).

Examples:
  linksfield-sandbox                                 serve on http://127.0.0.1:8484
  linksfield-sandbox --scenario token-expired        every call is told that its token has expired
  linksfield-sandbox --scenario ./my-failure.json    a scenario of your own
  linksfield-sandbox --listen 127.0.0.1:0 --seed 7   a free port, and numbers that repeat
  linksfield-sandbox list scenarios                  which failures there are
  linksfield-sandbox check ./my-failure.json         every mistake in a scenario, with line and column

Each option has a variable: --max-body is LINKSFIELD_SANDBOX_MAX_BODY; flag before variable before default.
Exit codes: 0 asked to stop, 1 internal, 2 usage, 3 a file is invalid, 4 cannot bind,
5 a gate failed (expectations, coverage, a replay that differs), 6 the folder of --data is unusable.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the documented endpoints (this is the default)
    Serve(Box<serve::Args>),
    /// Run a command beside a server on a free port, and end with its status
    Exec(Box<exec::Args>),
    /// Buy an eSIM on a free port, or follow a SIM (`--group csss`), print each exchange, end
    Demo(demo::Args),
    /// Read scenario files and report every mistake
    Check(check::Args),
    /// Show what a call would come to under a scenario, and why
    Explain(explain::Args),
    /// Write scenario files in one stable style, comments kept
    Fmt(fmt::Args),
    /// Show endpoints, scenarios, codes, settings, packages
    List(list::Args),
    /// Write the overlay file of an endpoint, to paste the vendor's true body into
    Card(card::Args),
    /// Write the JSON schema of scenario files, for editors
    Schema(schema::Args),
    /// Write the OpenAPI 3.1 document of all that is served, each part with its evidence
    Openapi(openapi::Args),
    /// Show what is to be signed of a CSSS call's body, and its sign
    Sign(sign::Args),
    /// Steer a running server: fail, why, advance, pay, use, verify, orders, outbox, sims, callbacks, tail, record
    Ctl(Box<ctl::Args>),
    /// Make a session happen again that `ctl record` wrote, and compare the journals
    Replay(replay::Args),
    /// Show what tests used and what they did not, from the files of `serve --coverage`
    Coverage(coverage::Args),
    /// Ask a running server whether it is ready; ends with 0 or 1
    Health(health::Args),
    /// Print what completes this command line in a shell
    Completions(completions::Args),
    /// Print the manual page, or write the pages of all commands into a folder
    Man(man::Args),
}

/// Runs what the command line asks for.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let args = with_default_command(std::env::args_os().collect());
    let (command, known) = variables::with_variables(Cli::command());
    variables::warn_of_unknown(&known)?;
    let cli = Cli::from_arg_matches(&command.get_matches_from(args)).unwrap_or_else(|error| error.exit());
    match cli.command {
        Command::Serve(args) => serve::run(*args),
        Command::Exec(args) => exec::run(*args),
        Command::Demo(args) => demo::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Fmt(args) => fmt::run(&args),
        Command::List(args) => list::run(&args),
        Command::Card(args) => card::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Openapi(args) => openapi::run(&args),
        Command::Sign(args) => sign::run(&args),
        Command::Ctl(args) => ctl::run(*args),
        Command::Replay(args) => replay::run(&args),
        Command::Coverage(args) => coverage::run(&args),
        Command::Health(args) => health::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    }
}

/// The command line as it may be typed, where the options of `serve` follow the name of the program.
fn as_typed() -> clap::Command {
    let command = Cli::command();
    let serve = command.find_subcommand("serve").into_iter().flat_map(clap::Command::get_arguments);
    let options: Vec<clap::Arg> = serve.cloned().collect();
    command.args(options)
}

/// Puts `serve` in front of options that follow no command.
fn with_default_command(mut args: Vec<OsString>) -> Vec<OsString> {
    let names_none = match args.get(1).and_then(|first| first.to_str()) {
        None => args.len() <= 1,
        Some(first) => first.starts_with('-') && !["-h", "--help", "-V", "--version"].contains(&first),
    };
    if names_none {
        args.insert(1.min(args.len()), OsString::from("serve"));
    }
    args
}
