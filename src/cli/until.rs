//! What ends a server besides a signal: the end of its input or of the process that it belongs to, and disuse.

use std::future::pending;
use std::time::Duration;

use clap::builder::BoolishValueParser;
use linksfield_sandbox::Sandbox;
use tokio::sync::oneshot;

use super::parent::Parent;
use super::serve::duration;

/// How long to serve if nobody says stop.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Until {
    /// End in good order when stdin ends
    #[arg(long, value_parser = BoolishValueParser::new())]
    exit_on_stdin_eof: bool,

    /// End in good order when this process is gone
    #[arg(long, value_name = "PID", value_parser = Parent::find)]
    parent_pid: Option<Parent>,

    /// End in good order when nobody called for so long
    #[arg(long, value_name = "TIME", value_parser = idle_time)]
    idle_timeout: Option<Duration>,
}

fn idle_time(text: &str) -> Result<Duration, String> {
    let time = duration(text)?;
    if time.is_zero() { Err("write a time above zero, or leave it out".to_owned()) } else { Ok(time) }
}

impl Until {
    /// An option that was given and makes no sense where a command says how long it takes, and reads stdin.
    pub(super) fn option_of_serve_alone(&self) -> Option<&'static str> {
        let stdin = self.exit_on_stdin_eof.then_some("--exit-on-stdin-eof");
        stdin.or(self.idle_timeout.map(|_| "--idle-timeout"))
    }

    /// Returns once it is time to end, and says why.
    pub(super) async fn reached(&self, sandbox: &Sandbox) -> String {
        tokio::select! {
            () = self.input_ended() => "stdin has ended".to_owned(),
            span = self.unused(sandbox) => format!("nobody called for {span:?}"),
            pid = self.parent_gone() => format!("the process {pid} of --parent-pid is gone"),
        }
    }

    async fn unused(&self, sandbox: &Sandbox) -> Duration {
        let Some(span) = self.idle_timeout else { return pending().await };
        sandbox.unused_for(span).await;
        span
    }

    async fn input_ended(&self) {
        if !self.exit_on_stdin_eof {
            return pending().await;
        }
        let (tell, told) = oneshot::channel::<()>();
        // A thread of its own that nobody joins: a read that waits must not keep the process from ending otherwise.
        let reading = std::thread::Builder::new().name("stdin".to_owned()).spawn(move || {
            // What comes is of no interest, and an input that cannot be read has ended as well.
            let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
            drop(tell);
        });
        if let Err(error) = reading {
            tracing::error!(%error, "nobody waits for the end of stdin, since no thread can be had for it");
            return pending().await;
        }
        let _ = told.await;
    }

    async fn parent_gone(&self) -> i32 {
        let Some(parent) = &self.parent_pid else { return pending().await };
        while !parent.is_gone() {
            pause(Duration::from_millis(100)).await;
        }
        parent.pid()
    }
}

#[expect(clippy::disallowed_methods, reason = "between two looks at the operating system")]
async fn pause(length: Duration) {
    tokio::time::sleep(length).await;
}
