//! What ends a server besides a signal: the end of its input.

use std::future::pending;

use clap::builder::BoolishValueParser;
use tokio::sync::oneshot;

/// How long to serve if nobody says stop.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Until {
    /// End in good order when stdin ends
    #[arg(long, value_parser = BoolishValueParser::new())]
    exit_on_stdin_eof: bool,
}

impl Until {
    /// Returns once it is time to end, and says why.
    pub(super) async fn reached(&self) -> String {
        self.input_ended().await;
        "stdin has ended".to_owned()
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
}
