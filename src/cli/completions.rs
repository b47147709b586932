//! `completions`: what completes this command line in a shell.

use std::io::Write;
use std::process::ExitCode;

use clap_complete::Shell;

use super::as_typed;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The shell
    shell: Shell,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    // Into memory first: the generator panics if whoever reads has enough.
    let mut text = Vec::new();
    let mut command = as_typed();
    let name = command.get_name().to_owned();
    clap_complete::generate(args.shell, &mut command, name, &mut text);
    let mut text = String::from_utf8(text)?;
    if args.shell == Shell::Bash {
        // The generator spells a hyphen of the program's name in two ways, and then no command is found (clap's issue 6421).
        text = text.replace("linksfield__subcmd__sandbox", "linksfield__sandbox");
    }
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
