//! Looks again and again whether the files of the start have changed, in real time. By polling, so that mounted folders work,
//! whose changes no operating system tells of.

use std::sync::Arc;
use std::time::Duration;

use super::Wire;
use super::stop::{Stop, stopped};
use crate::session::clock::real_now;

/// How long a file has to be as it is before it is taken, and how often it is looked at.
const ROUND: Duration = Duration::from_millis(500);

/// Looks until the stop, if somebody asked for it.
pub(super) async fn run(wire: Arc<Wire>, mut stop: Stop) {
    if wire.registry.plan().files.look.is_none() {
        return;
    }
    loop {
        tokio::select! {
            () = pause() => {}
            () = stopped(&mut stop) => return,
        }
        let registry = wire.registry.clone();
        let look = move || {
            if let Some(look) = &registry.plan().files.look {
                look(&registry, real_now());
            }
        };
        // Beside the server's thread: a mounted folder may be slow to answer, and no call is to wait for it.
        if tokio::task::spawn_blocking(look).await.is_err() {
            tracing::error!("looking after files panicked: this is a bug of the sandbox");
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "files change in real time")]
async fn pause() {
    tokio::time::sleep(ROUND).await;
}
