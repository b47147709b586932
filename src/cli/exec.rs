//! `exec`: a server of one command, on a free port, from the command's start to its end.

use std::ffi::OsString;
use std::io::Write;
use std::pin::pin;
use std::process::{ExitCode, ExitStatus};

use anyhow::Context;
use clap::CommandFactory;
use linksfield_sandbox::Sandbox;
use tokio::process::{Child, Command};

use super::serve;
use super::signals::{Caught, Signals};
use super::until::Until;

#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Args {
    #[command(flatten)]
    serve: serve::Args,

    /// What to run, with LINKSFIELD_SANDBOX_URL in its environment
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let until = args.serve.until();
    if let Some(option) = until.option_of_serve_alone() {
        let text = format!(
            "{option} is for `serve`: here the server ends with the command, which has stdin to itself"
        );
        super::Cli::command().error(clap::error::ErrorKind::ArgumentConflict, text).exit();
    }
    serve::log(&args.serve)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut signals = Signals::new().context("cannot catch signals")?;
        let (sandbox, closing) = serve::start(args.serve.on_a_free_port())?;
        let code = match command(&args.command, &sandbox.url()).spawn() {
            Ok(child) => attend(child, &sandbox, &until, &mut signals).await?,
            Err(error) => {
                let _ =
                    writeln!(std::io::stderr(), "error: cannot start {}: {error}", args.command[0].display());
                // As shells have it.
                if error.kind() == std::io::ErrorKind::NotFound { 127 } else { 126 }
            }
        };
        closing.close(sandbox, &mut signals, code).await
    })
}

/// The command, told where the server is, and that no proxy leads there.
fn command(words: &[OsString], url: &str) -> Command {
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).env("LINKSFIELD_SANDBOX_URL", url);
    let value = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    for (name, other) in [("NO_PROXY", "no_proxy"), ("no_proxy", "NO_PROXY")] {
        let loopback = "127.0.0.1,localhost,::1";
        match value(name).or_else(|| value(other)) {
            // It means every host only while it stands alone.
            Some(all) if all.trim() == "*" => command.env(name, all),
            Some(some) => command.env(name, format!("{some},{loopback}")),
            None => command.env(name, loopback),
        };
    }
    command
}

/// Waits for the command's end, passes on what it is to hear, and returns the code to end with.
async fn attend(
    mut child: Child,
    sandbox: &Sandbox,
    until: &Until,
    signals: &mut Signals,
) -> anyhow::Result<u8> {
    let mut reached = pin!(until.reached(sandbox));
    let (mut is_told, mut is_shut_down) = (false, false);
    loop {
        tokio::select! {
            status = child.wait() => return Ok(code(status?)),
            caught = signals.next() => pass_on(&child, caught),
            why = &mut reached, if !is_told => {
                is_told = true;
                tracing::info!("{why}: the command is told to end");
                pass_on(&child, Caught::Terminate);
            }
            asked = sandbox.ended(), if !is_shut_down => {
                is_shut_down = true;
                if !asked {
                    pass_on(&child, Caught::Terminate);
                    anyhow::bail!("the server ended by itself: this is a bug of the sandbox");
                }
            }
        }
    }
}

#[cfg(unix)]
fn code(status: ExitStatus) -> u8 {
    use std::os::unix::process::ExitStatusExt;
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

#[cfg(not(unix))]
fn code(status: ExitStatus) -> u8 {
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

#[cfg(unix)]
fn pass_on(child: &Child, caught: Caught) {
    use rustix::process::{Pid, Signal, kill_process};
    let signal = match caught {
        Caught::Interrupt if is_in_foreground() => return,
        Caught::Interrupt => Signal::INT,
        Caught::Terminate => Signal::TERM,
    };
    let pid = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    // One that has ended in the meantime needs no signal.
    let _ = pid.map(|pid| kill_process(pid, signal));
}

/// A terminal sends Ctrl-C to all of its foreground: the command has heard it already, and a second one means something else.
#[cfg(unix)]
fn is_in_foreground() -> bool {
    use rustix::process::getpgrp;
    use rustix::termios::tcgetpgrp;
    let groups = [tcgetpgrp(std::io::stdin()), tcgetpgrp(std::io::stdout()), tcgetpgrp(std::io::stderr())];
    groups.iter().any(|group| *group == Ok(getpgrp()))
}

/// A console tells all that are attached to it by itself.
#[cfg(not(unix))]
fn pass_on(_: &Child, _: Caught) {}
