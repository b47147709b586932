//! What ends a server besides a signal: the end of its input, or of the process that it belongs to.

use std::future::pending;
use std::time::Duration;

use clap::builder::BoolishValueParser;
use tokio::sync::oneshot;

use super::parent::Parent;

/// How long to serve if nobody says stop.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Until {
    /// End in good order when stdin ends
    #[arg(long, value_parser = BoolishValueParser::new())]
    exit_on_stdin_eof: bool,

    /// End in good order when this process is gone
    #[arg(long, value_name = "PID", value_parser = Parent::find)]
    parent_pid: Option<Parent>,
}

impl Until {
    /// Returns once it is time to end, and says why.
    pub(super) async fn reached(&self) -> String {
        tokio::select! {
            () = self.input_ended() => "stdin has ended".to_owned(),
            pid = self.parent_gone() => format!("the process {pid} of --parent-pid is gone"),
        }
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
