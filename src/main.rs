//! The program: parses arguments, calls a subcommand, maps its outcome to an exit code.

mod cli;

use std::io::Write as _;
use std::process::ExitCode;

use linksfield_sandbox::{Error, ErrorKind};

fn main() -> ExitCode {
    match cli::run() {
        Ok(code) => code,
        // Whoever read our output has enough of it, as in `list codes | head`.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell if stderr is closed too.
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::from(exit_code(&error))
        }
    }
}

/// The exit codes of the process contract: 1 internal, 2 usage, 3 a file is invalid, 4 cannot bind, 5 a gate failed, 6 a folder cannot be used.
fn exit_code(error: &anyhow::Error) -> u8 {
    match error.downcast_ref::<Error>().map(Error::kind) {
        Some(ErrorKind::Usage) => 2,
        Some(ErrorKind::InvalidFile) => 3,
        Some(ErrorKind::Bind) => 4,
        Some(ErrorKind::Unmet | ErrorKind::Unknown) => 5,
        Some(ErrorKind::Data) => 6,
        _ => 1,
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
